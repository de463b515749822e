"""What every metric of two arrays promises: edges, invariances, ranges, scale and place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metric_samples import METRICS, noisy, quietly, scalars
from sklearn.model_selection import train_test_split

from tripod_dlib import metrics

SPLIT = sorted(name for name, metric in METRICS.items() if metric.min_samples == 10)
HELD_OUT = sorted(set(SPLIT) - {"dci_random_forest"})  # whose split is another
READING = sorted(name for name, metric in METRICS.items() if metric.reads_sources)


def where(**holds):
    """The names of metrics of which something holds."""
    names = [
        name
        for name, metric in METRICS.items()
        if all(getattr(metric, key) == value for key, value in holds.items())
    ]
    return pytest.mark.parametrize("name", names)


def assert_alike(name, found, expected, without=(), tolerance=1e-9):
    """The same scores, within what the metric allows."""
    near, found = METRICS[name].near, scalars(found, without)
    expected = scalars(expected, without)
    assert set(found) == set(expected)
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, abs=near.get(key, tolerance)), key


def test_the_table_is_complete():
    functions = {name for name in metrics.__all__ if name.startswith("compute_")}
    rows = {"compute_" + name.removesuffix("_continuous") for name in METRICS}
    assert functions - rows == {"compute_udr"}  # which compares models


class TestMetricOfArrays:
    @where()
    def test_nan_and_infinite_latents_are_refused(self, name):
        sources, latents = METRICS[name].draw(60)
        latents[7, 1], latents[9, 0] = np.nan, np.inf
        with pytest.raises(ValueError, match="2 NaN or infinite .* row 7, column 1"):
            METRICS[name].compute(sources, latents)

    @where()
    def test_too_few_samples_are_refused(self, name):
        sources, latents = METRICS[name].draw(60)
        least = METRICS[name].min_samples
        with pytest.raises(ValueError, match=f"t least {least} samples"):
            METRICS[name].compute(sources[: least - 1], latents[: least - 1])

    @pytest.mark.parametrize("name", sorted(set(METRICS) - set(SPLIT)))
    def test_few_samples_are_computed_and_said(self, name):
        """Three samples of three classes, and more latents than samples."""
        sources, latents = np.array([[0, 0], [1, 1], [2, 0]]), np.arange(12.0).reshape(3, 4)
        if METRICS[name].discrete:
            latents = np.tile([[0.0], [1], [0]], 4)
        found = quietly(METRICS[name].compute, sources, latents)
        assert scalars(found)
        if METRICS[name].nominal and METRICS[name].reads_sources:
            assert any("More latents than samples" in note for note in found["notes"])
            assert any("twice the classes" in note for note in found["notes"])

    @pytest.mark.parametrize("name", READING)
    def test_a_constant_source_is_left_out_and_said(self, name):
        sources, latents = METRICS[name].draw(90)
        expected = quietly(METRICS[name].compute, sources, latents)
        with pytest.warns(UserWarning) as warned:
            found = METRICS[name].compute(np.insert(sources, 1, 7, axis=1), latents)
        assert any("never vary: sources [1]" in str(one.message) for one in warned)
        assert list(scalars(found).values()) == list(scalars(expected).values())
        assert any("[1]" in note for note in found["notes"])

    @pytest.mark.parametrize("name", READING)
    def test_without_a_source_that_varies_nothing_is_scored(self, name):
        _, latents = METRICS[name].draw(60)
        found = quietly(METRICS[name].compute, np.ones((60, 2), int), latents)
        assert set(scalars(found, without=["num_active_dims"]).values()) <= {None}
        assert found["notes"]

    @pytest.mark.parametrize("name", HELD_OUT)
    def test_a_class_that_the_train_rows_lack_is_warned_about_and_computed(self, name):
        sources, latents = noisy(120)
        _, test = train_test_split(np.arange(120), test_size=1 / 3, random_state=42)
        sources[test[0], 0] = 9
        with pytest.warns(UserWarning, match="Some labels of source 0 are missing"):
            found = METRICS[name].compute(sources, latents)
        assert all(np.isfinite(value) for value in scalars(found).values())

    @pytest.mark.parametrize("name", HELD_OUT)
    def test_a_source_constant_in_the_train_rows_is_left_out(self, name):
        sources, latents = noisy(60)
        _, test = train_test_split(np.arange(60), test_size=1 / 3, random_state=42)
        sources[:, 2] = 0
        sources[test[:3], 2] = 1
        with pytest.warns(UserWarning, match=r"never vary in the train rows: sources \[2\]"):
            METRICS[name].compute(sources, latents)

    @where(nominal=True)
    def test_renaming_the_classes_of_a_source_changes_nothing(self, name):
        sources, latents = METRICS[name].draw(120)
        names = np.array(["pear", "apple", "fig", "lime", "kiwi"])
        one = quietly(METRICS[name].compute, sources, latents)
        assert_alike(name, quietly(METRICS[name].compute, names[sources], latents), one)

    @where(order=False)
    def test_permuting_latents_changes_nothing(self, name):
        sources, latents = METRICS[name].draw(120)
        one = quietly(METRICS[name].compute, sources, latents)
        order = np.random.RandomState(0).permutation(latents.shape[1])
        assert_alike(name, quietly(METRICS[name].compute, sources, latents[:, order]), one)

    @where()
    def test_a_constant_latent_changes_no_score_but_those_of_its_base(self, name):
        """Completeness counts it in the base of its logarithm, as published."""
        metric = METRICS[name]
        sources, latents = metric.draw(120)
        one = quietly(metric.compute, sources, latents)
        more = np.insert(latents, 1 if metric.order else latents.shape[1], 0.1, axis=1)
        assert_alike(name, quietly(metric.compute, sources, more), one, without=metric.of_base)

    @where(repeats=True)
    def test_duplicating_the_sample_changes_no_score(self, name):
        """But of the covariance, whose divisor is num - 1: its distance grows with n / (n - 1)."""
        sources, latents = METRICS[name].draw(120)
        one = METRICS[name].compute(sources, latents)
        if name == "unsupervised":
            one["gaussian_wasserstein_correlation"] *= 2 * 119 / (2 * 120 - 1)
        twice = np.tile(sources, (2, 1)), np.tile(latents, (2, 1))
        assert_alike(name, METRICS[name].compute(*twice), one)

    @where()
    @pytest.mark.parametrize("factor", [1e-300, 1e-8, 1e8, 1e160, 1e300])
    def test_a_unit_of_measurement_changes_nothing_or_is_said(self, name, factor):
        metric = METRICS[name]
        sources, latents = metric.draw(120)
        one = quietly(metric.compute, sources, latents)
        found = quietly(metric.compute, sources, latents * factor)
        words = "made for deviations", "the threshold", "made for values"
        if not any(word in note for word in words for note in found["notes"]):
            assert_alike(name, found, one, without=metric.by_unit, tolerance=0.02)
        assert all(v is None or np.isfinite(v) for v in scalars(found).values())

    @where()
    @pytest.mark.parametrize("offset", [1e8, -1e12])
    def test_a_place_far_away_changes_nothing_or_is_said(self, name, offset):
        """Latents are rounded to what is left of float64 there first."""
        metric = METRICS[name]
        sources, latents = metric.draw(120)
        latents = latents + offset - offset
        one = quietly(metric.compute, sources, latents)
        found = quietly(metric.compute, sources, latents + offset)
        if not any("made for deviations" in note for note in found["notes"]):
            assert_alike(name, found, one, tolerance=0.02)

    @where()
    @settings(max_examples=15, deadline=None, derandomize=True)
    @given(
        seed=st.integers(0, 2**20),
        num=st.integers(2, 40),
        sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3),
        num_latents=st.integers(1, 4),
        scale=st.sampled_from([1e-9, 1.0, 1e9]),
        levels=st.sampled_from([None, 1, 2]),
    )
    def test_scores_stay_in_their_ranges_for_any_input(
        self, name, seed, num, sizes, num_latents, scale, levels
    ):
        metric, generator = METRICS[name], np.random.RandomState(seed)
        num = max(num, metric.min_samples)
        sources = np.stack([generator.randint(size, size=num) for size in sizes], axis=1)
        latents = generator.normal(size=(num, num_latents))
        if levels is not None or metric.discrete:
            latents = generator.randint(levels or 2, size=(num, num_latents)) / 3
        found = quietly(metric.compute, sources, latents * scale)
        for key, value in scalars(found, without=["num_active_dims", "infoe_held_out"]).items():
            if value is None:
                assert found["notes"], key
                continue
            assert np.isfinite(value), key
            if key in metric.unit or "accuracy" in key:
                assert 0.0 <= value <= 1.0, key
            elif key in metric.from_zero:
                assert value >= 0.0, key
            elif key == "infoe":
                assert value <= 1.0
