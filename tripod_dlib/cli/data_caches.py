"""tripod_data clean: caches and the names of imports."""

from collections.abc import Sequence
from functools import partial

from absl.flags import DEFINE_bool, DEFINE_float, FlagValues

from tripod_dlib.cli.application import Command
from tripod_dlib.cli.data_flags import CACHE_DIR
from tripod_dlib.data.images.cache_inventory import Cache, list_caches, remove_cache, select_caches
from tripod_dlib.data.own.imported import imported_names, remove_import
from tripod_dlib.errors import InputError
from tripod_dlib.storage import cache_folder
from tripod_dlib.storage.space import format_bytes

FLAGS = (
    CACHE_DIR,
    partial(DEFINE_bool, "yes", False, "remove what is listed"),
    partial(DEFINE_bool, "imports", False, "also the names of imports; needs NAMEs"),
    partial(
        DEFINE_float,
        "older_than",
        None,
        "only caches not written to for so many days",
        lower_bound=0.0,
    ),
)


def clean(values: FlagValues, *names: str) -> None:
    """Lists caches, and removes them if that is said."""
    if values.imports and not names:
        raise InputError("--imports needs the NAMEs of the imports that are to be forgotten.")
    imports = [name for name in names if name in imported_names(values.cache_dir)]
    caches = _selected(values, names, imports if values.imports else [])
    for cache in caches:
        print(_line(cache))
    for name in imports if values.imports else []:
        print(f"the name {name} of an import; its data stays")
    total = format_bytes(sum(cache.num_bytes for cache in caches))
    folder = cache_folder(values.cache_dir)
    if not values.yes:
        print(f"{len(caches)} caches in {folder}, {total}; --yes removes them")
        return
    for cache in caches:
        remove_cache(cache)
    for name in imports if values.imports else []:
        remove_import(name, values.cache_dir)
    print(f"removed {len(caches)} caches, {total}, from {folder}")


def _selected(values: FlagValues, names: Sequence[str], forgotten: Sequence[str]) -> list[Cache]:
    """Caches of the names; an import that is to be forgotten need not have one."""
    caches = list_caches(values.cache_dir)
    with_cache = {cache.name for cache in caches}
    searched = [name for name in names if name in with_cache or name not in forgotten]
    if names and not searched:
        return []
    return select_caches(caches, searched, values.older_than)


def _line(cache: Cache) -> str:
    days = "today" if cache.days < 1 else f"{cache.days:.0f} days old"
    state = "" if cache.finished else ", unfinished"
    return f"{cache.path.name}  {format_bytes(cache.num_bytes)}  {days}{state}"


CLEAN = Command(
    name="tripod_data clean",
    summary="Lists caches with size and age, and removes them.",
    flags=FLAGS,
    main=clean,
    argument="NAME",
    nargs="*",
    stops_at_once=True,
    examples=(
        "tripod_data clean",
        "tripod_data clean --older_than=90 --yes",
        "tripod_data clean my_shapes --imports --yes",
    ),
    closing=(
        "NAMEs are datasets or folders of caches; without any, all caches are meant. Nothing is "
        "removed without --yes, nothing but caches that this package made ever, and none that is "
        "being made just now. Training makes a cache again when it needs it."
    ),
)
