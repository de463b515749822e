"""One training run: `keras.Model.fit` from evaluation to evaluation, each followed by a checkpoint.

Everything that the next update depends on stands in the model's and the optimizer's variables (step
and state of the random draws among them); batches are a function of seed and step. So a run that
goes on from a checkpoint ends where an uninterrupted one would. The checkpoint of a step is written
before its evaluation, and once more after it: an evaluation that fails costs no training.
"""

import time
from collections.abc import Callable

import keras

from tripod_dlib.data.batches import batches
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.data.training_input import training_input
from tripod_dlib.errors import DivergedError, InputError, Interrupted
from tripod_dlib.evaluation.protocol import Protocol
from tripod_dlib.results.attempt import attempt
from tripod_dlib.results.run_folder import RunFolder
from tripod_dlib.results.scores import evaluation_line, short_scores
from tripod_dlib.storage import progress
from tripod_dlib.training.checkpoint import Checkpoints
from tripod_dlib.training.collapse import KEY, collapse_note
from tripod_dlib.training.costs import Costs
from tripod_dlib.training.evaluator import Evaluator
from tripod_dlib.training.rehearsal import rehearse_saving, require_built_layers
from tripod_dlib.training.run_pictures import overview, reconstructions, traverse_all
from tripod_dlib.training.settings import Settings
from tripod_dlib.training.signals import StopRequests, stop_requests
from tripod_dlib.training.tensorboard import TensorBoard
from tripod_dlib.training.trained_model import TrainedModel
from tripod_dlib.training.watch import Watch
from tripod_dlib.training.weights import Weights


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
        self._of_step = batches.load(self.model.parameters.batches)(
            data, self.model.parameters, settings.random_seed, settings.batch_size
        )
        self._evaluator = Evaluator(data, self.trained, protocol)
        self.evaluations: list[dict] = []
        self.costs = Costs()
        self.weights = Weights(folder.path / "weights", settings.keep_all)
        self._checkpoints = Checkpoints(folder.path / "checkpoints")
        self._take_up()
        if not self.step:
            rehearse_saving(self.model)

    @property
    def step(self) -> int:
        """Updates made so far."""
        return int(self.model.step)

    @property
    def psnr_threshold(self) -> float | None:
        """Mean PSNR in dB that a checkpoint must reach to count."""
        return self._evaluator.psnr_threshold(self.evaluations)

    @property
    def notes(self) -> list[str]:
        """Sentences on the run that belong to its table."""
        possible = (
            self._evaluator.threshold_note(self.evaluations),
            collapse_note(self.evaluations, self.terms),
        )
        return [note for note in possible if note is not None]

    def train(self) -> None:
        """Trains to the end, evaluating and saving every period.

        Raises:
          DivergedError: If a loss term became NaN or infinite; the last checkpoint is kept.
          Interrupted: If SIGINT or SIGTERM came; the state was saved first.
        """
        if self.step >= self.settings.training_steps and not self._owes_evaluation:
            return
        board = TensorBoard(self.folder.path / "tensorboard", self.step)
        board.configuration(self.step, self.folder.bound)
        description = f"training {self.model.name}"
        with (
            stop_requests() as stop,
            progress(
                self.settings.training_steps, description, "steps", initial=self.step
            ) as shown,
        ):
            watch = self._watch(shown, board, stop)
            try:
                while True:
                    if self._owes_evaluation:
                        self._evaluate(board, shown, watch)
                        self._save()
                    if self.step >= self.settings.training_steps:
                        break
                    self._train_to_next_evaluation(watch, stop)
            finally:
                board.close()

    @property
    def terms(self) -> list[str]:
        """Names of the loss and its terms, as they are logged."""
        return [metric.name for metric in self.model.metrics]

    @property
    def _owes_evaluation(self) -> bool:
        """Whether the present step is to be evaluated and was not."""
        step = self.step
        due = step and (
            step % self.settings.eval_steps == 0 or step == self.settings.training_steps
        )
        return bool(due) and step not in [row["step"] for row in self.evaluations]

    def _watch(self, shown: object, board: TensorBoard, stop: StopRequests) -> Watch:
        def write_row(step: int, losses: dict[str, float], rate: float | None) -> None:
            row = {**losses, **self.model.parameters.scheduled_weights(step)}
            self.folder.metrics.append({"step": step, **row})
            speed = {} if rate is None else {"steps_per_second": rate}
            board.scalars(step, {f"train/{k}": v for k, v in {**row, **speed}.items()})

        steps = self.settings.log_steps
        newest = lambda: max(self._checkpoints.steps(), default=None)  # noqa: E731
        return Watch(steps, shown, write_row, stop, newest)

    def _train_to_next_evaluation(self, watch: Watch, stop: StopRequests) -> None:
        first, period = self.step, self.settings.eval_steps
        last = min((first // period + 1) * period, self.settings.training_steps)
        seed, batch_size = self.settings.random_seed, self.settings.batch_size
        watch.first_step = first
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
        except ValueError as error:
            require_built_layers(error)
            raise
        self.costs.training_seconds += watch.seconds
        watch.seconds = 0.0
        self._save()
        if stop.requested is not None:
            raise Interrupted(stop.requested)

    def _evaluate(self, board: TensorBoard, shown: object, watch: Watch) -> None:
        begun = time.monotonic()
        row = {"step": self.step, **self._evaluator.measure()}
        self.evaluations.append(row)
        self.weights.save(self.model, self.step)
        self.weights.drop_what_cannot_win(self.evaluations, self.psnr_threshold)
        self.folder.metrics.append({"evaluation": row, "step": self.step})
        seconds = time.monotonic() - begun
        shown.say(evaluation_line(row, self.settings.training_steps, seconds))
        if row[KEY] == 0:
            shown.say(collapse_note([row], self.terms))
        watch.scores = short_scores(row)
        self._show(board, row)

    def _show(self, board: TensorBoard, row: dict) -> None:
        board.scalars(self.step, {f"evaluation/{k}": v for k, v in row.items() if v is not None})
        seed = self.protocol.selection_seed
        with attempt("TensorBoard's picture of reconstructions"):
            board.image(
                self.step, "reconstructions", reconstructions(self.data, self.trained, seed)
            )
        with attempt("TensorBoard's picture of traversals"):
            nmi = self._evaluator.nmi
            traversals, _ = traverse_all(self.data, self.trained, nmi, seed, num_images=1)
            board.image(self.step, "traversals", overview(traversals))

    def _variables(self) -> dict[str, keras.Variable]:
        groups = {"model": self.model.variables, "optimizer": self.model.optimizer.variables}
        return {
            f"{group}/{index:04d}": variable  # Keras' own names count the models made before
            for group, variables in groups.items()
            for index, variable in enumerate(variables)
        }

    def _save(self) -> None:
        arrays = {name: variable.numpy() for name, variable in self._variables().items()}
        remembered = {"evaluations": self.evaluations, **self.costs.update()}
        self._checkpoints.save(self.step, arrays, remembered)
        self.folder.metrics.write_csv()

    def _take_up(self) -> None:
        checkpoint = self._checkpoints.load_latest()
        if checkpoint is None:
            self.folder.metrics.truncate(0, [])
            return
        step, arrays, remembered = checkpoint
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
        self.costs.take_up(remembered)
        self.folder.metrics.truncate(step, [row["step"] for row in self.evaluations])
