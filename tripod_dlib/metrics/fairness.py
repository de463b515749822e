"""Whether the prediction of one source depends on another one, which should not matter."""

from collections.abc import Callable, Sequence

import numpy as np

from tripod_dlib.metrics.prediction import Predictor, as_generator, fit_sources, resolve
from tripod_dlib.metrics.split import split

SUMMARIES: dict[str, Callable] = {"mean": np.mean, "max": np.max}


def compute_fairness(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    predictor: Predictor = "gradient_boosting_classifier",
    test_sources: np.ndarray | None = None,
    test_latents: np.ndarray | None = None,
    seed: int | np.random.RandomState | None = 0,
) -> dict[str, object]:
    """Unfairness of the prediction of every source towards groups by every other source.

    Groups are those of the rows to score on: where sources depend on each other in the sample, a
    perfect prediction is unfair too. The wrapper `fairness` changes the other source alone instead.

    Args:
      sources: (num_samples, num_sources) labels, of which only equality matters.
      latents: (num_samples, num_latents) numbers.
      predictor: See `compute_downstream_task`.
      test_sources, test_latents: Rows to score on; without them a third is held out, as `split`
        says.
      seed: Seed of unseeded boosting, or what it draws from; None is NumPy's global generator.

    Returns:
      The keys of `scores_by_name` under "mean_fairness" and "max_fairness", in [0, 1], 0 is fair,
        for sources that vary; none with fewer than two of them.
      "notes": list of str.

    Raises:
      ValueError: See `split.split`.

    Reference: Locatello et al., 2019, On the fairness of disentangled representations, section 3.
    """
    make_classifier = resolve(predictor)
    parts = split(sources, latents, test_sources, test_latents).for_predictors(make_classifier)
    notes = list(parts.notes)
    if len(parts.varying) < 2:
        notes.append("Fairness is undefined: fewer than two sources vary.")
        return {"notes": notes}
    num = len(parts.varying)
    predicted = fit_sources(
        make_classifier,
        parts.latents,
        parts.sources,
        lambda model, _: model.predict(parts.test_latents),
        as_generator(seed),
    )
    mean, largest = np.zeros((2, num, num))
    sizes = np.maximum(parts.sources.max(axis=0), parts.test_sources.max(axis=0)) + 1
    for i in range(num):
        for j in range(num):
            counts = np.zeros((sizes[j], sizes[i]), np.int64)
            np.add.at(counts, (parts.test_sources[:, j], predicted[i]), 1)
            mean[i, j], largest[i, j] = inter_group_fairness(counts)
    return {
        **scores_by_name(mean, "mean_fairness", parts.varying),
        **scores_by_name(largest, "max_fairness", parts.varying),
        "notes": notes,
    }


def inter_group_fairness(counts: np.ndarray) -> tuple[float, float]:
    """Total variation between the predictions of each group and those of all groups.

    Args:
      counts: (num_groups, num_classes): how often each class was predicted in each group. A group
        without members is left out.

    Returns:
      mean: Total variation, averaged over the members of all groups, in [0, 1]; 0 is fair.
      largest: That of the worst group.
    """
    counts = np.asarray(counts)
    counts = counts[counts.sum(axis=1) > 0]
    sizes = counts.sum(axis=1)
    shares = counts.astype(np.float32) / sizes[:, None].astype(np.float32)  # as published
    overall = counts.sum(axis=0, dtype=np.float32) / np.float32(sizes.sum())
    variations = (np.abs(shares - overall).sum(axis=1) / 2).astype(np.float64)
    return float(np.average(variations, weights=sizes)), float(variations.max())


def scores_by_name(
    matrix: np.ndarray, prefix: str, columns: Sequence[int] | None = None
) -> dict[str, float]:
    """Entries and summaries of a matrix of unfairness under disentanglement_lib's keys.

    Args:
      matrix: float (num_sources, num_sources): of the prediction of source i towards groups by
        source j; the diagonal is not read.
      prefix: What every key begins with.
      columns: Numbers of the sources in the keys; None for 0, 1, ...

    Returns:
      scores: "<prefix>:predI:sensJ", and means and maxima over either axis and then over the other.
    """
    num = len(matrix)
    columns = range(num) if columns is None else columns
    off = ~np.eye(num, dtype=bool)
    scores = {
        f"{prefix}:pred{columns[i]}:sens{columns[j]}": float(matrix[i, j])
        for i, j in np.argwhere(off)
    }
    rows = [matrix[i, off[i]] for i in range(num)]
    lines = {"pred": rows, "sens": [matrix[off[:, j], j] for j in range(num)]}
    for axis, other in (("pred", "sens"), ("sens", "pred")):
        inner = {name: [float(f(line)) for line in lines[axis]] for name, f in SUMMARIES.items()}
        for name, values in inner.items():
            for column, value in zip(columns, values, strict=True):
                scores[f"{prefix}:{axis}{column}:{name}_{other}"] = value
            for outer, f in SUMMARIES.items():
                scores[f"{prefix}:{outer}_{axis}:{name}_{other}"] = float(f(values))
    return scores
