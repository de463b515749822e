"""What tells content from other content under the same name."""

import os
import shutil

import numpy as np
import pytest
from dataset_writers import cells, random_images, write_shapes3d

from tripod_dlib import registry
from tripod_dlib.data.images import rows
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.own.own_file import own_file

SIZES = (2, 3, 2)
IMAGES = random_images(12, 8, 8, 3)
LABELS = cells(SIZES)


@pytest.fixture
def fingerprint(tmp_path):
    """Saves arrays and opens them; gives the dataset's fingerprint."""

    def build(images=IMAGES, labels=LABELS, name="mine.npz", **more):
        arrays = {"images": images} | ({} if labels is None else {"labels": labels})
        np.savez(tmp_path / name, **arrays, **more)
        return own_file(str(tmp_path / name), cache_dir=str(tmp_path / "cache")).fingerprint

    return build


def test_the_same_content_has_the_same_fingerprint_wherever_and_whenever(fingerprint, tmp_path):
    found = fingerprint()
    assert len(found) == 32 and int(found, 16) >= 0
    assert fingerprint(name="other.npz") == found
    shutil.copy(tmp_path / "mine.npz", tmp_path / "later.npz")
    os.utime(tmp_path / "later.npz", (0, 0))
    assert own_file(str(tmp_path / "later.npz")).fingerprint == found


def test_every_change_of_images_labels_or_names_is_another_fingerprint(fingerprint):
    changed = IMAGES.copy()
    changed[7, 4, 4, 1] ^= 1
    names = np.array(["a", "b", "c"])
    several = [
        fingerprint(),
        fingerprint(images=changed),
        fingerprint(labels=LABELS[::-1]),
        fingerprint(factor_names=names),
        fingerprint(IMAGES[:11], LABELS[:11]),
        fingerprint(changed[:11], LABELS[:11]),
        fingerprint(IMAGES[:11], LABELS[:11][::-1]),
        fingerprint(labels=None),
        fingerprint(changed, labels=None),
        fingerprint(IMAGES[:, :4, :4], labels=None),
    ]
    assert len(set(several)) == len(several)


def test_of_many_images_some_are_looked_at_and_the_number_counts(monkeypatch):
    monkeypatch.setattr(rows, "BYTES_HASHED_WHOLE", 1000)
    monkeypatch.setattr(rows, "NUM_HASHED", 5)
    images = random_images(101, 8, 8, 3)
    whole = rows.ImageRows(images).digest()
    assert rows.ImageRows(images.copy()).digest() == whole
    for row in (0, 25, 100):
        changed = images.copy()
        changed[row] ^= 1
        assert rows.ImageRows(changed).digest() != whole
    assert rows.ImageRows(images[:100]).digest() != whole


def test_official_files_and_rendered_images_have_one_each(tmp_path):
    sizes = (2, 2, 2, 1, 2, 2)
    write_shapes3d(tmp_path, sizes)
    official = get_named_ground_truth_data(
        "shapes3d", str(tmp_path), sizes, cache_dir=str(tmp_path / "c")
    )
    rendered = [
        get_named_ground_truth_data(
            "shapes3d_procedural", factor_sizes=sizes, image_size=size, cache_dir=str(tmp_path / c)
        )
        for size, c in ((16, "c"), (16, "d"), (32, "c"))
    ]
    found = [data.fingerprint for data in (official, *rendered)]
    assert found[1] == found[2] and len(set(found)) == 3
    assert len({official.fingerprint, registry.datasets.load("dummy_data")().fingerprint}) == 2
