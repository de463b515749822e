"""tripod_data clean."""

import os
import time

from data_commands import ROOM
from dataset_writers import write_dsprites_npz

from tripod_dlib.data.images.cache_inventory import list_caches


def test_clean_lists_and_removes_only_when_told(typed, tmp_path):
    typed("prepare", *ROOM)
    typed("prepare", *ROOM[:2], "--image_size=8")
    code, out, _ = typed("clean")
    assert code == 0 and out.count("today") == 2 and "--yes removes them" in out
    typed("clean", "shapes3d_procedural")
    assert len(list_caches()) == 2
    old = max(list_caches(), key=lambda cache: cache.num_bytes)
    for path in old.path.iterdir():
        os.utime(path, (time.time() - 40 * 86400,) * 2)
    assert "40 days old" in typed("clean")[1]
    assert "removed 1 caches" in typed("clean", "--older_than=30", "--yes")[1]
    (left,) = list_caches()
    assert left.path != old.path and not old.path.exists()
    assert "removed 1 caches" in typed("clean", left.path.name, "--yes")[1]
    assert list_caches() == [] and os.listdir(tmp_path / "cache") == []


def test_clean_never_touches_what_is_not_a_cache(typed, tmp_path):
    typed("prepare", *ROOM)
    cache = tmp_path / "cache"
    foreign = ["photos-0123456789ab/holiday.jpg", "notes/x.txt", "mixed-0123456789ab/key.json"]
    foreign += ["mixed-0123456789ab/my.txt", "deep-0123456789ab/key.json/x", "file-0123456789ab"]
    for name in foreign:
        (cache / name).parent.mkdir(parents=True, exist_ok=True)
        (cache / name).write_text("mine")
    (tmp_path / "elsewhere-0123456789ab").mkdir()
    (tmp_path / "elsewhere-0123456789ab" / "key.json").write_text("mine")
    (cache / "link-0123456789ab").symlink_to(tmp_path / "elsewhere-0123456789ab")
    (cache / "inner-0123456789ab").mkdir()
    (cache / "inner-0123456789ab" / "key.json").symlink_to(tmp_path / "elsewhere-0123456789ab")
    assert "removed 1 caches" in typed("clean", "--yes")[1]
    assert all((cache / name).read_text() == "mine" for name in foreign)
    assert (tmp_path / "elsewhere-0123456789ab" / "key.json").read_text() == "mine"
    assert (cache / "inner-0123456789ab").exists()


def test_a_cache_in_the_making_is_not_removed(typed, tmp_path):
    from tripod_dlib.storage import FolderLock

    typed("prepare", *ROOM)
    (cache,) = list_caches()
    with FolderLock(cache.path, "preparing"):
        code, _, err = typed("clean", "--yes")
    assert code == 2 and "is in use by process" in err and (cache.path / "images.npy").exists()


def test_variants_share_a_cache_and_imports_are_forgotten_on_request(typed, mine, tmp_path):
    sizes = (1, 3, 2, 2, 2, 2)
    write_dsprites_npz(tmp_path / "data" / "dsprites", sizes)
    assert typed("prepare", "color_dsprites", "--factor_sizes=1,3,2,2,2,2")[0] == 0
    assert "removed 1 caches" in typed("clean", "dsprites_full", "--yes")[1]
    typed("import", str(mine), "--name=my_shapes")
    assert "an import; its data stays" in typed("clean", "my_shapes", "--imports")[1]
    assert "my_shapes" in typed("list")[1]
    assert typed("clean", "my_shapes", "--imports", "--yes")[0] == 0
    assert "my_shapes" not in typed("list")[1] and mine.exists()
