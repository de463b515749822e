"""disentanglement_lib's names for this package's functions: `import tripod_dlib.compat` first.

Afterwards `from disentanglement_lib.evaluation.metrics import mig` and every other path of `NAMES`
lead here, gin knows its names and takes `blacklist`, and `import gin.tf` works where the real one
fails to import. An installed disentanglement_lib that works is left alone, and an ImportError says
so.
"""

from tripod_dlib.compat.gin_names import register_all, take_old_keywords
from tripod_dlib.compat.importing import take_over
from tripod_dlib.compat.names import NAMES, NOT_HERE, resolve

__all__ = ["NAMES", "NOT_HERE", "resolve", "take_over"]

take_over()
take_old_keywords()
register_all()
