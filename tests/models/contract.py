"""What every family must do, once for each: a family's test class inherits `FamilyContract`.

A family is compiled once; all runs of its contract are runs of that function.
"""

import dataclasses
import json
import os
from pathlib import Path

import gin
import keras
import numpy as np
from keras import ops
from models.tiny_networks import tiny_networks

from tripod_dlib import registry
from tripod_dlib.cli.train import OPTIMIZER_GROUPS
from tripod_dlib.models import slots
from tripod_dlib.models.family import Family
from tripod_dlib.models.optimizers import build_optimizer
from tripod_dlib.training.trained_model import TrainedModel

IMAGE_SHAPE, NUM_LATENTS, BATCH = (32, 32, 3), 4, 8
IMAGES = np.random.default_rng(0).integers(0, 256, size=(BATCH, *IMAGE_SHAPE), dtype=np.uint8)
REFERENCES = Path(__file__).parents[1] / "fixtures" / "models"
WRITE = "WRITE_MODEL_REFERENCES"  # an environment variable: set, TensorFlow's values are written
XLA_IS_JAX = keras.backend.backend() == "jax"


def build(name, parameters, seed=0, architecture="tiny", implementation="plain"):
    """A small model; "tiny" and "plain" compile soonest."""
    record = registry.models.load(name)(**parameters)
    slots.networks.register("tiny", tiny_networks)
    sizes = {"widths": (2, 3, 4, 5, 6), "hidden_units": 8, "cond_units": 8}
    chosen = {"architecture": architecture, "implementation": implementation}
    for key, value in {**sizes, **chosen}.items():
        gin.bind_parameter(f"networks.{key}", value)
    keras.utils.set_random_seed(seed)
    return record(image_shape=IMAGE_SHAPE, num_latents=NUM_LATENTS, dataset_size=1000, seed=seed)


def compiled(model, **settings):
    """The model, ready to train."""
    optimizer = build_optimizer(100, model, **{"learning_rate": 1e-3, **settings})
    model.compile(optimizer, jit_compile=XLA_IS_JAX)
    optimizer.build(model.trainable_variables)  # else fit traces its step twice
    return model


def fit(model, steps, batch=IMAGES):
    """The means of the losses over so many steps on one batch."""
    history = model.fit(_for_ever(batch), steps_per_epoch=steps, verbose=0, shuffle=False)
    return {name: values[0] for name, values in history.history.items()}


def _for_ever(batch):
    """The same batch again and again, of a size that is known beforehand, as in training."""
    if XLA_IS_JAX:
        return ((batch,) for _ in range(1000))
    import tensorflow as tf

    options = tf.data.Options()
    options.autotune.enabled = False
    return tf.data.Dataset.from_tensors((batch,)).repeat().with_options(options)


def state(model):
    """Everything that the next update depends on."""
    variables = [*model.variables, *model.optimizer.variables]
    return [np.array(ops.convert_to_numpy(variable)) for variable in variables]


def restore(model, arrays):
    """Puts `state`'s arrays back."""
    variables = [*model.variables, *model.optimizer.variables]
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def assert_same(one, two):
    """Two states, bit for bit."""
    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(first, second)


def to_numpy(tensors):
    return {name: np.asarray(ops.convert_to_numpy(value)) for name, value in tensors.items()}


def terms_of(model, batch=IMAGES, draws=None):
    """The loss terms of one step, unweighted."""
    outputs = model(batch, training=True, draws=draws)
    return model.loss_terms(model.prepare(batch), outputs)


def set_weights_from_numpy(model):
    """Weights that are the same on every backend."""
    generator = np.random.default_rng(1)
    for variable in model.trainable_variables:
        fan_in = np.prod(variable.shape[:-1]) if len(variable.shape) > 1 else 1.0
        spread = 0.7 / np.sqrt(fan_in) if len(variable.shape) > 1 else 0.1
        offset = 1.0 if variable.name == "gamma" else 0.0
        variable.assign(offset + spread * generator.normal(size=variable.shape))


class FamilyContract:
    """The contract; a subclass says which family it is of.

    Attributes:
      name: The family's registered name.
      parameters: Its parameters, every term with a weight that is seen.
      architecture: Of the networks; "tiny" does where the decoder's inside is not looked into.
      xla: Parameters that differ where XLA is compared with eager execution.
      tolerance: Of values between backends, relative to the largest.
      batch: What the family takes.
      lowered: The term that falls in a short training.
    """

    name: str
    parameters: dict
    architecture = "tiny"
    xla: dict = {}
    tolerance = 1e-4
    batch = IMAGES
    lowered = "reconstruction"

    @classmethod
    def model(cls, **changes):
        """The family's model, small, with some parameters changed."""
        return build(cls.name, {**cls.parameters, **changes}, architecture=cls.architecture)

    def draws(self, model):
        """What the model would draw, from NumPy; of a family whose draws have other ranges, too."""
        generator = np.random.default_rng(3)
        found = {}
        num = len(model.prepare(self.batch)["images"])
        for name, own in model.draw(num).items():
            if name in ("exchange", "uniform", "rows", "label_noise"):
                drawn = generator.uniform(size=tuple(own.shape))
            elif name == "rademacher":
                drawn = generator.choice([-1.0, 1.0], size=tuple(own.shape))
            else:
                drawn = generator.normal(size=tuple(own.shape))
            found[name] = ops.convert_to_tensor(drawn.astype(np.float32))
        return found

    def test_the_registry_s_name_is_the_record_s(self):
        record = registry.models.load(self.name)(**self.parameters)
        assert isinstance(record, Family) and record.name == self.name

    def test_every_parameter_has_a_type_a_meaning_and_a_reference(self):
        record = registry.models.load(self.name)
        docs = "\n".join(parent.__doc__ or "" for parent in record.__mro__)
        for field in dataclasses.fields(record):
            assert f"{field.name}: " in docs, field.name

    def test_shapes_are_those_of_images_and_latents(self, untrained):
        outputs = untrained(self.batch, training=True)
        assert untrained.encode(IMAGES)["representation"].shape == (BATCH, NUM_LATENTS)
        assert outputs["logits"].shape[1:] == IMAGE_SHAPE
        assert (untrained.num_latents, untrained.image_shape) == (NUM_LATENTS, IMAGE_SHAPE)
        values = untrained.latent_values()
        assert (values is None) == (untrained.num_values_per_latent is None)

    def test_terms_are_those_of_the_record_with_one_value_per_example(self, untrained):
        terms = terms_of(untrained, self.batch)
        assert set(terms) == set(untrained.term_weights())
        assert {len(value.shape) for value in terms.values()} == {1}

    def test_values_are_the_reference_s_on_either_backend(self):
        model = self.model()
        set_weights_from_numpy(model)
        draws = self.draws(model)
        terms = to_numpy(terms_of(model, self.batch, draws))
        found = {name: value.mean() for name, value in terms.items()}
        found["representation"] = to_numpy(model.encode(IMAGES))["representation"]
        path = REFERENCES / f"{self.name}.json"
        if os.environ.get(WRITE):
            assert not XLA_IS_JAX, "references are TensorFlow's"
            numbers = {name: np.asarray(value, float).tolist() for name, value in found.items()}
            path.write_text(json.dumps(numbers, indent=1) + "\n")
        assert path.exists(), f"write it: {WRITE}=1 pytest {path.stem}'s test -k reference"
        expected = json.loads(path.read_text())
        assert set(found) == set(expected)
        for name, value in expected.items():
            scale = max(1.0, np.abs(value).max())
            np.testing.assert_allclose(
                found[name], value, atol=self.tolerance * scale, rtol=0, err_msg=name
            )

    def test_training_lowers_its_term_and_logs_every_one(self, course):
        model, _, (first, last) = course
        assert last[self.lowered] < first[self.lowered]
        assert {"loss", *model.term_weights()} == set(last)
        assert all(np.isfinite(value) for value in last.values())
        assert int(model.step) == 24

    def test_its_optimizers_have_scopes_that_the_command_knows(self, course):
        assert set(course[0].optimizer_groups()) <= set(OPTIMIZER_GROUPS)

    def test_every_weight_learns(self, course):
        """But for biases before a norm, which takes them away again."""
        model, (start, _, end), _ = course
        moved = {
            variable.path: (one != two).any()
            for variable, one, two in zip(model.variables, start, end)
            if variable.trainable and variable.name != "bias"
        }
        assert all(moved.values()), [path for path, moves in moved.items() if not moves]

    def test_a_seed_gives_the_same_run_and_so_does_a_run_that_was_stopped(self, course):
        model, (start, middle, end), _ = course
        restore(model, start)
        fit(model, 24, self.batch)
        assert_same(state(model), end)
        restore(model, middle)
        fit(model, 12, self.batch)
        assert_same(state(model), end)

    def test_draws_depend_on_the_step_and_on_nothing_else(self):
        model = self.model()
        before, again = to_numpy(model.draw(BATCH)), to_numpy(model.draw(BATCH))
        model.step.assign(1)
        after = to_numpy(model.draw(BATCH))
        for key in before:
            np.testing.assert_array_equal(before[key], again[key])
            assert (before[key] != after[key]).any()

    def test_a_saved_model_reloads_in_safe_mode_and_encodes_the_same(self, course, tmp_path):
        model, _, _ = course
        model.save(tmp_path / "model.keras", include_optimizer=False)
        loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
        assert type(loaded) is type(model) and loaded.parameters == model.parameters
        config, loaded_config = model.get_config(), loaded.get_config()
        for key in set(config) - {"networks", "parameters", "dtype"}:
            assert loaded_config[key] == config[key], key
        one, two = TrainedModel(loaded), TrainedModel(model)
        latents = one.encode(IMAGES)
        np.testing.assert_array_equal(latents, two.encode(IMAGES))
        np.testing.assert_array_equal(one.decode(latents), two.decode(latents))
        assert int(loaded.step) == int(model.step)

    def test_xla_gives_the_losses_that_eager_execution_gives(self):
        model = self.model(**self.xla)
        draws = self.draws(model)

        def means(batch, draws):
            terms = terms_of(model, batch, draws)
            return {name: ops.mean(term) for name, term in terms.items()}

        batch = keras.tree.map_structure(ops.convert_to_tensor, self.batch)
        eager, xla = means(batch, draws), _xla(means)(batch, draws)
        for name in eager:
            np.testing.assert_allclose(
                to_numpy(xla)[name], to_numpy(eager)[name], rtol=1e-4, atol=1e-6, err_msg=name
            )

    def test_uint8_images_are_those_divided_by_255(self, untrained):
        floats = (IMAGES / 255.0).astype(np.float32)
        np.testing.assert_allclose(
            to_numpy(untrained.encode(IMAGES))["representation"],
            to_numpy(untrained.encode(floats))["representation"],
            atol=1e-6,
        )

    def test_saturated_latents_leave_losses_and_weights_finite(self, course):
        model, (start, _, _), _ = course
        restore(model, start)
        bias = next(v for v in model.encoder.trainable_variables[::-1] if v.name == "bias")
        bias.assign(np.full(bias.shape, 100.0))
        losses = fit(model, 2, self.batch)
        assert all(np.isfinite(value) for value in losses.values())
        assert all(np.isfinite(array).all() for array in state(model))


def _xla(function):
    if XLA_IS_JAX:
        import jax

        return jax.jit(function)
    import tensorflow as tf

    return tf.function(function, jit_compile=True, autograph=False)
