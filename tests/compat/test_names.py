"""Every path, name and keyword of disentanglement_lib is here, or says what to do without it."""

import importlib
import inspect
import json
from pathlib import Path

import pytest

from tripod_dlib.compat.names import NAMES, NOT_HERE, modules, packages

LISTED = json.loads((Path(__file__).parents[1] / "fixtures" / "dlib_names.json").read_text())
NUM_PATHS = 84  # modules and packages, the top one among them


def here(module):
    return importlib.import_module(f"disentanglement_lib.{module}")


def parameters(function):
    found = list(inspect.signature(function).parameters.values())
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    names = [stars.get(parameter.kind, "") + parameter.name for parameter in found]
    return [name for name in names if name != "self"], found


def test_every_path_can_be_imported():
    paths = {*modules(), *packages()}
    assert len(paths) >= NUM_PATHS and set(LISTED) <= modules()
    for path in paths:
        here(path)


@pytest.mark.parametrize("module", sorted(LISTED))
def test_every_listed_name_is_in_one_of_the_two_tables(module):
    known = {*NAMES.get(module, {}), *NOT_HERE.get(module, {})}
    assert {name.split(".")[0] for name in LISTED[module]} <= known


@pytest.mark.parametrize(
    "module, name, expected",
    [
        pytest.param(module, name, expected, id=f"{module}.{name}")
        for module, names in LISTED.items()
        for name, expected in names.items()
        if name.split(".")[0] in NAMES.get(module, {})
    ],
)
def test_arguments_have_the_names_and_the_order_of_the_library(module, name, expected):
    found = here(module)
    for part in name.split("."):
        found = getattr(found, part)
    if expected is None:
        assert not inspect.isfunction(found)
        return
    names, given = parameters(found)
    if "." in name and names[: len(expected)] != expected:
        names = names[1:]  # an unbound method's object
    assert names[: len(expected)] == expected
    further = given[len(given) - len(names) + len(expected) :]
    assert all(parameter.default is not parameter.empty for parameter in further)


@pytest.mark.parametrize("module", sorted(NOT_HERE))
def test_a_name_that_is_not_here_says_what_to_do_without_it(module):
    for name, reason in NOT_HERE[module].items():
        with pytest.raises(ImportError, match=f"{name}: .* here") as error:
            getattr(here(module), name)
        assert str(error.value).endswith(reason)
    assert not set(NOT_HERE[module]) & set(NAMES.get(module, {}))


def test_an_unlisted_name_is_refused_with_the_known_ones():
    module = here("utils.results")
    with pytest.raises(AttributeError, match="results.save_dct; it has Encoder, aggregate_json"):
        _ = module.save_dct
    with pytest.raises(AttributeError, match="utils.foo; it has modules only"):
        _ = here("utils").foo
    assert not hasattr(here("validation.validate"), "__wrapped__")


def test_a_module_can_be_reloaded():
    module = here("evaluation.metrics.mig")
    before = module.compute_mig
    assert importlib.reload(module) is module and module.compute_mig is before
