"""Independent components: closed forms of a known mixture, and their way through a folder."""

import json

import numpy as np
import pytest
from run_folders import write_run

from tripod_dlib.cli.postprocess import COMMAND
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.postprocessing.independent_components import GAUSSIAN, fit_components
from tripod_dlib.postprocessing.stored import load_representation
from tripod_dlib.training import trained_model

VALUES = np.array([-3.0, -1.0, 1.0, 3.0]) / np.sqrt(5.0)
SOURCES = np.stack(np.meshgrid(VALUES, VALUES, indexing="ij"), axis=-1).reshape(-1, 2)
MIXING = np.array([[2.0, 1.0], [1.0, 1.0]])


def fit(latents, **settings):
    return fit_components(latents, np.random.RandomState(0), **settings)


def test_a_mixture_of_two_uniform_sources_is_undone():
    """Singular values over 4, the root of the 16 points: (3 +- sqrt 5) / 2."""
    mixed = SOURCES @ MIXING.T + [5.0, -2.0]
    singular = np.linalg.svd(mixed - mixed.mean(axis=0), compute_uv=False)
    np.testing.assert_allclose(singular / 4.0, [2.618034, 0.381966], rtol=1e-6)
    components = fit(mixed)
    found = components(mixed)
    correlation = np.abs(np.corrcoef(found.T, SOURCES.T)[:2, 2:])
    assert sorted(np.round(correlation, 8).ravel().tolist()) == [0.0, 0.0, 1.0, 1.0]
    assert components.rank == 2 and components.converged
    np.testing.assert_allclose(found.T @ found / 16.0, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(np.log(np.cosh(found)).mean(axis=0), 0.4057162882, rtol=1e-9)


def test_the_least_gaussian_comes_first_and_skews_are_positive():
    generator = np.random.default_rng(0)
    sources = np.stack(
        [
            generator.uniform(-1, 1, size=4000),
            -generator.exponential(size=4000),
            generator.laplace(size=4000),
        ],
        axis=1,
    )
    found = fit(sources @ generator.normal(size=(3, 3)))(sources)
    components = fit(sources)(sources)
    distance = np.abs(np.log(np.cosh(components)).mean(axis=0) - GAUSSIAN)
    assert (np.diff(distance) < 0).all() and found.shape == sources.shape
    assert (np.mean(components**3, axis=0) > 0).all()


def test_the_constant_is_that_of_a_standard_normal_variable():
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    expected = (weights * np.log(np.cosh(nodes))).sum() / weights.sum()
    assert GAUSSIAN == pytest.approx(expected, abs=2e-6)


def test_directions_that_do_not_vary_are_left_out_and_give_0():
    latents = np.c_[SOURCES, SOURCES.sum(axis=1), np.full(16, 7.0)]
    components = fit(latents)
    found = components(latents)
    assert components.rank == 2 and (found[:, 2:] == 0.0).all()
    np.testing.assert_allclose(found[:, :2].var(axis=0), 1.0)


def test_one_latent_is_whitened():
    components = fit(3.0 * SOURCES[:, :1] + 1.0)
    np.testing.assert_allclose(
        np.abs(components(3.0 * SOURCES[:, :1] + 1.0)), np.abs(SOURCES[:, :1])
    )


@pytest.mark.parametrize("latents", [np.ones((9, 2)), SOURCES[:1]], ids=["collapsed", "one point"])
def test_what_has_no_components_is_refused(latents):
    with pytest.raises(InputError, match="num_points"):
        fit(latents)


class Plain:
    """An autoencoder without a posterior, of which two latents mix what the images hold."""

    num_latents = 2
    representation = Representation(lambda images: images[:, 0, :2, 0] @ MIXING.astype("float32"))


def test_a_model_without_a_posterior_is_unmixed_and_read_again(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    write_run(tmp_path / "run", (2, 4, 2, 1, 1, 1), {})
    (tmp_path / "run" / "model.keras").write_bytes(b"weights")
    monkeypatch.setattr(trained_model, "load", lambda folder: Plain())
    flags = [f"--model_dir={tmp_path / 'run'}", f"--output_dir={tmp_path / 'out'}"]
    flags += ["--gin_config=gin/postprocessing/ica.gin"]
    flags += ["--gin_bindings=ica_representation.num_points = 100"]
    assert COMMAND.run(flags) == 0
    images = np.random.default_rng(0).uniform(size=(5, 16, 16, 3)).astype(np.float32)
    description = json.loads((tmp_path / "out" / "representation.json").read_text())
    expected = (Plain.representation(images) - description["center"]) @ description["unmixing"]
    found = load_representation(tmp_path / "out")
    np.testing.assert_allclose(found(images), expected, rtol=1e-5, atol=1e-6)
    assert not found.discrete and description["transform"] == "ica"
    results = tmp_path / "out" / "results" / "json" / "postprocess_results.json"
    assert json.loads(results.read_text())["num_components"] == description["rank"]


def test_what_does_not_converge_is_said(tmp_path):
    latents = np.random.default_rng(0).normal(size=(50, 6))
    assert not fit(latents, max_iterations=2).converged
