"""Pictures of matrices, of interventions and of trees, and the numbers behind them."""

import numpy as np
import pytest
from PIL import Image

from tripod_dlib.visualize import dendrogram, relations
from tripod_dlib.visualize.interventions import vis_all_interventional_effects
from tripod_dlib.visualize.traversals import latent_traversal_1d_multi_dim

CHAIN = np.array([[0.9, 0.0, 0.1], [0.5, 0.6, 0.0], [0.0, 0.2, 0.8]])


def size_of(path):
    with Image.open(path) as picture:
        return picture.size


@pytest.mark.parametrize("shape", [(10, 4), (2, 2), (3, 8)])
def test_a_matrix_is_drawn_as_squares(tmp_path, shape):
    matrix = np.random.RandomState(0).uniform(size=shape)
    names = [f"factor {i}" for i in range(shape[1])]
    relations.heat_square(matrix, tmp_path / "out", "m", "latents", "factors", 1.0, names)
    assert min(size_of(tmp_path / "out" / "m.png")) > 200


def test_a_matrix_of_zeros_is_drawn_and_one_beyond_its_largest_value_is_refused(tmp_path):
    relations.heat_square(np.zeros((3, 2)), tmp_path, "zeros", "x", "y")
    assert (tmp_path / "zeros.png").exists()
    with pytest.raises(ValueError, match="a value of 2, above max_val, 1"):
        relations.heat_square(np.full((3, 2), 2.0), tmp_path, "m", "x", "y", max_val=1.0)


@pytest.mark.parametrize(
    "matrix, groups, found",
    [(np.zeros((5, 5)), 0, 0), (np.eye(5), 5, 5), (np.triu(np.ones(5)), 1, 5), (CHAIN * 4, 2, 3)],
)
def test_groups_and_factors_are_counted_at_a_threshold(matrix, groups, found):
    assert relations.precision(matrix, 1) == groups
    assert relations.recall(matrix, 1) == found


def test_what_hangs_together_is_marked():
    matrix = np.zeros((5, 5))
    matrix[0, :2] = matrix[3, 1] = matrix[4, 3:] = 1
    factors, codes, size = relations.bfs(matrix, [(0, 0)], np.zeros(5), np.zeros(5), 1)
    np.testing.assert_array_equal(factors, [1, 0, 0, 1, 0])
    np.testing.assert_array_equal(codes, [1, 1, 0, 0, 0])
    assert size == 4


def test_thresholds_are_drawn(tmp_path):
    relations.plot_recovery_vs_independent(CHAIN, tmp_path, "curve")
    assert min(size_of(tmp_path / "curve.png")) > 200


def test_factors_merge_when_a_shared_latent_appears(tmp_path):
    """In order .9 (0, z0), .8 (2, z2), .6 (1, z1), .5 (1, z0): 0 and 1; .2 (2, z1): 2 and they."""
    merges = dendrogram.dendrogram_plot(CHAIN, tmp_path / "tree", ["a", "b", "c"])
    assert set(merges) == {"merge_1_0", "merge_2_1", "merge_2_0"}
    assert merges == {"merge_1_0": 3, "merge_2_1": 4, "merge_2_0": 4}
    assert min(size_of(tmp_path / "tree.png")) > 200


@pytest.mark.parametrize("shape", [(5, 10), (3, 1), (1, 4)])
def test_a_tree_of_ties_is_drawn_and_one_factor_has_none(tmp_path, shape):
    merges = dendrogram.dendrogram_plot(np.zeros(shape), tmp_path / "tree", ["f"] * shape[0])
    assert len(merges) == shape[0] * (shape[0] - 1) / 2
    assert (tmp_path / "tree.png").exists() == (shape[0] > 1)


def test_interventions_are_drawn_also_of_a_constant_latent(tmp_path):
    factors = np.stack(np.unravel_index(np.arange(24), (2, 3, 4)), axis=1)
    latents = np.stack([factors[:, 1], factors[:, 2] + 0.1 * factors[:, 0], 0 * factors[:, 0]], 1)
    vis_all_interventional_effects(factors, latents.astype(float), tmp_path / "out")
    assert min(size_of(tmp_path / "out" / "interventional_effect.png")) > 300


def test_a_float32_that_never_changes_has_no_parent_though_its_mean_is_rounded(tmp_path):
    factors = np.stack(np.unravel_index(np.arange(24), (2, 3, 4)), axis=1)
    latents = np.stack([factors[:, 1], np.full(24, 0.7)], axis=1).astype(np.float32)
    assert latents.std(axis=0)[1] > 0
    vis_all_interventional_effects(factors, latents, tmp_path)
    assert min(size_of(tmp_path / "interventional_effect.png")) > 100


def decode(latents):
    return np.broadcast_to(latents.sum(axis=1)[:, None, None, None], (len(latents), 2, 3, 1))


def test_a_traversal_has_a_column_a_latent_and_a_row_a_value():
    picture = latent_traversal_1d_multi_dim(decode, np.array([1.0, 10.0, 100.0]), 2, 3)
    assert picture.shape == (6, 6, 1)
    np.testing.assert_allclose(picture[::2, ::3, 0], [[109, 100], [110, 101], [111, 102]])
    turned = latent_traversal_1d_multi_dim(
        decode, np.array([1.0, 10.0, 100.0]), np.array([2]), np.array([5.0, 6.0]), transpose=True
    )
    np.testing.assert_allclose(turned[0, ::3, 0], [16, 17])
    assert latent_traversal_1d_multi_dim(decode, np.zeros(4)).shape == (22, 12, 1)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([np.zeros((2, 2))], r"latent_vector is \(num_latents,\); got \(2, 2\)"),
        ([np.zeros(2), 3], "dimensions is 1 to 2, as many as latents; got 3"),
        ([np.zeros(2), 0], "dimensions is 1 to 2, as many as latents; got 0"),
        ([np.zeros(2), np.zeros((1, 1))], r"dimensions has one axis; got \(1, 1\)"),
        ([np.zeros(2), None, 1], "at least 2; got 1"),
        ([np.zeros(2), None, np.zeros((1, 1))], r"values has one axis; got \(1, 1\)"),
    ],
)
def test_a_traversal_of_another_form_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        latent_traversal_1d_multi_dim(decode, *arguments)
