"""Folders that TensorFlow Datasets prepared."""

import sys

import numpy as np
import pytest
from dataset_writers import fake_tfds, write_tfds

from tripod_dlib.data.own.tfds_folder import tfds_folder
from tripod_dlib.errors import InputError


def test_a_folder_of_tensorflow_datasets_is_read_with_that_package(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", fake_tfds())
    images = write_tfds(tmp_path, (3, 4), 8)
    for _ in range(2):  # converted, then from the cache
        data = tfds_folder(str(tmp_path), cache_dir=str(tmp_path / "cache"))
        assert data.factor_names == ["label_a", "label_b"] and data.factors_num_values == [3, 4]
        np.testing.assert_array_equal(data.images(np.arange(12)), images)
    with pytest.raises(InputError, match=f"no dataset_info.json: .* Perhaps {tmp_path} is meant"):
        tfds_folder(str(tmp_path.parent))


def test_without_that_package_its_folders_are_refused_with_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    write_tfds(tmp_path, (3, 4), 8)
    with pytest.raises(InputError, match="not installed: pip install tensorflow-datasets"):
        tfds_folder(str(tmp_path))
