"""Datasets: the contract, and rooms for what each kind of dataset needs.

Modules that stood here before there were rooms are still imported by their old names.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys

MOVED = {
    **{name: "formats" for name in ("array_file", "file_kind", "forward_reader", "members")},
    **{name: "images" for name in ("cache", "cache_inventory", "resize")},
    **{
        name: "official" for name in ("array_grid", "cars3d", "declaration", "dsprites", "falcor3d")
    },
    **{name: "official" for name in ("isaac3d", "mpi3d", "picture_grid", "shapes3d", "small_norb")},
    **{name: "rendered" for name in ("dummy_data", "font_glyphs", "shapes3d_procedural")},
    **{name: "own" for name in ("image_folder", "imported", "labelled_images", "own_file")},
    **{"image_source": "images.source", "image_rows": "images.rows", "sources": "official.origin"},
    "tfds_folder": "own",
}


class _OldNames(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a moved module under its old name: the same module, not a second one."""

    def find_spec(self, name, path, target=None):
        if name.removeprefix(f"{__name__}.") not in MOVED or not name.startswith(__name__):
            return None
        return importlib.machinery.ModuleSpec(name, self)

    def create_module(self, spec):
        old = spec.name.removeprefix(f"{__name__}.")
        room = MOVED[old]
        module = importlib.import_module(f"{__name__}.{room if '.' in room else f'{room}.{old}'}")
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module):
        module.__spec__ = module.__spec__.loader_state  # its own again


sys.meta_path.append(_OldNames())
