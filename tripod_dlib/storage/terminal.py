"""What people read: names from files, servers and users, shown without acting on the terminal."""

import unicodedata

# Characters that turn the direction of what follows: a name could show as another one.
_TURNING = {
    *"\u061c\u200e\u200f",
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
}


def printable(text: object, keep: str = "\n") -> str:
    r"""A text in which control characters are written as escapes: "\x1b" for what begins a colour.

    Escaped are control characters, lone surrogates (bytes of a file's name that are no text), line
    and paragraph separators, and characters that turn the direction of writing.

    Args:
      text: Anything; its `str`.
      keep: Control characters that may stay.

    Returns:
      text: The same, where there is nothing to escape.
    """
    text = str(text)
    if text.isprintable():
        return text
    return "".join(c if c in keep or not _acts(c) else _escape(c) for c in text)


def one_line(text: object, most: int | None = None) -> str:
    """`printable` without line ends, and no longer than `most` characters."""
    text = printable(text, keep="")
    return text if most is None or len(text) <= most else f"{text[: most - 1]}…"


def _acts(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
