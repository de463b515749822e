"""Official files from their mirrors: in order, resumed, checked, never half under their name."""

import re
import sys
import time
from pathlib import Path

from tripod_dlib.data.download.partial_file import PartialFile
from tripod_dlib.data.download.web import MALFORMED, Answer, TransferError, answered
from tripod_dlib.data.official.checks import fault_of
from tripod_dlib.data.official.origin import OfficialFile
from tripod_dlib.errors import InputError
from tripod_dlib.storage import FolderLock, progress, require_free_space

SECONDS_BETWEEN_ATTEMPTS = 1.0  # doubled after each attempt that brought nothing
ATTEMPTS = 3  # that bring nothing, one after the other, at one mirror
RANGE_NOT_SATISFIABLE = 416


def download(file: OfficialFile, folder: Path) -> bool:
    """Gets a file, going on with what is there of it.

    Another download of the same file is waited for. What is received lies in NAME.partial beside
    the final name.

    Args:
      file: What to get.
      folder: Where to; it is made if need be.

    Returns:
      downloaded: Whether it was got; False if it was there already.

    Raises:
      InputError: If no mirror gives it (with each one's reason), the disk has no room, or
        something else lies under its name.
    """
    target, lock = folder / file.name, f".{file.name}.lock"
    with FolderLock(folder, f"downloading {file.name}", wait=True, name=lock):
        try:
            return _unless_there(file, PartialFile(target))
        finally:
            (folder / lock).unlink(missing_ok=True)  # who waits makes a new one


def _unless_there(file: OfficialFile, partial: PartialFile) -> bool:
    if partial.target.exists():
        _require_official(partial.target, file)
        partial.discard()
        return False
    if file.size is not None:
        missing = max(0, file.size - partial.size)
        require_free_space(partial.target.parent, missing, file.name)
    _from_mirrors(file, partial)
    return True


def _require_official(target: Path, file: OfficialFile) -> None:
    fault = fault_of(target, file)
    if fault is not None:
        raise InputError(
            f"{target} is there already, but {fault}. It is not written over: move it aside and "
            "run the same command again."
        )


def _from_mirrors(file: OfficialFile, partial: PartialFile) -> None:
    reasons = []
    for address in file.mirrors:
        try:
            _from_mirror(address, file, partial)
            return
        except TransferError as error:
            reasons.append(f"\n  {address}: {error}")
    kept = f" What was received is kept ({partial.size} bytes): the same command goes on."
    raise InputError(
        f"{file.name} could not be downloaded:{''.join(reasons)}\n"
        f"Try again later, or get it in a browser and put it at {partial.target.absolute()}."
        f"{kept if partial.size else ''}"
    )


def _from_mirror(address: str, file: OfficialFile, partial: PartialFile) -> None:
    failures, most = 0, partial.size
    while True:
        try:
            _receive(address, file, partial)
            partial.finish()
            return
        except TransferError as error:
            failures = 1 if partial.size > most else failures + 1
            most = max(most, partial.size)  # what is begun anew is no progress before it is longer
            if not error.again or failures == ATTEMPTS:
                raise
            pause = SECONDS_BETWEEN_ATTEMPTS * 2 ** (failures - 1)
            print(f"{address}: {error}; again in {pause:g} s", file=sys.stderr, flush=True)
            time.sleep(pause)


def _receive(address: str, file: OfficialFile, partial: PartialFile) -> None:
    """One attempt; at its end the partial file is whole and right.

    Raises:
      TransferError: If it is not.
    """
    first = partial.size if partial.continues(address, file) else 0
    if not first or first != (file.size or partial.note.get("total")):
        try:
            first = _asked(address, file, partial, first)
        except TransferError as error:
            if error.status != RANGE_NOT_SATISFIABLE:
                raise
    fault = fault_of(partial.path, file)
    if fault is not None:
        partial.discard()
        raise TransferError(f"what it gave is not the official file: {fault}", again=first > 0)


def _asked(address: str, file: OfficialFile, partial: PartialFile, first: int) -> int:
    """Asks, and writes what comes; returns from where on."""
    ranged, page = _range(address, partial, first), _page(address, partial)
    encrypted = not (file.sha256 or file.md5)
    try:
        with answered(address, ranged, page, encrypted) as got:
            return _store(got, address, file, partial, first)
    except InputError:  # of this machine's disk
        raise
    except MALFORMED as error:
        raise TransferError(f"its answer is malformed ({type(error).__name__}: {error})") from error


def _page(address: str, partial: PartialFile) -> bool:
    note = partial.note
    return note.get("address") == address and bool(note.get("page"))


def _range(address: str, partial: PartialFile, first: int) -> dict[str, str]:
    """Headers that ask for the rest, on the condition that the file is still the same."""
    if not first:
        return {}
    note = partial.note
    same = note.get("address") == address
    unchanged = (note.get("etag") or note.get("modified")) if same else None
    return {"Range": f"bytes={first}-", **({"If-Range": str(unchanged)} if unchanged else {})}


def _store(
    answer: Answer, address: str, file: OfficialFile, partial: PartialFile, first: int
) -> int:
    """Writes what comes; returns from where on."""
    if answer.is_rest:
        total = _total_of_rest(answer, address, file, partial, first)
    else:
        first = 0
        total = _number(answer.header("Content-Length"))
    if None not in (total, file.size) and total != file.size:
        raise TransferError(f"it offers {total} bytes; the official file has {file.size}")
    total = file.size if total is None else total
    if total is not None and total > file.most:
        raise TransferError(f"it offers {total} bytes; {file.most} are the most that are expected")
    if total is not None:
        require_free_space(partial.target.parent, total - first, file.name)
    if not first:
        partial.begin(_note(answer, address, total))
    _write(answer, file, partial, first, total)
    return first


def _write(
    answer: Answer, file: OfficialFile, partial: PartialFile, first: int, total: int | None
) -> None:
    size = first
    with progress(total, file.name, "bytes", initial=first) as shown:
        for chunk in answer.chunks():
            size += len(chunk)
            if size > (file.most if total is None else total):
                known = f"the {total} bytes of the file" if total else f"{file.most} bytes"
                raise TransferError(f"it sends more than {known}")
            partial.append(chunk)
            shown.update(len(chunk))
    if total is not None and size < total:
        raise TransferError(f"the connection broke after {size} of {total} bytes", again=True)


def _total_of_rest(
    answer: Answer, address: str, file: OfficialFile, partial: PartialFile, first: int
) -> int | None:
    """Size of the whole file, if the rest belongs to what is there.

    Raises:
      TransferError: If it does not; what is there is forgotten then.
    """
    note = partial.note
    known = file.size or note.get("total")
    part = re.fullmatch(r"bytes (\d{1,18})-(\d+)/(\d+|\*)", answer.header("Content-Range"))
    total = known if part is None or part[3] == "*" else _number(part[3])
    tags = (note.get("etag"), answer.header("ETag"))
    other = note.get("address") == address and all(tags) and tags[0] != tags[1]
    if part is None or int(part[1]) != first or (known and total != known) or other:
        partial.discard()
        raise TransferError("the file there is not the one that was begun", again=True)
    return total


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _note(answer: Answer, address: str, total: int | None) -> dict[str, object]:
    etag = answer.header("ETag")
    return {
        "address": address,
        "etag": "" if etag.startswith("W/") else etag,  # a weak one promises no equal bytes
        "modified": answer.header("Last-Modified"),
        "total": total,
        "page": answer.page,
    }
