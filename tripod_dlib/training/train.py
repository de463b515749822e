"""Training as gin knows it, under disentanglement_lib's name `model`. Loads no framework itself."""

import contextlib
import dataclasses
import math

import gin
import numpy as np

from tripod_dlib.allowed import PositiveInt, Seed
from tripod_dlib.backend import require_backend
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.data.supervision import label_sizes
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.protocol import Protocol, require_scorable
from tripod_dlib.models.dlib_names import bound_num_latents
from tripod_dlib.models.family import Family
from tripod_dlib.models.optimizers import build_optimizer
from tripod_dlib.registry import metrics, models
from tripod_dlib.results.run_folder import RunFolder, default_path
from tripod_dlib.storage import require_memory
from tripod_dlib.training.settings import Settings

FLOAT_BYTES = 4


@gin.configurable(
    "model", module="tripod_dlib", denylist=["model_dir", "overwrite", "bound", "given"]
)
def train(
    model_dir: str | None,
    overwrite: bool,
    bound: dict[str, str],
    model: Family = gin.REQUIRED,
    training_steps: PositiveInt = gin.REQUIRED,
    random_seed: Seed = gin.REQUIRED,
    batch_size: PositiveInt = gin.REQUIRED,
    eval_steps: PositiveInt = 10_000,
    log_steps: PositiveInt = 100,
    num_latents: PositiveInt | None = None,
    keep_all: bool = False,
    data_parallel: bool = False,
    name: str = "",
    model_num: int | None = None,
    given: dict[str, object] | None = None,
) -> dict[str, object]:
    """Trains a model, evaluates it every period, reports the selected checkpoint.

    Called again with the same folder and configuration it goes on where it stopped.

    Args:
      model_dir: Folder of the run; None for results/<dataset>-<model>-<hash of the configuration>.
      overwrite: Move a run that is there aside and begin anew.
      bound: The bound configuration, binding to value: the run's identity.
      model: The model family with its parameters, as @tripod() gives it.
      training_steps: Updates in all.
      random_seed: Seed of initial weights, draws and batches.
      batch_size: Images per update.
      eval_steps: Updates between evaluations, each followed by a checkpoint.
      log_steps: Updates between rows of metrics.jsonl.
      num_latents: Number of latents; None for `encoder.num_latent`, or twice the number of factors
        where that is not bound.
      keep_all: Keep the weights of every evaluation.
      data_parallel: Divide each batch among all devices of this machine (JAX).
      name: For the user's own use, in the results.
      model_num: For the user's own use, in the results.
      given: What the configuration was made of, for people; see `RunFolder`.

    Returns:
      The flat results, as in results/json/train_results.json.

    Raises:
      InputError: If something given cannot be used.
      DivergedError: If a loss term became NaN or infinite.
      Interrupted: If a signal stopped the run; it was saved first.
    """
    model = _record(model)
    sizes = {
        "training_steps": training_steps,
        "batch_size": batch_size,
        "eval_steps": eval_steps,
        "log_steps": log_steps,
    }
    num_latents = bound_num_latents() if num_latents is None else num_latents
    protocol = Protocol()
    data = get_named_ground_truth_data()
    if num_latents is None and not data.num_factors:
        raise InputError(
            f"The images of {data.name} have no factors from which to take the number of latents: "
            "bind model.num_latents."
        )
    model, others = _with_label_sizes(model, data), _bindings_of_others(model)
    path = model_dir or default_path(data.name, model.name, bound, others)
    fingerprint = getattr(data, "fingerprint", None)  # another library's dataset has none
    with RunFolder(path, bound, overwrite, fingerprint, others, given) as folder:
        print(f"run folder: {folder.path}", flush=True)
        if folder.is_reported(training_steps):
            return folder.print_again()
        require_backend()
        from tripod_dlib.training.devices import all_devices
        from tripod_dlib.training.report import report
        from tripod_dlib.training.run import Run

        settings = Settings(
            **sizes,
            random_seed=random_seed,
            num_latents=num_latents or 2 * data.num_factors,
            keep_all=keep_all,
        )
        with all_devices(batch_size) if data_parallel else contextlib.nullcontext():
            with folder.unless_refused():
                require_scorable(data, protocol)
                _require_images(data, batch_size)
                run = Run(data, model, build_optimizer, settings, protocol, folder)
                _require_no_fewer(training_steps, run.step, folder)
            folder.note_length(run.step)
            run.train()
            return report(run, model.name)


def _require_no_fewer(training_steps: int, done: int, folder: RunFolder) -> None:
    """Refuses to call a run of more updates one of fewer."""
    if done > training_steps:
        raise InputError(
            f"The run in {folder.path} has made {done} updates, more than model.training_steps = "
            f"{training_steps}. Bind {done} or more, or choose another --model_dir, or --overwrite "
            "(which moves that run aside)."
        )


def _record(model: object) -> Family:
    """The family's record that is bound as `model.model`."""
    if isinstance(model, type) and issubclass(model, Family) and model.batches == "labelled":
        model = model()  # disentanglement_lib does not call these in gin
    if not isinstance(model, Family):
        raise InputError(
            f"model.model is {model!r}; bind a called reference, such as model.model = @tripod()."
        )
    return model


def _require_images(data: GroundTruthData, batch_size: int) -> None:
    """Refuses observations that are no images, and batches that no memory could hold."""
    shape = np.atleast_1d(data.observation_shape).tolist()
    if len(shape) != 3:
        raise InputError(
            f"An observation of {data.name} is of shape {tuple(shape)}; models are trained on "
            "images (height, width, channels)."
        )
    require_memory(
        batch_size * math.prod(shape) * FLOAT_BYTES,
        f"A batch of {batch_size} images",
        "Bind a smaller model.batch_size.",
    )


def _with_label_sizes(model: Family, data: GroundTruthData) -> Family:
    """A family that is trained with labels knows how many values each has."""
    if getattr(model, "factor_sizes", ()) is not None:
        return model
    return dataclasses.replace(model, factor_sizes=label_sizes(data.factors_num_values, model))


def _bindings_of_others(model: Family) -> tuple[str, ...]:
    """How bindings begin that do not concern this run: those of other families and of metrics."""
    read = {model.name, getattr(model, "rule", model.name)}  # mlvae_labels reads mlvae's too
    return tuple(f"{name}." for name in (*models.names(), *metrics.names()) if name not in read)
