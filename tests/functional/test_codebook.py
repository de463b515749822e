"""Codebooks against QLAE's published implementation (to 1e-6, indices exactly) and closed forms."""

import numpy as np
import pytest
from gradients import value_and_gradient
from keras import ops
from parity import load_parity

from tripod_dlib.functional.codebook import (
    commitment_loss,
    nearest_scalars,
    nearest_vectors,
    quantization_loss,
)
from tripod_dlib.functional.quantization import straight_through

VECTORS = np.array([[[0.9, 0.2]], [[0.1, 0.4]]], np.float32)  # two images of one latent
CODEBOOK = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], np.float32)


@pytest.mark.parametrize("prefix", ["", "init_"], ids=["learned", "initial"])
def test_scalars_agree_with_the_published_quantizer(prefix):
    reference = load_parity("qlae")
    codebooks = reference["codebook" if not prefix else "codebook_init"]
    z = reference[f"{prefix}z_continuous"]
    z_quantized, indices = nearest_scalars(z, codebooks)
    np.testing.assert_array_equal(indices, reference[f"{prefix}indices"])
    np.testing.assert_array_equal(z_quantized, reference[f"{prefix}z_quantized"])
    for loss in (quantization_loss, commitment_loss):
        expected = reference[prefix + loss.__name__]
        np.testing.assert_allclose(loss(z, z_quantized), expected, atol=1e-6, rtol=0)


def test_gradients_of_scalars_agree_with_the_published_quantizer():
    reference = load_parity("qlae")
    z, codebooks = reference["z_continuous"], reference["codebook"]
    for loss, expected_z, expected_codebook in (
        (quantization_loss, 0.0, reference["grad_quantization_codebook"]),
        (commitment_loss, reference["grad_commitment_z"], 0.0),
    ):
        _, (of_z, of_codebook) = value_and_gradient(
            lambda z, e: ops.mean(loss(z, nearest_scalars(z, e)[0])), z, codebooks
        )
        np.testing.assert_allclose(of_z, np.broadcast_to(expected_z, z.shape), atol=1e-6)
        np.testing.assert_allclose(
            of_codebook, np.broadcast_to(expected_codebook, codebooks.shape), atol=1e-6
        )
    _, (passed, _) = value_and_gradient(
        lambda z, e: ops.sum(reference["w"] * straight_through(z, nearest_scalars(z, e)[0])),
        z,
        codebooks,
    )
    np.testing.assert_array_equal(passed, reference["w"])


def test_the_first_of_the_nearest_is_taken():
    z = np.array([[0.0, 2.0]], np.float32)
    codebooks = np.array([[1.0, -1.0], [3.0, 1.0]], np.float32)
    np.testing.assert_array_equal(nearest_scalars(z, codebooks)[1], [[0, 0]])
    same = np.zeros((2, 2), np.float32)
    np.testing.assert_array_equal(nearest_vectors(VECTORS, same)[1], [[0], [0]])


def test_vectors_have_their_closed_form():
    """(.9, .2) is nearest to (1, 0), (.1, .4) to (0, 0): mean squares .055, with 1/4 of the
    commitment .06875, whose gradients are -2/4 of the differences and a quarter of 2/4."""

    def total(z, codebook):
        z_quantized, _ = nearest_vectors(z, codebook)
        return ops.mean(quantization_loss(z, z_quantized) + 0.25 * commitment_loss(z, z_quantized))

    z_quantized, indices = nearest_vectors(VECTORS, CODEBOOK)
    np.testing.assert_array_equal(indices, [[1], [0]])
    np.testing.assert_array_equal(z_quantized, [[[1.0, 0.0]], [[0.0, 0.0]]])
    assert np.mean(quantization_loss(VECTORS, z_quantized)) == pytest.approx(0.055)
    value, (of_z, of_codebook) = value_and_gradient(total, VECTORS, CODEBOOK)
    assert value == pytest.approx(0.06875)
    np.testing.assert_allclose(of_z[:, 0], [[-0.0125, 0.025], [0.0125, 0.05]], rtol=1e-6)
    np.testing.assert_allclose(of_codebook, [[-0.05, -0.2], [0.05, -0.1], [0, 0]], rtol=1e-6)


def test_vectors_take_exactly_the_codebook_s_values():
    generator = np.random.default_rng(0)
    codebook = generator.uniform(-0.2, 0.2, size=(512, 64)).astype(np.float32)
    z = generator.normal(size=(3, 5, 64)).astype(np.float32)
    z_quantized, indices = nearest_vectors(z, codebook)
    np.testing.assert_array_equal(z_quantized, codebook[np.asarray(indices)])
    distances = ((z[:, :, None].astype(np.float64) - codebook) ** 2).sum(axis=-1)
    np.testing.assert_array_equal(indices, distances.argmin(axis=-1))


@pytest.mark.parametrize("batch", [1, 4])
def test_collapsed_latents_have_finite_values_and_gradients(batch):
    codebooks = np.zeros((20, 3), np.float32)

    def total(z, e):
        z_quantized = nearest_scalars(z, e)[0]
        return ops.mean(quantization_loss(z, z_quantized) + commitment_loss(z, z_quantized))

    value, gradients = value_and_gradient(total, np.zeros((batch, 20), np.float32), codebooks)
    assert value == 0.0
    assert all(np.isfinite(gradient).all() for gradient in gradients)
