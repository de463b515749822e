"""Models of scripts written for disentanglement_lib: classes with a regularizer, and functions."""

import gin
import keras
import numpy as np
import pytest
from keras import ops

from tripod_dlib.compat import graph_code, vae, vae_functions
from tripod_dlib.compat.graph_code import GraphCodeError
from tripod_dlib.errors import InputError
from tripod_dlib.models.families import dlib as families

BATCH = np.random.RandomState(0)
IMAGES = BATCH.uniform(size=(4, 8, 8, 1)).astype(np.float32)
MEAN = BATCH.normal(size=(6, 3)).astype(np.float32)
LOGVAR = BATCH.normal(size=(6, 3)).astype(np.float32)
SAMPLE = BATCH.normal(size=(6, 3)).astype(np.float32)
PLAIN = ["encoder.encoder_fn = @test_encoder", "decoder.decoder_fn = @test_decoder"]


def build(record):
    gin.parse_config(PLAIN)
    return record(image_shape=(8, 8, 1), num_latents=3, dataset_size=100, seed=0)


def terms_of(model):
    outputs = model(IMAGES, training=True)
    return outputs, model.loss_terms(model.prepare(IMAGES), outputs)


def numbers(tensor):
    return keras.ops.convert_to_numpy(tensor)


class Bottleneck(vae.BaseVAE):
    def __init__(self, gamma=gin.REQUIRED, target=gin.REQUIRED):
        self.gamma = gamma
        self.target = target

    def regularizer(self, kl_loss, z_mean, z_logvar, z_sampled):
        return self.gamma * ops.abs(kl_loss - self.target)


def test_a_regularizer_of_ones_own_is_a_term_of_the_loss():
    model = build(Bottleneck(gamma=4.0, target=10.0))
    _, terms = terms_of(model)
    kl = numbers(terms["kl"])
    np.testing.assert_allclose(terms["regularizer"], 4.0 * np.abs(kl.mean() - 10), rtol=1e-5)
    assert model.term_weights() == {"reconstruction": 1.0, "kl": 0.0, "regularizer": 1.0}
    assert terms["regularizer"].shape == terms["kl"].shape == (4,)


def test_gin_makes_the_class_and_its_parameters():
    gin.register("BottleneckOfGin")(Bottleneck)
    gin.parse_config(["BottleneckOfGin.gamma = 2", "BottleneckOfGin.target = 1.5"])
    record = gin.get_configurable("BottleneckOfGin")()
    assert (record.gamma, record.target, record.name) == (2, 1.5, "Bottleneck")


def test_a_saved_model_encodes_without_the_class_that_trained_it(tmp_path):
    model = build(Bottleneck(gamma=4.0, target=10.0))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    assert loaded.parameters.name == "regularized_vae"
    assert not isinstance(loaded.parameters, Bottleneck)
    found, expected = (numbers(m.encode(IMAGES)["representation"]) for m in (loaded, model))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "ours, family",
    [
        (vae.BetaVAE(4.0), families.VAEFamily(beta=4.0)),
        (vae.BetaTCVAE(6.0), families.BetaTCVAEFamily(beta=6.0)),
        (vae.DIPVAE(2.0, 10.0), families.DIPVAEFamily(lambda_od=2.0, lambda_d_factor=10.0)),
        (
            vae.DIPVAE(2.0, 1.0, "ii"),
            families.DIPVAEFamily(lambda_od=2.0, lambda_d_factor=1.0, dip_type="ii"),
        ),
        (
            vae.AnnealedVAE(1000.0, 25.0, 100),
            families.AnnealedVAEFamily(gamma=1000.0, c_max=25.0, iteration_threshold=100),
        ),
    ],
    ids=lambda record: type(record).__name__,
)
def test_the_librarys_classes_have_the_loss_of_the_families(ours, family):
    one, other = build(ours), build(family)
    other.set_weights(one.get_weights())
    losses = []
    for model in (one, other):
        model.step.assign(40)
        outputs = model(IMAGES, training=True)
        losses.append(numbers(model.compute_loss(IMAGES, y_pred=outputs)))
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)


def test_factor_vae_is_the_family_with_a_discriminator():
    assert vae.FactorVAE(gamma=10.0) == families.FactorVAEFamily(gamma=10.0)


class OfGraph(vae.BaseVAE):
    def model_fn(self, features, labels, mode, params):
        raise AssertionError("never called")


class OwnEncoder(vae.BaseVAE):
    def gaussian_encoder(self, input_tensor, is_training):
        raise AssertionError("never called")


@pytest.mark.parametrize(
    "record, message",
    [
        (OfGraph(), "OfGraph.model_fn was graph code .* override `regularizer"),
        (OwnEncoder(), "OwnEncoder.gaussian_encoder was .* bind encoder.encoder_fn"),
    ],
)
def test_overridden_graph_code_is_refused_with_its_replacement(record, message):
    with pytest.raises(GraphCodeError, match=message):
        build(record)


def test_graph_code_is_refused_where_it_is_called():
    with pytest.raises(NotImplementedError, match="conv_encoder adds to a graph .*SequentialEnc"):
        graph_code.conv_encoder(IMAGES, 10)
    with pytest.raises(GraphCodeError, match="decode adds to a graph .*decoder.decoder_fn"):
        vae.BetaVAE(1.0).decode(MEAN, (8, 8, 1), True)
    with pytest.raises(GraphCodeError, match="make_metric_fn .* terms are logged by their names"):
        graph_code.make_metric_fn("elbo", "kl")


def test_a_function_of_tensorflow_1_is_named_with_its_replacement():
    tf = pytest.importorskip("tensorflow")

    class Old(vae.BaseVAE):
        def regularizer(self, kl_loss, z_mean, z_logvar, z_sampled):
            return kl_loss * tf.to_float(2)

    with pytest.raises(GraphCodeError, match=r"tf.to_float .* write tf.cast\(x, tf.float32\)"):
        terms_of(build(Old()))


def test_another_error_of_a_regularizer_is_left_as_it_is():
    class Wrong(vae.BaseVAE):
        def regularizer(self, kl_loss, z_mean, z_logvar, z_sampled):
            return self.no_such_weight * kl_loss

    with pytest.raises(AttributeError, match="no_such_weight"):
        terms_of(build(Wrong()))


def test_a_regularizer_of_another_shape_is_refused():
    class Matrix(vae.BaseVAE):
        def regularizer(self, kl_loss, z_mean, z_logvar, z_sampled):
            return z_mean

    with pytest.raises(InputError, match=r"Matrix.regularizer gives .* shape \(4, 3\)"):
        terms_of(build(Matrix()))


def test_a_regularizer_may_change_with_the_step():
    class Growing(vae.BaseVAE):
        def regularizer(self, kl_loss, z_mean, z_logvar, z_sampled):
            return ops.cast(self.step, "float32")

    model = build(Growing())
    model.step.assign(7)
    np.testing.assert_array_equal(terms_of(model)[1]["regularizer"], np.full(4, 7.0))


def test_functions_have_their_closed_forms():
    kl = 0.5 * (MEAN**2 + np.exp(LOGVAR) - LOGVAR - 1).sum(axis=1).mean()
    np.testing.assert_allclose(vae_functions.compute_gaussian_kl(MEAN, LOGVAR), kl, rtol=1e-5)
    np.testing.assert_allclose(
        vae_functions.compute_covariance_z_mean(MEAN), np.cov(MEAN.T, ddof=0), rtol=1e-5, atol=1e-6
    )
    density = -0.5 * ((SAMPLE - MEAN) ** 2 / np.exp(LOGVAR) + LOGVAR + np.log(2 * np.pi))
    found = vae_functions.gaussian_log_density(SAMPLE, MEAN, LOGVAR)
    np.testing.assert_allclose(found, density, rtol=1e-5, atol=1e-6)
    distance = vae_functions.regularize_diag_off_diag_dip(np.full((3, 3), 2.0, "float32"), 5.0, 7.0)
    np.testing.assert_allclose(distance, 5 * 6 * 4 + 7 * 3)
    pairs = -0.5 * (
        (SAMPLE[:, None] - MEAN) ** 2 / np.exp(LOGVAR) + LOGVAR + np.log(2 * np.pi)
    ).astype(np.float64)
    joint = np.log(np.exp(pairs.sum(axis=2)).sum(axis=1))
    product = np.log(np.exp(pairs).sum(axis=1)).sum(axis=1)
    found = vae_functions.total_correlation(SAMPLE, MEAN, LOGVAR)
    np.testing.assert_allclose(found, (joint - product).mean(), rtol=1e-5)


@pytest.mark.parametrize("step, capacity", [(0, 0.0), (10, 10.0), (100, 100.0), (101, 100.0)])
def test_a_capacity_grows_to_its_largest_value(step, capacity):
    np.testing.assert_allclose(vae_functions.anneal(100.0, step, 100), capacity)


def test_codes_are_shuffled_column_by_column():
    codes = np.arange(300.0, dtype=np.float32).reshape(100, 3)
    found = numbers(vae_functions.shuffle_codes(codes))
    np.testing.assert_array_equal(np.sort(found, axis=0), codes)
    assert len({tuple(np.argsort(column)) for column in found.T}) == 3


@pytest.mark.parametrize("loss, expected", [("bernoulli_loss", 1.0), ("l2_loss", 2.0)])
def test_the_bound_reconstruction_loss_is_taken(loss, expected):
    import tripod_dlib.models.dlib_names  # noqa: F401 (gin knows the names then)

    gin.parse_config(f"reconstruction_loss.loss_fn = @{loss}")
    logits = np.zeros((2, 4, 4, 1), np.float32)
    images = np.ones((2, 4, 4, 1), np.float32)
    found = vae_functions.make_reconstruction_loss(images, logits)
    value = 16 * np.log(2) if expected == 1.0 else 16 * 0.25
    np.testing.assert_allclose(found, [value, value], rtol=1e-6)
    own = vae_functions.make_reconstruction_loss(
        images, logits, lambda a, b, kind: (kind, a is images)
    )
    assert own == ("logits", True)
