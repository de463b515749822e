"""Whether a zip archive (.npz, .keras) is as it was written, by the checksums of its members."""

import struct
import zipfile
import zlib
from pathlib import Path

_DAMAGE = (
    *(OSError, EOFError, ValueError, struct.error, zipfile.BadZipFile, zlib.error),
    *(NotImplementedError, RuntimeError),  # another compression, a password: damaged flags
)


def damage_of(path: Path) -> str | None:
    """What is wrong with an archive; None if every member has its checksum.

    A reader of one member may stop before the checksum at its end; this reads all to the end.

    Raises:
      FileNotFoundError: If there is no file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            member = archive.testzip()
    except FileNotFoundError:
        raise
    except _DAMAGE as error:
        return str(error)
    return None if member is None else f"the checksum of {member} is another"
