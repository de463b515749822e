"""One training run: `keras.Model.fit` from evaluation to evaluation, each followed by a checkpoint.

Everything that the next update depends on stands in the model's and the optimizer's variables (step
and state of the random draws among them); batches are a function of seed and step. So a run that
goes on from a checkpoint ends where an uninterrupted one would.
"""

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from tripod_dlib.data.batches import batches
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.training_input import training_input
from tripod_dlib.errors import DivergedError, InputError, Interrupted
from tripod_dlib.evaluation.protocol import Protocol, evaluate_protocol
from tripod_dlib.models.diagnostics import NUM_SAMPLES, decoder_figures, measure
from tripod_dlib.results.pictures import reconstruction_grid
from tripod_dlib.results.run_folder import RunFolder
from tripod_dlib.results.scores import flatten_scores
from tripod_dlib.storage import atomic_path, progress
from tripod_dlib.training.checkpoint import Checkpoints
from tripod_dlib.training.selection import select
from tripod_dlib.training.signals import StopRequests, stop_requests
from tripod_dlib.training.tensorboard import TensorBoard
from tripod_dlib.training.trained_model import TrainedModel
from tripod_dlib.training.watch import Watch

NUM_PICTURED = 10


@dataclasses.dataclass(frozen=True)
class Settings:
    """How long and how a run trains; see `train` for the meaning of each."""

    training_steps: int
    random_seed: int
    batch_size: int
    eval_steps: int
    log_steps: int
    num_latents: int
    keep_all: bool


class Run:
    """A model in training, where it stands, and the folder that it writes."""

    def __init__(
        self,
        data: GroundTruthData,
        build_model: Callable[..., keras.Model],
        build_optimizer: Callable[..., keras.optimizers.Optimizer],
        settings: Settings,
        protocol: Protocol,
        folder: RunFolder,
    ):
        """Builds the model and takes up the newest checkpoint, if there is one."""
        self.data = data
        self.settings = settings
        self.protocol = protocol
        self.folder = folder
        keras.utils.set_random_seed(settings.random_seed)
        try:
            self.model = build_model(
                image_shape=data.observation_shape,
                num_latents=settings.num_latents,
                dataset_size=data.num_images,
                seed=settings.random_seed,
            )
        except ValueError as error:  # a parameter that the networks or the model refuse
            raise InputError(str(error)) from error
        optimizer = build_optimizer(settings.training_steps, self.model)
        self.model.compile(optimizer=optimizer, jit_compile=keras.backend.backend() == "jax")
        optimizer.build(self.model.trainable_variables)
        self.trained = TrainedModel(self.model)
        self._figures = decoder_figures(self.model)
        self._of_step = batches.load(self.model.parameters.batches)(
            data, self.model.parameters, settings.random_seed, settings.batch_size
        )
        self.evaluations: list[dict] = []
        self.elapsed_seconds = 0.0
        self._checkpoints = Checkpoints(folder.path / "checkpoints")
        self._take_up()
        self._clock = time.monotonic()

    @property
    def step(self) -> int:
        """Updates made so far."""
        return int(self.model.step)

    @property
    def psnr_threshold(self) -> float | None:
        """Mean PSNR in dB that a checkpoint must reach to count."""
        bound = self.protocol.psnr_threshold
        return self.data.psnr_threshold if bound is None else bound

    def train(self) -> None:
        """Trains to the end, evaluating and saving every period.

        Raises:
          DivergedError: If a loss term became NaN or infinite; the last checkpoint is kept.
          Interrupted: If SIGINT or SIGTERM came; the state was saved first.
        """
        if self.step >= self.settings.training_steps:
            return
        board = TensorBoard(self.folder.path / "tensorboard", self.step)
        total = self.settings.training_steps
        description = f"training {self.model.name}"
        with (
            stop_requests() as stop,
            progress(total, description, "steps", initial=self.step) as shown,
        ):
            try:
                while self.step < total:
                    self._train_to_next_evaluation(shown, board, stop)
            finally:
                board.close()

    def weights_path(self, step: int) -> Path:
        """Where the weights of an evaluated step are kept, if they are."""
        return self.folder.path / "weights" / f"step_{step:08d}.keras"

    def evaluations_with_weights(self) -> list[dict]:
        """The evaluations whose weights were kept, by step."""
        return [row for row in self.evaluations if self.weights_path(row["step"]).exists()]

    def _train_to_next_evaluation(
        self, shown: object, board: TensorBoard, stop: StopRequests
    ) -> None:
        first, period = self.step, self.settings.eval_steps
        last = min((first // period + 1) * period, self.settings.training_steps)
        seed, batch_size = self.settings.random_seed, self.settings.batch_size

        def write_row(step: int, losses: dict[str, float]) -> None:
            row = {**losses, **self.model.parameters.scheduled_weights(step)}
            self.folder.append_metrics({"step": step, **row})
            board.scalars(step, {f"train/{name}": value for name, value in row.items()})

        watch = Watch(first, self.settings.log_steps, shown, write_row, stop)
        backend = keras.backend.backend()
        try:
            with training_input(
                self.data, seed, first, batch_size, backend, self._of_step
            ) as stream:
                self.model.fit(
                    stream,
                    steps_per_epoch=last - first,
                    shuffle=False,
                    verbose=0,
                    callbacks=[watch],
                )
        except DivergedError as error:
            self.folder.mark_diverged(str(error))
            raise
        if self.step == last:
            self._evaluate(board)
        self._save()
        if stop.requested is not None and self.step < self.settings.training_steps:
            raise Interrupted(stop.requested)

    def _evaluate(self, board: TensorBoard) -> None:
        scores, _ = evaluate_protocol(
            self.data,
            self.trained.representation,
            self.trained.decode,
            num_samples=self.protocol.num_samples,
            seed=self.protocol.selection_seed,
            baselines=False,
        )
        if self._figures is not None:
            seed = self.protocol.selection_seed
            images = self.data.sample_observations(NUM_SAMPLES, np.random.RandomState(seed))
            scores["decoder"] = measure(self._figures, self.trained.encode(images), seed)
        row = {"step": self.step, **flatten_scores(scores)}
        self.evaluations.append(row)
        self.folder.append_metrics({"evaluation": row, "step": self.step})
        board.scalars(self.step, {f"evaluation/{k}": v for k, v in row.items() if v is not None})
        images = self.data.sample_observations(NUM_PICTURED, np.random.RandomState(0))
        pixels = reconstruction_grid(images, self.trained.reconstruct(images))
        board.image(self.step, "reconstructions", pixels)
        self._keep_weights()

    def _keep_weights(self) -> None:
        with atomic_path(self.weights_path(self.step)) as temporary:
            self.model.save(temporary, include_optimizer=False)
        if self.settings.keep_all:
            return
        candidates = self.evaluations_with_weights()
        wanted = {
            select(candidates, threshold)[0]["step"]
            for threshold in (self.psnr_threshold, None, float("inf"))
        }
        for row in candidates:
            if row["step"] not in wanted:
                self.weights_path(row["step"]).unlink()

    def _variables(self) -> dict[str, keras.Variable]:
        groups = {"model": self.model.variables, "optimizer": self.model.optimizer.variables}
        return {
            f"{group}/{index:04d}": variable  # Keras' own names count the models made before
            for group, variables in groups.items()
            for index, variable in enumerate(variables)
        }

    def _save(self) -> None:
        now = time.monotonic()
        self.elapsed_seconds += now - self._clock
        self._clock = now
        arrays = {name: variable.numpy() for name, variable in self._variables().items()}
        remembered = {
            "evaluations": self.evaluations,
            "elapsed_seconds": self.elapsed_seconds,
        }
        self._checkpoints.save(self.step, arrays, remembered)

    def _take_up(self) -> None:
        found = self._checkpoints.load_latest()
        if found is None:
            self.folder.truncate_metrics(0)
            return
        step, arrays, remembered = found
        variables = self._variables()
        there = {name: array.shape for name, array in arrays.items()}
        here = {name: tuple(variable.shape) for name, variable in variables.items()}
        if there != here:
            raise InputError(
                f"The checkpoint of step {step} in {self.folder.path} is of another model or "
                f"library version: it holds {len(there)} variables, the model has {len(here)}, and "
                "not all have the same shapes. Use the version that wrote it, or begin anew with "
                "--overwrite."
            )
        for name, variable in variables.items():
            variable.assign(arrays[name])
        self.evaluations = remembered["evaluations"]
        self.elapsed_seconds = remembered["elapsed_seconds"]
        self.folder.truncate_metrics(step)
