"""Times DCI against a plain loop over scikit-learn's classifiers: the same scores, on all cores."""

import time

import numpy as np

FACTOR_SIZES = (10, 10, 10, 8, 4, 15)  # Shapes3D's
NUM_LATENTS = 14
NUM_VALUES = 12


def rows(quick: bool, published: bool) -> list[dict]:
    """Boosting at a tenth of the published 10 000 / 5 000 points, forests at 10 000 points.

    Args:
      quick: Few points, to show that it runs.
      published: Boosting, of discrete latents, at all its points too.

    Returns:
      rows: "work", "plain_seconds", "seconds", "ratio", and "identical", which for boosting
        includes the state in which NumPy's global generator is left.
    """
    boosting, forest = (60, 200) if quick else (1_000, 10_000)
    compared = []
    if published:
        arrays = _inputs(10_000, discrete=True), _inputs(5_000, discrete=True, seed=1)
        compared.append(_boosting("DCI boosting, 10000 / 5000, discrete", *arrays))
    for discrete in (True, False):
        kind = "discrete" if discrete else "continuous"
        arrays = _inputs(boosting, discrete), _inputs(boosting // 2, discrete, seed=1)
        compared.append(_boosting(f"DCI boosting, {boosting} / {boosting // 2}, {kind}", *arrays))
        compared.append(_forest(f"DCI forest, {forest}, {kind}", *_inputs(forest, discrete)))
    return compared


def _inputs(num: int, discrete: bool, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.RandomState(seed)
    sources = np.stack([generator.randint(size, size=num) for size in FACTOR_SIZES], axis=1)
    weights = np.random.RandomState(7).normal(size=(len(FACTOR_SIZES), NUM_LATENTS))
    scaled = (sources / (np.array(FACTOR_SIZES) - 1) - 0.5) @ weights
    latents = np.tanh(scaled + 0.1 * generator.normal(size=scaled.shape))
    if discrete:
        latents = np.round((latents + 1) / 2 * (NUM_VALUES - 1))
    return sources, latents


def _timed(function) -> tuple[object, float]:
    start = time.perf_counter()
    return function(), time.perf_counter() - start


def _row(work: str, plain: float, ours: float, identical: bool) -> dict:
    return {
        "work": work,
        "plain_seconds": plain,
        "seconds": ours,
        "ratio": plain / ours,
        "identical": bool(identical),
    }


def _boosting(work: str, train: tuple, test: tuple) -> dict:
    from sklearn.ensemble import GradientBoostingClassifier

    from tripod_dlib.metrics.boosting import importance_and_accuracy

    (sources, latents), (test_sources, test_latents) = train, test

    def plain():
        importances, accuracies = [], []
        for i, source in enumerate(sources.T):
            model = GradientBoostingClassifier().fit(latents, source)
            importances.append(np.abs(model.feature_importances_))
            accuracies.append(
                (model.score(latents, source), model.score(test_latents, test_sources[:, i]))
            )
        return np.stack(importances, axis=1), *np.transpose(accuracies)

    def ours():
        return importance_and_accuracy(latents, sources, test_latents, test_sources)

    results, seconds, states = [], [], []
    for function in (plain, ours):
        np.random.seed(0)
        result, elapsed = _timed(function)
        results.append(result)
        seconds.append(elapsed)
        states.append(np.random.random_sample())
    same = all(np.array_equal(a, b) for a, b in zip(*results, strict=True))
    return _row(work, *seconds, same and states[0] == states[1])


def _forest(work: str, sources: np.ndarray, latents: np.ndarray) -> dict:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import train_test_split

    from tripod_dlib.metrics import compute_dci_random_forest

    def plain():
        scaled = (latents - latents.mean(axis=0)) / latents.std(axis=0)
        x, x_test, y, y_test = train_test_split(scaled, sources, test_size=0.1, random_state=42)
        importances, scores = [], []
        for i in range(sources.shape[1]):
            forest = RandomForestClassifier(
                100, criterion="entropy", max_depth=10, random_state=0
            ).fit(x, y[:, i])
            importances.append(forest.feature_importances_)
            scores.append((forest.score(x, y[:, i]), forest.score(x_test, y_test[:, i])))
        return np.stack(importances, axis=1), *np.mean(scores, axis=0)

    (importance, train, test), plain_seconds = _timed(plain)
    dci, seconds = _timed(lambda: compute_dci_random_forest(sources, latents))
    same = np.array_equal(dci["importance_matrix"], importance)
    same = same and dci["informativeness_train"] == train
    return _row(work, plain_seconds, seconds, same and dci["informativeness_test"] == test)
