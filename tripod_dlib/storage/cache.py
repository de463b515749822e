"""Where rendered and converted data may be kept between runs."""

import os
from pathlib import Path

import platformdirs

ENVIRONMENT_VARIABLE = "TRIPOD_DLIB_CACHE"


def cache_folder(override: str | os.PathLike | None = None) -> Path:
    """The folder for caches: `override`, else $TRIPOD_DLIB_CACHE, else the user's cache folder.

    Args:
      override: A folder that takes precedence over everything else.

    Returns:
      The absolute path; the folder itself need not exist yet.
    """
    chosen = override or os.environ.get(ENVIRONMENT_VARIABLE)
    folder = Path(chosen) if chosen else Path(platformdirs.user_cache_dir("tripod_dlib"))
    return folder.expanduser().absolute()
