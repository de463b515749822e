import importlib
import sys

import gin
import pytest

from tripod_dlib import registry
from tripod_dlib.errors import InputError

KINDS = [registry.models, registry.datasets, registry.metrics]

MODULE = """
def build(**kwargs):
    return kwargs
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """A package of another author, installed: a module and its entry points."""
    (tmp_path / "author.py").write_text(MODULE)
    metadata = tmp_path / "author-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: author\nVersion: 1.0\n")
    groups = [f"[{kind.group}]\nauthors_{kind.kind} = author:build\n" for kind in KINDS]
    (metadata / "entry_points.txt").write_text("".join(groups))
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    yield
    sys.modules.pop("author", None)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_another_package_brings_a_name_through_its_entry_points(kind, plugin):
    name = f"authors_{kind.kind}"
    assert name in kind.names()
    assert kind.target(name) == "author:build"
    assert "author" not in sys.modules, "a name must resolve without an import"
    assert kind.load(name)(a=1) == {"a": 1}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_an_unknown_name_lists_the_known_ones_and_the_nearest(kind):
    known = kind.builtin_names[0]
    with pytest.raises(InputError) as error:
        kind.load(known[:-1])
    assert f"Did you mean {known!r}?" in str(error.value)
    assert ", ".join(kind.names()) in str(error.value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_builtin_name_leads_to_an_object(kind):
    for name in kind.builtin_names:
        assert callable(kind.load(name)), name


def test_a_name_is_registered_once(monkeypatch):
    marker = type("Marker", (), {})
    registry.models.register("one_off", marker)
    try:
        assert registry.models.load("one_off") is marker
        with pytest.raises(InputError, match="'one_off' is already taken"):
            registry.models.register("one_off", "somewhere:else")
    finally:
        registry.models.unregister("one_off")
    assert "one_off" not in registry.models.names()


def test_a_declaration_that_leads_nowhere_is_named():
    registry.datasets.register("lost", "tripod_dlib.errors:Nothing")
    try:
        with pytest.raises(InputError, match="'lost' is declared as 'tripod_dlib.errors:Nothing'"):
            registry.datasets.load("lost")
    finally:
        registry.datasets.unregister("lost")


def test_a_model_of_another_package_is_bound_by_its_name(tmp_path, plugin, monkeypatch):
    """The package of `plugin` brings the name; its module is imported when a binding says it."""
    source = (
        "from tripod_dlib.models.family import Family, family\n\n\n"
        "@family('authors_model')\n"
        "class AuthorsFamily(Family):\n"
        "    width: int = 3\n\n\n"
        "build = AuthorsFamily\n"
    )
    (tmp_path / "author.py").write_text(source)
    from tripod_dlib.cli.configuration import parsed

    bindings = ["model.model = @authors_model()", "authors_model.width = 5"]
    with parsed([], bindings):
        record = gin.query_parameter("model.model").scoped_configurable_fn()
    assert (record.name, record.width) == ("authors_model", 5)


@pytest.mark.parametrize("name", [None, "", "my metric", 3, "a/b", "-a"], ids=repr)
def test_what_is_no_name_is_not_registered(name):
    before = registry.metrics.names()
    with pytest.raises(InputError, match="A metric needs a name of letters"):
        registry.metrics.register(name, len)
    assert registry.metrics.names() == before


@pytest.mark.parametrize(
    "target", [3, None, object(), "no_module", ["a:b"]], ids=lambda t: type(t).__name__
)
def test_what_cannot_be_called_is_not_registered(target):
    with pytest.raises(InputError, match="'mine' is to be a class, a function or a text"):
        registry.models.register("mine", target)
    assert "mine" not in registry.models.names()
