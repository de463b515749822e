import gin
import numpy as np
import pytest

from tripod_dlib import metrics, registry
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.batches import generate_batch_factor_code
from tripod_dlib.evaluation.protocol import Protocol, evaluate_protocol
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.evaluation.wrappers.base import metric_wrapper

SIZES = (4, 3, 5)


class DrawnGrid(GridData):
    """As good as a large dataset: its images are drawn."""

    num_images = 10**6


@pytest.fixture
def data():
    cells = np.stack(np.unravel_index(np.arange(60), SIZES), axis=1).astype(np.uint8)
    images = np.broadcast_to(cells[:, None, None, :] * 40, (60, 2, 2, 3))
    return DrawnGrid("grid", ["a", "b", "c"], list(SIZES), images)


def read_factors(images):
    return np.round(images[:, 0, 0, :] * 255 / 40)


def draw_factors(latents):
    return np.broadcast_to(latents[:, None, None, :] * 40 / 255, (len(latents), 2, 2, 3))


def test_the_protocol_scores_one_sample_of_the_asked_seed(data):
    representation = Representation(read_factors, 5)
    scores, sample = evaluate_protocol(
        data, representation, draw_factors, num_samples=1300, seed=4, baselines=True
    )
    expected = data.sample_factors(1300, np.random.RandomState(4))
    np.testing.assert_array_equal(sample.sources, expected)
    np.testing.assert_array_equal(sample.latents, expected)
    assert scores["infomec"]["infom"] > 0.95 and scores["mig"]["discrete_mig"] > 0.95
    assert scores["psnr"] == {"psnr": 100.0, "psnr_std": 0.0}
    direct = metrics.compute_dci_random_forest(expected, expected)
    assert scores["dci_random_forest"]["disentanglement"] == direct["disentanglement"]
    mean = data.sample_observations_from_factors(expected, None).mean(axis=0)
    images = data.sample_observations_from_factors(expected, None)
    of_mean = metrics.psnr(images, np.broadcast_to(mean, images.shape)).mean()
    assert scores["baselines"]["psnr"]["psnr"] == pytest.approx(of_mean, rel=1e-4)
    assert scores["baselines"]["infomec"]["infom"] < 0.3


def test_images_are_encoded_once_and_drawn_again_for_baselines_alone(data):
    encoded, drawn = [], []
    observe = data.sample_observations_from_factors

    def spy(factors, random_state):
        drawn.append(len(factors))
        return observe(factors, random_state)

    def read(images):
        encoded.append(len(images))
        return read_factors(images)

    data.sample_observations_from_factors = spy
    for baselines, passes in ((False, 1), (True, 2)):
        encoded.clear()
        drawn.clear()
        _, sample = evaluate_protocol(
            data, Representation(read, 5), draw_factors, num_samples=90, seed=4, baselines=baselines
        )
        assert (sum(encoded), sum(drawn)) == (90, passes * 90)
        assert (sample.psnr_of_mean_image is None) == (not baselines)


def test_without_reconstructions_there_is_no_psnr(data):
    scores, _ = evaluate_protocol(
        data, Representation(read_factors, 5), None, num_samples=200, seed=0, baselines=False
    )
    assert set(scores) == {"infomec", "dci_random_forest", "mig"}


def test_a_protocol_that_reports_on_its_selection_sample_is_refused():
    with pytest.raises(InputError, match="are the same"):
        Protocol(selection_seed=3, report_seed=3)
    with pytest.raises(InputError, match="protocol.num_samples is 5"):
        Protocol(num_samples=5)


def test_a_representation_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"for 2 images it gave \(2,\)"):
        Representation(lambda images: images[:, 0])(np.zeros((2, 3)))


def test_points_are_drawn_in_chunks_factors_then_observations(data):
    calls = []
    sample = data.sample

    def spy(num, random_state):
        calls.append(num)
        return sample(num, random_state)

    data.sample = spy
    latents, factors = generate_batch_factor_code(
        data, read_factors, 10, np.random.RandomState(0), 4
    )
    assert calls == [4, 4, 2] and latents.shape == factors.shape == (3, 10)
    generator = np.random.RandomState(0)
    expected = np.concatenate([data.space.sample(n, generator) for n in (4, 4, 2)]).T
    np.testing.assert_array_equal(factors, expected)
    np.testing.assert_array_equal(latents, expected)


@pytest.mark.parametrize("name", ["infomec", "dci_random_forest", "mig"])
def test_wrappers_have_disentanglement_lib_s_signature_and_draw_from_the_generator(data, name):
    for known in (name, "mig"):  # which brings the discretizer
        registry.metrics.load(known)
    gin.parse_config(
        f"{name}.num_train = 300\ndiscretizer.num_bins = 20\n"
        "discretizer.discretizer_fn = @histogram_discretizer\nhistogram_discretizer.num_bins = 20"
    )
    wrapper = gin.get_configurable(name)
    one, two = np.random.RandomState(0), np.random.RandomState(0)
    found = wrapper(data, Representation(read_factors, 5), one, None)
    assert found and "notes" not in found
    generate_batch_factor_code(data, read_factors, 300, two, 16)
    assert one.random_sample() == two.random_sample()
    with pytest.raises(ValueError, match="ground_truth_data|denylist|blacklist"):
        gin.bind_parameter(f"{name}.ground_truth_data", None)


def test_a_wrapper_that_takes_other_arguments_is_told_which():
    def takes_less(ground_truth_data, representation_function, random_state):
        return {}

    expected = "The metric mine takes .*, random_state.; a wrapper of a metric takes ground_truth"
    with pytest.raises(InputError, match=expected):
        metric_wrapper("mine")(takes_less)


def test_infomec_asks_whether_a_bare_function_is_discrete(data):
    wrapper = registry.metrics.load("infomec")
    with pytest.raises(ValueError, match="bind infomec.discrete"):
        wrapper(data, read_factors, np.random.RandomState(0), num_train=100)
    found = wrapper(data, read_factors, np.random.RandomState(0), num_train=400, discrete=True)
    assert found["infom"] > 0.8


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"num_points": 0}, "num_points is 0; it is an integer from 1"),
        ({"batch_size": None}, "batch_size is None; it is an integer from 1"),
        ({"representation_function": None}, "takes observations and gives .*; got None"),
    ],
)
def test_points_that_cannot_be_drawn_or_encoded_are_refused(data, changed, message):
    arguments = {"ground_truth_data": data, "representation_function": lambda images: images}
    arguments |= {"num_points": 5, "random_state": np.random.RandomState(0), "batch_size": 2}
    with pytest.raises(InputError, match=message):
        generate_batch_factor_code(**{**arguments, **changed})
