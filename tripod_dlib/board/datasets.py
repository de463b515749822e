"""What a board knows of a dataset by its name."""

from collections.abc import Iterator

from tripod_dlib import registry

# Datasets that this package renders, and the published ones that they look like.
RENDERED = {"font_glyphs": None, "shapes3d_procedural": "shapes3d"}
RESERVED = ("aggregate", "board")  # a board's own tables and files


def dataset_field(name: str) -> dict[str, object]:
    """The field "dataset" of a result file, with what is known of the data's origin."""
    if name not in RENDERED:
        return {"name": name}
    return {"name": name, "rendered": True, "resembles": RENDERED[name]}


def is_known(name: str) -> bool:
    """Whether it is a dataset of this package or of one that adds to it."""
    return name in registry.datasets.names()


def dataset_faults(field: dict[str, object]) -> Iterator[str]:
    """Sentences on what the field "dataset" says against what is known of the name."""
    name = field["name"]
    if name.lower() in RESERVED:
        yield f"name: {name!r} is what a board calls a part of its own"
    if name in RENDERED:
        said = {"name": name, "rendered": field.get("rendered", False)}
        said |= {"resembles": field.get("resembles")}
        if said != {"resembles": None, **dataset_field(name)}:
            yield (
                f"rendered: {name} is rendered"
                + (f" to look like {RENDERED[name]}" if RENDERED[name] else "")
                + f"; write {dataset_field(name)}"
            )
    elif is_known(name):
        if field.get("rendered") or "resembles" in field:
            yield f"name: {name} is published data; data rendered to look like it has its own name"
    else:
        alike = [known for known in registry.datasets.names() if _letters(known) == _letters(name)]
        if alike:
            yield f"name: {name!r} is not known; write {alike[0]!r}"


def _letters(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())
