import numpy as np
import pytest

from tripod_dlib.training.collapse import KEY, collapse_note, num_varying

TERMS = ["loss", "reconstruction", "klm", "nhp", "nhp_cond"]


def rows(*numbers):
    return [{"step": 10 * (i + 1), KEY: number} for i, number in enumerate(numbers)]


def test_a_quantized_latent_varies_if_it_takes_two_values():
    latents = np.zeros((100, 3))
    latents[7, 1] = 0.1
    assert num_varying(latents, discrete=True) == 1


def test_a_continuous_latent_varies_if_it_moves_by_more_than_noise():
    latents = np.random.RandomState(0).normal(size=(100, 3)) * [1.0, 1e-6, 0.0]
    assert num_varying(latents, discrete=False) == 1


@pytest.mark.parametrize(
    "numbers, when",
    [
        ([5, 0, 0], "from step 20 on no latent varied"),
        ([0, 5, 0], "from step 30 on no latent varied"),
        ([0, 5, 0, 3], "at step 10, 30 no latent varied"),
        ([0], "from step 10 on no latent varied"),
    ],
)
def test_a_collapse_is_named_with_its_steps_and_what_to_change(numbers, when):
    note = collapse_note(rows(*numbers), TERMS)
    assert when in note
    assert "optimizer.learning_rate" in note and "(klm, nhp)" in note
    assert "tripod.nhp_weight = 1e-2" in note


def test_a_model_without_nhp_gets_no_advice_on_it():
    note = collapse_note(rows(0), ["loss", "reconstruction"])
    assert "nhp" not in note and note.endswith("the reconstruction.")


def test_latents_that_vary_get_no_note():
    assert collapse_note(rows(5, 1), TERMS) is None
    assert collapse_note([{"step": 10}], TERMS) is None  # of an earlier version
