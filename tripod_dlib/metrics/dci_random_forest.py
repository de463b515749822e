"""DCI with random forests, as the paper of Tripod computes it."""

import warnings

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from tripod_dlib.metrics.importance import completeness, disentanglement
from tripod_dlib.metrics.inputs import check

TEST_FRACTION = 0.1
SPLIT_SEED = 42


def compute_dci_random_forest(
    sources: np.ndarray,
    latents: np.ndarray,
    *,
    num_trees: int = 100,
    max_depth: int = 10,
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
    importance = np.full((latents.shape[1], sample.num_sources), np.nan)
    if not sample.sources.shape[1]:
        notes.append("No source varies: there is nothing to score.")
        keys = ("disentanglement", "completeness", "informativeness_train", "informativeness_test")
        return {**dict.fromkeys(keys), "importance_matrix": importance, "notes": notes}
    std = sample.latents.std(axis=0)
    centered = sample.latents - sample.latents.mean(axis=0)
    standardised = np.where(std > 0, centered, 0.0) / np.where(std > 0, std, 1.0)
    inputs, test_inputs, targets, test_targets = train_test_split(
        standardised, sample.sources, test_size=TEST_FRACTION, random_state=SPLIT_SEED
    )
    accuracies = []
    for i, column in enumerate(sample.varying):
        if set(np.unique(test_targets[:, i])) != set(np.unique(targets[:, i])):
            _note(notes, f"Some labels of source {column} are missing in the train or test rows.")
        forest = RandomForestClassifier(
            num_trees, criterion="entropy", max_depth=max_depth, random_state=seed, n_jobs=-1
        )
        forest.fit(inputs, targets[:, i])
        importance[:, column] = forest.feature_importances_
        forest.set_params(n_jobs=1)  # threads add up votes in any order, and ties then fall anyhow
        accuracies.append(
            (forest.score(inputs, targets[:, i]), forest.score(test_inputs, test_targets[:, i]))
        )
    train, test = np.mean(accuracies, axis=0)
    varying = importance[:, sample.varying]
    scores = {"disentanglement": None, "completeness": None}
    if varying.shape[1] > 1:
        scores["disentanglement"] = _or_zero(disentanglement, varying)
    else:
        notes.append("D is undefined: only one source varies.")
    if varying.shape[0] > 1:
        scores["completeness"] = _or_zero(completeness, varying)
    else:
        notes.append("C is undefined: there is only one latent.")
    return {
        **scores,
        "informativeness_train": float(train),
        "informativeness_test": float(test),
        "importance_matrix": importance,
        "notes": notes,
    }


def _or_zero(score, importance: np.ndarray) -> float:
    """An all-zero matrix, from latents that never vary, is no preference: exactly 0."""
    return score(importance) if importance.any() else 0.0


def _note(notes: list[str], text: str) -> None:
    notes.append(text)
    warnings.warn(text, stacklevel=3)
