"""tripod_postprocess: from a finished run to a representation that tripod_evaluate reads."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import gin
from absl.flags import DEFINE_bool, DEFINE_multi_string, FlagValues

from tripod_dlib.cli.application import Command
from tripod_dlib.cli.binding_types import missing_bindings_named
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.cli.path_flags import DEFINE_multi_path, DEFINE_path
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.errors import InputError
from tripod_dlib.postprocessing.postprocess import postprocess
from tripod_dlib.results.output_folder import marker_of, output_folder, require_free
from tripod_dlib.results.stored_bindings import bind_dataset, note_other_data, run_bindings

CONFIG = "gin/postprocessing/mean.gin"
MARKER = marker_of("postprocess")
FLAGS = (
    partial(DEFINE_path, "model_dir", None, "folder of a finished run"),
    partial(DEFINE_path, "output_dir", None, "folder that gets the representation"),
    partial(DEFINE_multi_path, "gin_config", [], f"a configuration (without any {CONFIG})"),
    partial(DEFINE_multi_string, "gin_bindings", [], "a binding"),
    partial(DEFINE_bool, "overwrite", False, "replace an earlier representation"),
)


def run_postprocess(values: FlagValues) -> None:
    """Checks flags and folders, then extracts the representation."""
    for name in ("model_dir", "output_dir"):
        if values[name].value is None:
            raise InputError(f"--{name} is missing. See tripod_postprocess --help.")
    configs = values.gin_config or [CONFIG]
    extract(
        Path(values.model_dir), values.output_dir, values.overwrite, configs, values.gin_bindings
    )
    print(f"representation: {values.output_dir}", flush=True)


def extract(
    run: Path,
    output_dir: str,
    overwrite: bool,
    configs: Sequence[str],
    bindings: Sequence[str],
) -> None:
    """Extracts the representation of a run, to a folder that is whole or not there.

    Args:
      run: Folder of a finished run.
      output_dir: Folder to write.
      overwrite: Whether a representation that is there is replaced.
      configs: Configurations; later ones win.
      bindings: Bindings, which win over them.

    Raises:
      InputError: If a configuration or a folder cannot be used.
    """
    stored = run_bindings(run)
    require_free(Path(output_dir), overwrite, MARKER)
    with parsed(configs, bindings) as configuration, missing_bindings_named():
        bind_dataset(configuration.bound, stored)
        data = get_named_ground_truth_data()
        note_other_data(run, data.name, getattr(data, "fingerprint", None))
        with output_folder(output_dir, overwrite, MARKER) as folder:
            postprocess(data, run, folder)


COMMAND = Command(
    name="tripod_postprocess",
    summary=(
        "Extracts a representation from a finished run, for tripod_evaluate --input_dir: the mean "
        "of the posterior, a sample of it, or a function of your own."
    ),
    flags=FLAGS,
    main=run_postprocess,
    examples=(
        "tripod_postprocess --model_dir=RUN --output_dir=postprocessed/mean",
        "tripod_postprocess --model_dir=RUN --output_dir=postprocessed/sampled "
        "--gin_config=gin/postprocessing/sampled.gin",
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    gin.clear_config()
    return COMMAND.run(argv)


if __name__ == "__main__":
    sys.exit(main())
