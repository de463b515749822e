"""Official files from the web."""

from tripod_dlib.data.download.mirrors import download

__all__ = ["download"]
