"""tripod_train: from a gin configuration to a trained, evaluated model."""

import contextlib
import gc
import os
import re
import sys
from collections.abc import Sequence
from functools import partial

import gin
from absl.flags import DEFINE_bool, DEFINE_multi_string, FlagValues

from tripod_dlib.cli.application import Command
from tripod_dlib.cli.binding_types import missing_bindings_named, require_metric
from tripod_dlib.cli.config_files import find_config, list_configs
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.cli.path_flags import DEFINE_multi_path, DEFINE_path
from tripod_dlib.errors import InputError
from tripod_dlib.registry import models

OWN_IMAGES = "gin/own.gin"
OWN_DATASETS = ("own", "own_file", "image_folder", "tfds_folder")
OPTIMIZER_GROUPS = ("discriminator", "statistics", "unregularized")
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
        if values.images is not None:
            _require_own(configuration.bound.get("dataset.name"), configs[1:])
        require_metric()
        _say_if_without_effect(bindings, configuration.bound)
        _say_if_scope_is_unused(configuration.bound)
        from tripod_dlib.training.train import train as train_model

        with missing_bindings_named():
            train_model(
                model_dir=values.model_dir,
                overwrite=values.overwrite,
                bound=configuration.bound,
                given=_given(configs, there, configuration.bound),
            )


def _require_own(dataset: str | None, configs: Sequence[str]) -> None:
    if dataset is None or dataset.strip("'\"") not in OWN_DATASETS:
        given = f", which {', '.join(configs)} or a flag binds" if configs else ""
        raise InputError(
            f"--images are images of your own, and dataset.name is {dataset}{given}. Give a file "
            "of a model beside --images, such as --gin_config=gin/models/vae.gin, and none of a "
            "dataset."
        )


def _say_if_without_effect(bindings: Sequence[str], bound: dict[str, str]) -> None:
    """A note on each flag that binds a parameter of a model that is not used."""
    used = {name for value in bound.values() for name in re.findall(r"@(?:\w+/)*(\w+)", value)}
    for model, parameter in re.findall(r"^\s*(\w+)\.(\w+)\s*=(?!=)", "\n".join(bindings), re.M):
        if model in models.names() and model not in used:
            trained = bound.get("model.model", "none")
            note = f"Note: {model}.{parameter} has no effect: model.model is {trained}."
            print(note, file=sys.stderr, flush=True)


def _say_if_scope_is_unused(bound: dict[str, str]) -> None:
    """A note on each binding in a scope, such as a misspelt one, that nothing enters."""
    entered = {
        scope
        for value in bound.values()
        for scopes in re.findall(r"@((?:\w+/)+)\w", value)
        for scope in scopes.strip("/").split("/")
    }
    for name, value in bound.items():
        *scopes, binding = name.split("/")
        groups = _optimizer_groups(bound) if binding.startswith("optimizer.") else ()
        unused = [scope for scope in scopes if scope not in entered and scope not in groups]
        if unused:
            known = ", ".join(sorted({*entered, *groups})) or "none"
            print(
                f"Note: {name} = {value} has no effect: nothing enters the scope {unused[0]!r}. "
                f"Scopes here: {known}.",
                file=sys.stderr,
                flush=True,
            )


def _optimizer_groups(bound: dict[str, str]) -> tuple[str, ...]:
    """Scopes in which a model may build an optimizer; of another package's model those bound."""
    trained = re.findall(r"(\w+)\(\)$", bound.get("model.model", ""))
    if set(trained) & set(models.builtin_names):
        return OPTIMIZER_GROUPS
    return tuple(scope for name in bound for scope in name.split("/")[:-1])


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
