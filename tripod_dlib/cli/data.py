"""tripod_data: datasets from their official files to batches."""

import sys
from collections.abc import Sequence

from tripod_dlib.cli.application import Command
from tripod_dlib.cli.data_caches import CLEAN
from tripod_dlib.cli.data_files import DOWNLOAD, LIST, VERIFY
from tripod_dlib.cli.data_images import IMPORT, PREPARE, SHOW

TOOL = Command(
    name="tripod_data",
    summary="Finds, downloads, checks, converts, shows and imports datasets, and cleans up.",
    commands=(LIST, DOWNLOAD, VERIFY, PREPARE, SHOW, IMPORT, CLEAN),
    closing=(
        "Official files are looked for in --data_dir, then below $DISENTANGLEMENT_LIB_DATA, where "
        "existing folders of disentanglement_lib are found as they are. Exit codes: 0 done, 2 "
        "wrong input or data, 130 and 143 stopped by a signal; the same command goes on."
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    return TOOL.run(argv)


if __name__ == "__main__":
    sys.exit(main())
