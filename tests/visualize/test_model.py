"""Pictures of a trained model, of each kind of latents."""

import numpy as np
import pytest
from PIL import Image
from run_folders import write_run

from tripod_dlib.cli.visualize import COMMAND
from tripod_dlib.training import trained_model
from tripod_dlib.visualize.cycles import cycles_of, evenly, sampled_latents
from tripod_dlib.visualize.model import visualize

SIZES = (2, 2, 2, 1, 1, 1)
GAUSSIAN = ("std_gaussian", "fitted_gaussian", "fixed_interval", "conf_interval", "minmax_interval")
SMALL = {"num_animations": 2, "num_frames": 4, "num_points_irs": 40}


class Model:
    """Two latents: brightness of the upper left pixel, and of the whole image."""

    num_latents = 2
    num_values_per_latent = None
    has_posterior = True

    def encode(self, images):
        return np.stack([images[:, 0, 0, 0], images.mean(axis=(1, 2, 3))], axis=1)

    def posterior(self, images):
        mean = self.encode(images)
        return mean, np.full_like(mean, 0.3)

    def decode(self, latents):
        latents = np.clip(latents, 0, 1)
        return np.broadcast_to(latents[:, :1, None, None], (len(latents), 16, 16, 3)).copy()

    def reconstruct(self, images):
        return self.decode(self.encode(images))


class Quantized(Model):
    num_values_per_latent = 3
    has_posterior = False

    def encode(self, images):
        return np.round(super().encode(images) * 2) / 2


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    write_run(tmp_path / "run", SIZES, {})
    monkeypatch.setattr(trained_model, "load", lambda folder: Model())
    return tmp_path / "run"


def files_of(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("[!.]*") if path.is_file()}


def expected(cycles):
    return {
        *("reconstructions/reconstructions.jpg", "sampled/samples.jpg", "visualization.json"),
        *("traversals/traversals0.jpg", "traversals/traversals1.jpg"),
        "interventional_effects/interventional_effect.png",
        *(f"animated_traversals/{cycle}_cycle{i}.gif" for cycle in cycles for i in range(2)),
    }


def test_a_model_with_a_posterior_gets_the_pictures_of_the_library(run, tmp_path):
    visualize(run, tmp_path / "out", **SMALL)
    assert files_of(tmp_path / "out") == expected(GAUSSIAN)
    with Image.open(tmp_path / "out" / "reconstructions" / "reconstructions.jpg") as picture:
        assert picture.size == (8 * 32, 8 * 16)
    with Image.open(tmp_path / "out" / "traversals" / "traversals0.jpg") as picture:
        assert picture.size == (2 * 16, 11 * 16)
        pixels = np.asarray(picture)[:, :, 0].astype(int)
    assert pixels[8, 8] < pixels[-8, 8] and abs(pixels[8, 24] - pixels[-8, 24]) < 4


def test_quantized_latents_go_through_their_values(run, tmp_path, monkeypatch):
    monkeypatch.setattr(trained_model, "load", lambda folder: Quantized())
    visualize(run, tmp_path / "out", **SMALL)
    assert files_of(tmp_path / "out") == expected(["values"])


def test_pictures_that_are_there_are_replaced_on_demand_only(run, tmp_path, capsys):
    flags = [f"--model_dir={run}", f"--output_dir={tmp_path / 'out'}"]
    small = [f"--{name}={value}" for name, value in SMALL.items()]
    assert COMMAND.run(["model", *flags, *small]) == 0
    assert f"pictures: {tmp_path / 'out'}" in capsys.readouterr().out
    assert COMMAND.run(["model", *flags, *small]) == 2
    assert "Directory already exists" in capsys.readouterr().err
    assert COMMAND.run(["model", *flags, *small, "--overwrite"]) == 0
    assert COMMAND.run(["model", flags[0], f"--output_dir={run}", "--overwrite"]) == 2
    assert "none of this package that could be replaced" in capsys.readouterr().err


def test_flags_are_checked(run, tmp_path, capsys):
    assert COMMAND.run(["model", f"--model_dir={run}"]) == 2
    assert "--output_dir is missing" in capsys.readouterr().err
    flags = [f"--model_dir={run}", f"--output_dir={tmp_path / 'out'}", "--num_frames=0"]
    assert COMMAND.run(["model", *flags]) == 2
    assert "--num_frames is 0; it must be at least 1" in capsys.readouterr().err


def test_a_dataset_is_visualized_by_its_command(tmp_path, monkeypatch):
    monkeypatch.setenv("TRIPOD_DLIB_CACHE", str(tmp_path / "cache"))
    flags = ["--name=shapes3d_procedural", "--factor_sizes=2,2,1,1,2,2", "--image_size=16"]
    small = ["--num_animations=1", "--num_frames=3"]
    assert COMMAND.run(["dataset", f"--path={tmp_path / 'out'}", *flags, *small]) == 0
    assert len(files_of(tmp_path / "out" / "shapes3d_procedural")) == 7


def test_cycles_stay_where_latents_are():
    generator = np.random.RandomState(0)
    mean = generator.normal(size=(50, 3))
    mean[:, 2] = 1.5  # never varies
    for name, cycle in cycles_of(mean, np.full_like(mean, 0.2), quantized=False).items():
        for latent in range(3):
            values = cycle(latent, mean[0, latent], 10)
            assert values.shape == (10,) and np.isfinite(values).all()
            if name == "minmax_interval_cycle":
                assert mean[:, latent].min() - 1e-9 <= values.min()
                assert values.max() <= mean[:, latent].max() + 1e-9
    levels = np.round(mean)
    cycle = cycles_of(levels, None, quantized=True)["values_cycle"]
    assert set(cycle(0, levels[0, 0], 40)) == set(levels[:, 0])


def test_samples_come_from_the_prior_or_from_each_latents_values():
    generator = np.random.RandomState(0)
    mean = np.arange(20.0).reshape(10, 2)
    found = sampled_latents(mean, None, 500, generator)
    assert set(found[:, 0]) == set(mean[:, 0]) and set(found[:, 1]) == set(mean[:, 1])
    drawn = sampled_latents(mean, np.ones_like(mean), 5000, generator)
    assert abs(drawn.mean()) < 4 / np.sqrt(10_000) and drawn.shape == (5000, 2)


def test_values_are_spread_evenly():
    np.testing.assert_array_equal(evenly(np.arange(21), 11), np.arange(0, 21, 2))
    np.testing.assert_array_equal(evenly(np.array([1, 2]), 4), [1, 1, 2, 2])
