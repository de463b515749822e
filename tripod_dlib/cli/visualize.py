"""tripod_visualize: pictures and animations of a trained model, or of a dataset's factors."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import gin
from absl.flags import DEFINE_bool, DEFINE_integer, DEFINE_string, FlagValues

from tripod_dlib.cli.application import Command
from tripod_dlib.cli.data_flags import (
    CACHE_DIR,
    DATA_DIR,
    FACTOR_SIZES,
    IMAGE_SIZE,
    dataset_arguments,
)
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.errors import InputError
from tripod_dlib.visualize.dataset import visualize_factors
from tripod_dlib.visualize.model import visualize

ANIMATION_FLAGS = (
    partial(DEFINE_integer, "num_animations", 5, "animations, each from another image"),
    partial(DEFINE_integer, "num_frames", 20, "frames of each"),
    partial(DEFINE_integer, "fps", 10, "frames per second"),
)


def visualize_model(values: FlagValues) -> None:
    """Pictures of the model of a run."""
    for name in ("model_dir", "output_dir"):
        if values[name].value is None:
            raise InputError(f"--{name} is missing. See tripod_visualize model --help.")
    visualize(
        values.model_dir,
        values.output_dir,
        values.overwrite,
        **_animation(values),
        num_points_irs=_positive(values, "num_points_irs"),
    )
    print(f"pictures: {values.output_dir}", flush=True)


def visualize_dataset(values: FlagValues) -> None:
    """Pictures of the factors of a dataset."""
    data = get_named_ground_truth_data(values.name, **dataset_arguments(values))
    folder = Path(values.path) / values.name
    visualize_factors(data, folder, **_animation(values))
    print(f"pictures: {folder}", flush=True)


def _animation(values: FlagValues) -> dict[str, int]:
    return {name: _positive(values, name) for name in ("num_animations", "num_frames", "fps")}


def _positive(values: FlagValues, name: str) -> int:
    if values[name].value < 1:
        raise InputError(f"--{name} is {values[name].value}; it must be at least 1.")
    return values[name].value


COMMAND = Command(
    name="tripod_visualize",
    summary="Pictures and animations of a trained model, or of a dataset's factors.",
    commands=(
        Command(
            name="tripod_visualize model",
            summary=(
                "Reconstructions, samples, traversals, animations and interventional effects of a "
                "finished run."
            ),
            flags=(
                partial(DEFINE_path, "model_dir", None, "folder of a finished run"),
                partial(DEFINE_path, "output_dir", None, "folder that gets the pictures"),
                partial(DEFINE_bool, "overwrite", False, "replace earlier pictures"),
                partial(
                    DEFINE_integer,
                    "num_points_irs",
                    10000,
                    "images from which interventional effects are estimated",
                ),
                *ANIMATION_FLAGS,
            ),
            main=visualize_model,
            examples=("tripod_visualize model --model_dir=RUN --output_dir=visualizations",),
        ),
        Command(
            name="tripod_visualize dataset",
            summary="Images in which one factor alone varies, and animations of all factors.",
            flags=(
                partial(DEFINE_string, "name", "dsprites_full", "registered name of the dataset"),
                partial(
                    DEFINE_path,
                    "path",
                    "dataset_visualizations",
                    "folder, in which one of the dataset's name is written",
                ),
                *(DATA_DIR, FACTOR_SIZES, IMAGE_SIZE, CACHE_DIR),
                *ANIMATION_FLAGS,
            ),
            main=visualize_dataset,
            examples=("tripod_visualize dataset --name=shapes3d",),
        ),
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    gin.clear_config()
    return COMMAND.run(argv)


if __name__ == "__main__":
    sys.exit(main())
