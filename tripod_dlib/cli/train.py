"""tripod_train: from a gin configuration to a trained, evaluated model."""

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from functools import partial

import gin
from absl.flags import DEFINE_bool, DEFINE_multi_string, FlagValues

from tripod_dlib.cli.application import Command
from tripod_dlib.cli.binding_types import missing_bindings_named
from tripod_dlib.cli.config_files import find_config, list_configs
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.cli.path_flags import DEFINE_multi_path, DEFINE_path
from tripod_dlib.errors import InputError

OWN_IMAGES = "gin/own.gin"
FLAGS = (
    partial(
        DEFINE_path,
        "images",
        None,
        "your own images, a file of arrays or a folder of pictures: trains with gin/own.gin",
    ),
    partial(DEFINE_multi_path, "gin_config", [], "a configuration; later ones win"),
    partial(DEFINE_multi_string, "gin_bindings", [], "a binding such as 'model.random_seed = 1'"),
    partial(
        DEFINE_path,
        "model_dir",
        None,
        "folder of the run; without it results/<dataset>-<model>-<hash of the configuration>",
    ),
    partial(
        DEFINE_bool, "overwrite", False, "begin anew: a run that is in the folder is moved aside"
    ),
)


def train(values: FlagValues) -> None:
    """Checks flags, configuration and data, then trains."""
    configs, bindings = list(values.gin_config), list(values.gin_bindings)
    if values.images is not None:
        configs.insert(0, OWN_IMAGES)
        bindings.insert(0, f"dataset.data_dir = {os.path.abspath(values.images)!r}")
    if not configs:
        raise InputError(
            "--gin_config is missing (or --images, for images of your own). Shipped "
            "configurations: " + ", ".join(list_configs())
        )
    for path in configs:
        print(f"configuration {path}: {find_config(path)}", flush=True)
    there = _bound_in_files(configs)
    with parsed(configs, bindings) as configuration:
        from tripod_dlib.training.train import train as train_model

        with missing_bindings_named():
            train_model(
                model_dir=values.model_dir,
                overwrite=values.overwrite,
                bound=configuration.bound,
                given=_given(configs, there, configuration.bound),
            )


def _bound_in_files(configs: Sequence[str]) -> dict[str, str] | None:
    """What the files bind alone; None where they are no configuration without the flags."""
    with contextlib.suppress(InputError), parsed(configs, []) as files:
        return files.bound


def _given(
    configs: Sequence[str], there: dict[str, str] | None, bound: dict[str, str]
) -> dict[str, object]:
    """What a page says of a configuration: its files' names, and what differs from them.

    Paths of this machine are left out.
    """
    names = [os.path.basename(path) if os.path.isabs(path) else path for path in configs]
    if there is None:
        return {"configs": names}
    differences = {
        name: [there.get(name, "not bound"), bound.get(name, "not bound")]
        for name in sorted({*there, *bound})
        if there.get(name) != bound.get(name)
    }
    return {"configs": names, "differences": differences}


COMMAND = Command(
    name="tripod_train",
    summary=(
        "Trains a model as a gin configuration says, evaluates it, and prints its scores. The same "
        "command again goes on where the run stopped; a finished run prints its table again."
    ),
    flags=FLAGS,
    main=train,
    examples=(
        "tripod_train --gin_config=gin/quickstart.gin",
        "tripod_train --gin_config=gin/quickstart.gin --gin_config=gin/models/beta_tcvae_mws.gin",
        "tripod_train --images=photos",
        "tripod_train --gin_config=gin/falcor3d.gin --gin_bindings='dataset.data_dir = \"/data\"'",
    ),
    closing=(
        "Configurations are looked up as paths, then among the shipped ones. A configuration can "
        "hold `import` lines, which run code: use only those that you trust. Exit codes: 0 done, "
        "2 wrong input or missing data, 3 diverged, 130 and 143 stopped by a signal after saving."
    ),
    stops_at_once=True,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    gin.clear_config()
    code = COMMAND.run(argv)
    gc.collect()  # TensorFlow warns of data iterators that outlive the interpreter
    return code


if __name__ == "__main__":
    sys.exit(main())
