"""disentanglement_lib's classes and functions of pairs and of labels."""

import gin
import numpy as np
import pytest
from keras import ops

from tripod_dlib.compat import labellers, pairs, semi_supervised
from tripod_dlib.compat.graph_code import GraphCodeError
from tripod_dlib.data.rendered.shapes3d_procedural import shapes3d_procedural
from tripod_dlib.errors import InputError
from tripod_dlib.models.families import pairs as pair_families
from tripod_dlib.models.families import semi_supervised as families

FACTORS = np.stack(np.meshgrid(np.arange(4), [0], indexing="ij"), -1).reshape(-1, 2)
FACTORS[:, 1] = FACTORS[:, 0]


class Sizes:
    factors_num_values = [4, 5]


def test_classes_of_pairs_are_the_families_records():
    assert pairs.GroupVAEArgmax(4.0) == pair_families.GroupVAEArgmaxFamily(beta=4.0)
    assert pairs.MLVaeLabels(beta=2.0) == pair_families.MLVAELabelsFamily(beta=2.0)
    gin.bind_parameter("mlvae_argmax.beta", 3.0)
    assert pairs.MLVaeArgmax() == pair_families.MLVAEArgmaxFamily(beta=3.0)


def test_an_aggregation_of_ones_own_is_refused_with_its_replacement():
    class Own(pairs.GroupVAEBase):
        def aggregate(self, *tensors):
            raise AssertionError("never called")

    with pytest.raises(GraphCodeError, match="Own.aggregate was graph code .*PairVAE"):
        Own(1.0)


def test_posteriors_are_aggregated_where_they_differ_least():
    """Divergences .01, .1931, 4, of which the third lies above the middle, 2.005."""
    one, two = np.array([[0.0, 1.0, 2.0]]), np.array([[0.1, 1.0, 0.0]])
    logvar_one, logvar_two = np.zeros((1, 3)), np.array([[0.0, np.log(2.0), 0.0]])
    divergence = pairs.compute_kl(one, two, logvar_one, logvar_two)
    np.testing.assert_allclose(divergence, [[0.01, np.log(2.0) - 0.5, 4.0]], rtol=1e-6)
    assert ops.convert_to_numpy(pairs.discretize_in_bins(divergence[0])).tolist() == [0, 0, 1]
    new = np.full((1, 3), 9.0), np.full((1, 3), 8.0)
    mean, logvar = pairs.aggregate_argmax(one, logvar_one, *new, None, divergence)
    np.testing.assert_array_equal(mean, [[9.0, 9.0, 2.0]])
    np.testing.assert_array_equal(logvar, [[8.0, 8.0, 0.0]])
    labels = np.array([[0.0, 1.0, 0.0]])
    mean, _ = pairs.aggregate_labels(one, logvar_one, *new, labels, None)
    np.testing.assert_array_equal(mean, [[9.0, 1.0, 9.0]])


def test_pairs_differ_in_one_factor_or_k():
    class Data:
        factors_num_values = [5, 5, 5, 5, 5]

    random_state = np.random.RandomState(0)
    changed = np.zeros(5)
    for _ in range(400):
        z, index = pairs.simple_dynamics(np.full((1, 5), -1), Data, random_state, True, k=-1)
        moved = (z[0] >= 0).sum()
        changed[moved] += 1
        assert z[0, index] >= 0
    expected = np.array([0.0, 0.625, 0.125, 0.125, 0.125])  # k = 1..4 as likely, then 1 or k
    assert (np.abs(changed / 400 - expected) <= 4 * np.sqrt(expected * (1 - expected) / 400)).all()
    assert pairs.simple_dynamics(np.zeros((1, 5), int), Data, random_state, k=3)[1] == 3


def test_labellers_give_the_labels_of_the_library():
    def seeded(labeller, **settings):
        labels, sizes = labeller(FACTORS, Sizes, np.random.RandomState(0), **settings)
        assert labels.dtype == np.float32
        return labels.tolist(), list(sizes)

    assert seeded(labellers.perfect_labeller) == (FACTORS.tolist(), [4, 5])
    noisy = seeded(labellers.noisy_labeller, prob_random=0.5)
    assert noisy == ([[0, 0], [1, 1], [1, 0], [3, 0]], [4, 5])
    assert seeded(labellers.permuted_labeller) == ([[2, 0], [3, 2], [1, 1], [0, 4]], [4, 5])
    assert seeded(labellers.bin_labeller, num_bins=2) == ([[0, 0], [0, 0], [1, 0], [1, 1]], [2, 2])
    labels, sizes = seeded(labellers.partial_labeller, num_observed_factors=1)
    assert sizes in ([4], [5]) and labels == FACTORS[:, :1].tolist()
    with pytest.raises(InputError, match="choose 1 to 2"):
        labellers.filter_factors(FACTORS, 3, np.random.RandomState(0))


def test_labelled_samples_are_split_in_their_order():
    data = shapes3d_procedural(image_size=16, factor_sizes=(2, 2, 2, 1, 2, 1))
    images, labels, sizes = labellers.sample_supervised_data(3, data, 10)
    again = labellers.sample_supervised_data(3, data, 10)
    np.testing.assert_array_equal(images, again[0])
    assert labels.shape == (10, 6) and list(sizes) == [2, 2, 2, 1, 2, 1]
    parts = labellers.train_test_split(images, labels, 10, 0.75)
    assert [len(part) for part in parts] == [8, 8, 2, 2]
    np.testing.assert_array_equal(np.concatenate([parts[1], parts[3]]), labels)
    with pytest.raises(InputError, match="10 observations, not 9"):
        labellers.train_test_split(images, labels, 9, 0.75)


@pytest.mark.parametrize(
    "made, record",
    [
        (
            semi_supervised.S2BetaVAE([2, 3], 4.0, 5.0),
            families.S2VAEFamily(factor_sizes=(2, 3), beta=4.0, gamma_sup=5.0),
        ),
        (
            semi_supervised.SupervisedVAE([2, 3]),
            families.SupervisedOnlyFamily(factor_sizes=(2, 3)),
        ),
        (
            semi_supervised.MineVAE(None, 5.0, 4.0),
            families.S2MineVAEFamily(beta=4.0, gamma_sup=5.0),
        ),
        (
            semi_supervised.S2FactorVAE(np.array([2]), 4.0, 5.0),
            families.S2FactorVAEFamily(factor_sizes=(2,), gamma=4.0, gamma_sup=5.0),
        ),
        (
            semi_supervised.S2DIPVAE([2], 1.0, 2.0, 3.0, "ii"),
            families.S2DIPVAEFamily(
                factor_sizes=(2,), lambda_od=1.0, lambda_d_factor=2.0, gamma_sup=3.0, dip_type="ii"
            ),
        ),
        (
            semi_supervised.S2BetaTCVAE([2], 4.0, 5.0),
            families.S2BetaTCVAEFamily(factor_sizes=(2,), beta=4.0, gamma_sup=5.0),
        ),
    ],
    ids=lambda record: type(record).__name__,
)
def test_classes_of_labels_are_the_families_records(made, record):
    assert made == record


def test_annealers_and_losses_have_their_formulas():
    found = [
        [annealer(4.0, step, 10) for step in (0, 5, 10, 11)]
        for annealer in (
            semi_supervised.fixed_annealer,
            semi_supervised.annealed_annealer,
            semi_supervised.fine_tune_annealer,
        )
    ]
    assert found == [[4.0] * 4, [0.0, 2.0, 4.0, 4.0], [0.0, 0.0, 0.0, 4.0]]
    z, labels = np.array([[0.5, -1.0, 0.3], [2.0, 0.0, -1.0]]), np.array([[1.0, 0.0], [2.0, 1.0]])
    xent = semi_supervised.supervised_regularizer_xent(z, labels, [3, 2])
    assert float(xent) == pytest.approx(2.6074138633)
    assert float(semi_supervised.supervised_regularizer_cov(z, labels)) == pytest.approx(0.414375)
    with pytest.raises(GraphCodeError, match="s2_vae.supervision = 'xent'"):
        semi_supervised.make_supervised_loss(z, labels)


def test_training_takes_labels_as_the_library_does(monkeypatch, tmp_path):
    given = {}
    monkeypatch.setattr(
        semi_supervised.training, "train", lambda *args, **kwargs: given.update(kwargs, args=args)
    )
    gin.parse_config(
        ["dataset.name = 'shapes3d_procedural'", "dataset.factor_sizes = (2, 2, 2, 1, 2, 1)"]
    )
    gin.parse_config(["s2_vae.beta = 4.0", "s2_vae.gamma_sup = 2.0"])
    settings = {"supervised_data_seed": 7, "num_labelled_samples": 50, "train_percentage": 0.5}
    semi_supervised.train(tmp_path, False, semi_supervised.S2BetaVAE, model_seed=3, **settings)
    record = given["args"][2]
    assert (record.beta, record.gamma_sup, record.supervised_seed) == (4.0, 2.0, 7)
    assert (record.num_labelled_samples, record.train_percentage) == (50, 0.5)
    assert record.factor_sizes == (2, 2, 2, 1, 2, 1) and given["random_seed"] == 3
