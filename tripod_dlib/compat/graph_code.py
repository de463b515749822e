"""What was graph code of TensorFlow 1 in disentanglement_lib: errors that name its replacement."""

import inspect
from collections.abc import Callable

from tripod_dlib.errors import InputError

NETWORK = (
    "networks are Keras layers here: bind {binding} to a function of ({sizes}) that gives one, "
    "such as `tripod_dlib.networks.dlib.{layer}`"
)
ENCODER = NETWORK.format(
    binding="encoder.encoder_fn", sizes="image_shape, num_outputs", layer="SequentialEncoder"
)
DECODER = NETWORK.format(
    binding="decoder.decoder_fn", sizes="image_shape, num_latents", layer="SequentialDecoder"
)
DISCRIMINATOR = NETWORK.format(
    binding="discriminator.discriminator_fn", sizes="num_latents", layer="FCDiscriminator"
)
HUB = (
    "a trained model is a file `model.keras`: `tripod_dlib.load(run)` opens it, and tripod_export "
    "writes TensorFlow's SavedModel"
)
MODEL_FN = (
    "the loss is made of terms: override `regularizer(kl_loss, z_mean, z_logvar, z_sampled)`, or "
    "write a family (`tripod_dlib.models.family`) whose Keras class has `loss_terms`"
)
SAMPLE = (
    "how latents are drawn is said by a kind of latents (`tripod_dlib.models.latents.base.Latents`)"
)

# Names that TensorFlow 1 had -> what to write today.
TENSORFLOW_1 = {
    "Session": "calls run at once: no session is needed",
    "ConfigProto": "tf.config",
    "Graph": "tf.function; models are Keras models",
    "contrib": "tf.contrib is gone; optimizers and layers are Keras'",
    "estimator": "`tripod_train`, or keras.Model.fit",
    "layers": "keras.layers",
    "placeholder": "arguments of a function, or keras.Input",
    "get_variable": "add_weight of a Keras layer",
    "variable_scope": "attributes of a Keras layer",
    "get_collection": "attributes of a Keras layer",
    "gfile": "tf.io.gfile",
    "log": "tf.math.log",
    "lgamma": "tf.math.lgamma",
    "to_float": "tf.cast(x, tf.float32)",
    "to_int32": "tf.cast(x, tf.int32)",
    "diag": "tf.linalg.diag",
    "diag_part": "tf.linalg.diag_part",
    "matrix_diag": "tf.linalg.diag",
    "matrix_diag_part": "tf.linalg.diag_part",
    "matrix_inverse": "tf.linalg.inv",
    "matrix_determinant": "tf.linalg.det",
    "reduce_logsumexp": "tf.math.reduce_logsumexp",
    "random_normal": "tf.random.normal",
    "random_uniform": "tf.random.uniform",
    "random_shuffle": "tf.random.shuffle",
    "set_random_seed": "model.random_seed",
    "logging": "absl.logging",
    "global_variables_initializer": "nothing: variables are made with their values",
    "ceil": "tf.math.ceil",
    "erf": "tf.math.erf",
}


class GraphCodeError(InputError, NotImplementedError):
    """TensorFlow 1's graph code was asked for; the message names what takes its place."""


def refused(name: str, arguments: str, replacement: str) -> Callable:
    """A function of the library's name and arguments that raises.

    Args:
      name: Its name.
      arguments: Names of its arguments, between spaces; "*" and "**" say what takes the rest.
      replacement: What to use, as the end of a sentence.
    """

    def function(*args, **kwargs):
        raise GraphCodeError(
            f"disentanglement_lib's {name} adds to a graph of TensorFlow 1, which is not here; "
            f"{replacement}."
        )

    kinds = {"**": inspect.Parameter.VAR_KEYWORD, "*": inspect.Parameter.VAR_POSITIONAL}
    function.__signature__ = inspect.Signature(
        [
            inspect.Parameter(
                word.lstrip("*"),
                next(
                    (kind for stars, kind in kinds.items() if word.startswith(stars)),
                    inspect.Parameter.POSITIONAL_OR_KEYWORD,
                ),
            )
            for word in arguments.split()
        ]
    )
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Refused: {replacement}."
    return function


def explained(error: Exception) -> Exception:
    """An error of the user's code; if it misses a name of TensorFlow 1's, with what to write."""
    missing = getattr(error, "name", None)
    in_tensorflow = isinstance(error, AttributeError) and "tensorflow" in str(error)
    if not in_tensorflow or missing not in TENSORFLOW_1:
        return error
    return GraphCodeError(
        f"tf.{missing} is TensorFlow 1's, which is not here: write {TENSORFLOW_1[missing]}."
    )


make_gaussian_encoder = refused(
    "make_gaussian_encoder", "input_tensor is_training num_latent encoder_fn", ENCODER
)
make_decoder = refused("make_decoder", "latent_tensor output_shape is_training decoder_fn", DECODER)
make_discriminator = refused(
    "make_discriminator", "input_tensor is_training discriminator_fn", DISCRIMINATOR
)
fc_encoder = refused("fc_encoder", "input_tensor num_latent is_training", ENCODER)
conv_encoder = refused("conv_encoder", "input_tensor num_latent is_training", ENCODER)
test_encoder = refused("test_encoder", "input_tensor num_latent is_training", ENCODER)
fc_decoder = refused("fc_decoder", "latent_tensor output_shape is_training", DECODER)
deconv_decoder = refused("deconv_decoder", "latent_tensor output_shape is_training", DECODER)
test_decoder = refused("test_decoder", "latent_tensor output_shape is_training", DECODER)
fc_discriminator = refused("fc_discriminator", "input_tensor is_training", DISCRIMINATOR)
make_metric_fn = refused(
    "make_metric_fn", "*names", "terms are logged by their names: give them in `loss_terms`"
)
export_as_tf_hub = refused(
    "export_as_tf_hub",
    "gaussian_encoder_model observation_shape checkpoint_path export_path drop_collections",
    HUB,
)
convolute_and_save = refused(
    "convolute_and_save",
    "module_path signature export_path transform_fn transform_checkpoint_path new_signature",
    "tripod_postprocess keeps a function of the posterior beside the model",
)
save_numpy_arrays_to_checkpoint = refused(
    "save_numpy_arrays_to_checkpoint",
    "checkpoint_path **dict_with_arrays",
    "the function of the posterior keeps its arrays itself, as tf.constant",
)
