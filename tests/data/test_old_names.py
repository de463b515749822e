"""Modules that moved into rooms are still imported by their old names."""

import importlib
import pickle
import sys

import pytest

from tripod_dlib.data import MOVED


@pytest.mark.parametrize("name", MOVED)
def test_an_old_name_leads_to_the_same_module(name):
    old = importlib.import_module(f"tripod_dlib.data.{name}")
    assert old is sys.modules[old.__name__] and old.__spec__.name == old.__name__
    assert old.__name__.startswith("tripod_dlib.data.") and old.__name__.count(".") == 3


def test_what_is_pickled_by_its_new_name_is_what_the_old_name_gives():
    from tripod_dlib.data.own_file import OwnFile

    assert pickle.loads(pickle.dumps(OwnFile)) is OwnFile
    assert OwnFile.__module__ == "tripod_dlib.data.own.own_file"


def test_other_names_are_not_found():
    for name in ("tripod_dlib.data.nothing", "tripod_dlib.cache", "own_file"):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(name)
