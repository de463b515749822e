"""disentanglement_lib's configurations of models with labels and of pairs, as they were in 2019."""

import json

import gin
import numpy as np
import pytest

from tripod_dlib.cli.configuration import parsed
from tripod_dlib.compat import labellers, train
from tripod_dlib.errors import InputError
from tripod_dlib.models.families import semi_supervised as families
from tripod_dlib.models.families.pairs import GroupVAEArgmaxFamily

SHARED = """
import gin.tf.external_configurables
import disentanglement_lib.methods.semi_supervised.semi_supervised_vae
dataset.name = "shapes3d_procedural"
model.batch_size = 4
model.training_steps = 2
model.unsupervised_data_seed = 6
model.supervised_data_seed = 7
model.model_seed = 5
model.num_labelled_samples = 50
model.train_percentage = 0.5
encoder.num_latent = 10
encoder.encoder_fn = @test_encoder
decoder.decoder_fn = @test_decoder
reconstruction_loss.loss_fn = @bernoulli_loss
vae_optimizer.optimizer_fn = @AdamOptimizer
labeller.labeller_fn = @bin_labeller
bin_labeller.num_bins = 3
annealer.anneal_fn = @anneal
annealer.iteration_threshold = 20
supervised_loss.loss_fn = @xent
"""
OF_MODELS = {
    "s2_vae": "s2_vae.beta = 4",
    "s2_factor_vae": "s2_factor_vae.gamma = 4",
    "s2_dip_vae": "s2_dip_vae.lambda_od = 4\ns2_dip_vae.lambda_d_factor = 1",
    "s2_beta_tc_vae": "s2_beta_tc_vae.beta = 4",
    "s2_mine_vae": "s2_mine_vae.beta = 4",
    "supervised": "",
}
RECORDS = {
    "s2_vae": families.S2VAEFamily,
    "s2_factor_vae": families.S2FactorVAEFamily,
    "s2_dip_vae": families.S2DIPVAEFamily,
    "s2_beta_tc_vae": families.S2BetaTCVAEFamily,
    "s2_mine_vae": families.S2MineVAEFamily,
    "supervised": families.SupervisedOnlyFamily,
}


@pytest.fixture
def written(tmp_path):
    """Writes a configuration and gives its path."""

    def write(text):
        path = tmp_path / "config.gin"
        path.write_text(text)
        return str(path)

    return write


@pytest.mark.parametrize("call", ["", "()"], ids=["class", "called"])
@pytest.mark.parametrize("name", OF_MODELS)
def test_what_a_configuration_says_of_labels_is_in_the_record(name, call, written):
    text = f"{SHARED}model.model = @{name}{call}\n{OF_MODELS[name]}\n{name}.gamma_sup = 3\n"
    with parsed([written(text)], []) as configuration:
        record = RECORDS[name]()
    assert (record.labeller, record.num_bins) == ("bin", 3)
    assert (record.annealer, record.iteration_threshold) == ("anneal", 20)
    assert (record.supervision, record.gamma_sup) == ("xent", 3)
    assert (record.supervised_seed, record.num_labelled_samples) == (7, 50)
    assert record.train_percentage == 0.5
    assert configuration.bound["model.random_seed"] == "5"
    assert not [key for key in configuration.bound if key.endswith(("data_seed", "model_seed"))]


@pytest.mark.parametrize(
    "line, field, value",
    [
        ("labeller.labeller_fn = @perfect_labeller", "labeller", "perfect"),
        ("labeller.labeller_fn = @permuted_labeller", "labeller", "permuted"),
        ("labeller.labeller_fn = @noisy_labeller", "prob_random", 0.1),
        ("noisy_labeller.prob_random = 0.3", "prob_random", 0.3),
        ("partial_labeller.num_observed_factors = 3", "num_observed_factors", 3),
        ("annealer.anneal_fn = @fixed", "annealer", "fixed"),
        ("annealer.anneal_fn = @fine_tune", "annealer", "fine_tune"),
        ("supervised_loss.loss_fn = @l2", "supervision", "l2"),
        ("supervised_loss.loss_fn = @l2\nl2.learn_scale = False", "supervision", "sigmoid_l2"),
        ("supervised_loss.loss_fn = @cov", "supervision", "cov"),
        ("supervised_loss.loss_fn = @embed\nembed.sigma = 2.0", "sharpness", 2.0),
        ("s2_vae.labeller = 'perfect'", "labeller", "perfect"),
        ("s2_vae.supervision = 'cov'", "supervision", "cov"),
    ],
)
def test_each_labeller_annealer_and_loss_has_its_setting(line, field, value, written):
    text = f"{SHARED}model.model = @s2_vae\ns2_vae.beta = 4\n{line}\n"
    with parsed([written(text)], []):
        assert getattr(families.S2VAEFamily(), field) == value


@pytest.mark.parametrize(
    "line, message",
    [
        ("supervised_loss.loss_fn = @embed\nembed.use_order = True", "use_order = True is not"),
        ("supervised_loss.loss_fn = @embed\nembed.sigma = 'learn'", "sigma is 'learn', and is not"),
        ("annealer.anneal_fn = @xent", "annealer.anneal_fn is @xent; choose one of @fixed, @anne"),
        ("labeller.labeller_fn = @mig", "labeller_fn is @mig; choose one of @perfect_labeller"),
        ("annealer.iteration_threshold = 0", "s2_vae.annealer needs .*annealer.iteration_thresh"),
        ("labeller.labeller_fn = @partial_labeller", "'partial' leaves open which factors"),
    ],
)
def test_what_is_not_here_is_said(line, message, written):
    text = f"{SHARED}model.model = @s2_vae\ns2_vae.beta = 4\n{line}\n"
    with parsed([written(text)], []), pytest.raises(InputError, match=message):
        families.S2VAEFamily()


@pytest.mark.parametrize(
    "line, message",
    [
        ("model.model = @mine()", "mine, .*: models with labels are s2_vae, .* s2_mine_vae"),
        ("model.model = @annealed_s2_vae()", "annealed_s2_vae, .*annealer.anneal_fn"),
        (
            "model.model = @vae()\nvae.beta = 1",
            "num_labelled_samples, train_.*: models with labels",
        ),
        ("labeller.labeller_fn = @filter_factors_labeller", "it is @partial_labeller"),
        ("validation.validation_fn = @mig_validation", "no step of validation"),
        ("abstract_reasoning.model = @TwoStageModel", "abstract reasoning is not here"),
        ("vae_optimizer.optimizer_fn = @RMSPropOptimizer", "optimizers are AdamOptimizer"),
        ("vae_optimizer.learning_rate = @cosine_decay", "schedules are piecewise_constant"),
    ],
)
def test_names_that_are_not_here_get_what_corresponds(line, message, written):
    with (
        pytest.raises(InputError, match=f"(?s)What corresponds here .*{message}"),
        parsed([written(f"{SHARED}{line}\n")], []),
    ):
        pass


def test_a_fault_is_told_by_the_line_of_the_file(written):
    text = "import gin.tf\nmodel.model_seed = 1\nmodel.batch_sise = 3\n"
    with pytest.raises(InputError, match=r"config.gin\", line 3"), parsed([written(text)], []):
        pass


def test_a_configuration_of_pairs_is_taken(written):
    text = """
    model.model = @group_vae_argmax()
    group_vae_argmax.beta = 2
    dynamics.k = 1
    weak_loss.loss_fn = @l2
    """
    with parsed([written(text)], []):
        record = GroupVAEArgmaxFamily()
    assert (record.beta, record.num_changed) == (2, 1)


def test_it_trains_with_as_many_values_as_the_labels_have(written, tmp_path, capfd):
    text = f"{SHARED}model.model = @s2_vae\ns2_vae.beta = 4\ns2_vae.gamma_sup = 3\n"
    sizes = ["dataset.factor_sizes = (4, 4, 2, 1, 2, 1)", "dataset.image_size = 16"]
    few = ["protocol.num_samples = 20", *sizes]
    train.train_with_gin(str(tmp_path / "run"), False, [written(text)], few)
    results = json.loads((tmp_path / "run/results/aggregate/train.json").read_text())
    assert results["train_config.s2_vae.num_labelled_samples"] == "50"
    assert results["train_results.global_step"] == 2
    assert "could not be made" not in "".join(capfd.readouterr())
    import keras

    model = keras.saving.load_model(tmp_path / "run/model.keras", compile=False)
    assert model.parameters.factor_sizes == (3, 3, 2, 1, 2, 1)


def test_gin_chooses_the_labeller_of_the_functions():
    class Sizes:
        factors_num_values = [4, 5]

    factors = np.array([[0, 0], [1, 1], [2, 2], [3, 3]])
    gin.parse_config(["labeller.labeller_fn = @bin_labeller", "bin_labeller.num_bins = 2"])
    labels, sizes = labellers.make_labeller(factors, Sizes, np.random.RandomState(0))
    assert labels.tolist() == [[0, 0], [0, 0], [1, 0], [1, 1]] and list(sizes) == [2, 2]
