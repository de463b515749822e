"""DCI with random forests, as the paper of Tripod computes it."""

import warnings

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from tripod_dlib.allowed import PositiveInt
from tripod_dlib.cores import num_cores
from tripod_dlib.metrics.arguments import checks_settings
from tripod_dlib.metrics.importance import importance_scores
from tripod_dlib.metrics.inputs import check
from tripod_dlib.metrics.parallel import map_largest_first
from tripod_dlib.metrics.progress import steps
from tripod_dlib.metrics.scale import standardised
from tripod_dlib.metrics.seeds import require_seed
from tripod_dlib.metrics.split import note_missing_classes

TEST_FRACTION = 0.1
SPLIT_SEED = 42


@checks_settings
def compute_dci_random_forest(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    num_trees: PositiveInt = 100,
    max_depth: PositiveInt | None = 10,
    seed: int = 0,
) -> dict[str, object]:
    """Disentanglement, completeness, informativeness from forests that predict each source.

    Latents are standardised on all samples; the split is 90/10 with seed 42; trees split by
    entropy.

    Args:
      sources: (num_samples, num_sources) labels.
      latents: (num_samples, num_latents) numbers, discrete or continuous.
      num_trees: Trees of each forest.
      max_depth: Depth of each tree at most.
      seed: Seed of the forests.

    Returns:
      "disentanglement", "completeness": float in [0, 1], None where undefined (see "notes").
      "informativeness_train", "informativeness_test": mean accuracy over sources.
      "importance_matrix": float64 (num_latents, num_sources); NaN for a constant source.
      "notes": list of str.

    Raises:
      ValueError: If there are fewer than 10 samples; see also `inputs.check`.

    Reference: Eastwood & Williams, 2018; Hsu et al., 2024, section 4.1.
    """
    sample = check(sources, latents, min_samples=10)
    notes = list(sample.notes)
    if not sample.sources.shape[1]:
        notes.append("No source varies: there is nothing to score.")
        keys = ("disentanglement", "completeness", "informativeness_train", "informativeness_test")
        nothing = sample.spread(np.zeros((sample.latents.shape[1], 0)))
        return {**dict.fromkeys(keys), "importance_matrix": nothing, "notes": notes}
    inputs, test_inputs, targets, test_targets = train_test_split(
        standardised(sample.latents),
        sample.sources,
        test_size=TEST_FRACTION,
        random_state=SPLIT_SEED,
    )
    for i, column in enumerate(sample.varying):
        note_missing_classes(notes, int(column), targets[:, i], test_targets[:, i])

    forests, columns = _fit(inputs, targets, num_trees, max_depth, require_seed(seed))

    def accuracies(i: int) -> tuple[float, float]:
        return (
            _accuracy(forests[i], inputs, targets[:, i]),
            _accuracy(forests[i], test_inputs, test_targets[:, i]),
        )

    train, test = np.mean(map_largest_first(accuracies, sample.num_values), axis=0)
    importance = np.stack(columns, axis=1)
    return {
        **importance_scores(importance, notes),
        "informativeness_train": float(train),
        "informativeness_test": float(test),
        "importance_matrix": sample.spread(importance),
        "notes": notes,
    }


def _fit(
    inputs: np.ndarray, targets: np.ndarray, num_trees: int, max_depth: int, seed: int
) -> tuple[list[RandomForestClassifier], list[np.ndarray]]:
    """A forest for each source, and the latents' importances in it."""
    num_values = np.array([len(np.unique(labels)) for labels in targets.T])
    order = np.argsort(-num_values, kind="stable")
    cores = num_cores()
    num_shared = len(order) % cores  # forests that all cores grow; of the others each grows one
    shared, own = order[:num_shared], order[num_shared:]

    def fitted(i: int, num_threads: int) -> tuple[RandomForestClassifier, np.ndarray]:
        forest = RandomForestClassifier(
            num_trees,
            criterion="entropy",
            max_depth=max_depth,
            random_state=seed,
            n_jobs=num_threads,
        )
        forest.fit(inputs, targets[:, i])
        advance()
        return forest, forest.feature_importances_

    # scikit-learn's threads leave the filters of warnings in disorder, or empty, of which it warns
    with warnings.catch_warnings(record=True), steps("random forests", len(order)) as advance:
        warnings.simplefilter("ignore")
        pairs = [fitted(i, cores) for i in shared]
        pairs += map_largest_first(lambda index: fitted(own[index], 1), num_values[own])
    forests, importances = zip(*(pairs[place] for place in np.argsort(order)), strict=True)
    return list(forests), list(importances)


def _accuracy(forest: RandomForestClassifier, inputs: np.ndarray, labels: np.ndarray) -> float:
    """`forest.score`, votes added up in the order of the trees: with another, ties fall anyhow."""
    inputs = inputs.astype(np.float32)  # as trees read them
    votes = np.zeros((len(inputs), len(forest.classes_)))
    for tree in forest.estimators_:
        votes += tree.predict_proba(inputs, check_input=False)
    return float(np.mean(forest.classes_[votes.argmax(axis=1)] == labels))
