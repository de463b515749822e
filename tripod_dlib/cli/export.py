"""tripod_export: a trained model in formats that others serve."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import gin
from absl.flags import DEFINE_bool, FlagValues

from tripod_dlib.backend import require_backend
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.list_flags import DEFINE_list
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.errors import InputError
from tripod_dlib.postprocessing.stored import require_own_latents
from tripod_dlib.results.output_folder import output_folder
from tripod_dlib.storage import write_json

MARKER = Path("export.json")


def run_export(values: FlagValues) -> None:
    """Writes the model of a run, to a folder that is whole or not there."""
    for name in ("model_dir", "output_dir"):
        if values[name].value is None:
            raise InputError(f"--{name} is missing. See tripod_export --help.")
    run = Path(values.model_dir)
    with output_folder(values.output_dir, values.overwrite, MARKER) as folder:
        require_backend()
        require_own_latents(run)
        from tripod_dlib.training.export import export

        paths = export(run, folder, values.formats)
        names = [str(path.relative_to(folder)) for path in paths]
        write_json(folder / MARKER, {"model": run.name, "files": names})
    for name in names:
        print(Path(values.output_dir) / name, flush=True)


COMMAND = Command(
    name="tripod_export",
    summary=(
        "Writes the model of a finished run for other programs: as Keras file (of this package's "
        "classes: tripod_dlib.load('FOLDER') reads it where this package is), as TensorFlow's "
        "SavedModel with the endpoints representation, decoder, reconstructions and "
        "gaussian_encoder, as ONNX (which takes the packages tf2onnx and onnx)."
    ),
    flags=(
        partial(DEFINE_path, "model_dir", None, "folder of a finished run"),
        partial(DEFINE_path, "output_dir", None, "folder that gets the model"),
        partial(DEFINE_list, "formats", ["keras", "saved_model"], "keras, saved_model, onnx"),
        partial(DEFINE_bool, "overwrite", False, "replace an earlier export"),
    ),
    main=run_export,
    examples=("tripod_export --model_dir=RUN --output_dir=exported --formats=saved_model",),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    gin.clear_config()
    return COMMAND.run(argv)


if __name__ == "__main__":
    sys.exit(main())
