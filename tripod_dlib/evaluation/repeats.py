"""Images that would be drawn twice: rows to score on would be rows that were fitted on.

The package's own protocol takes every image of a small dataset once; disentanglement_lib's metrics
keep their draws, and say it.
"""

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData

HOLD_ROWS_OUT = ("infomec", "dci_random_forest")  # metrics of one sample, which they split
TOLERATED = 0.1  # share of rows to score on that may be images fitted on, before it is said
FEWEST = 50  # images: of fewer there are too few to fit on and to score on


def distinct_rows(
    ground_truth_data: GroundTruthData, num_points: int, random_state: np.random.RandomState
) -> np.ndarray | None:
    """Numbers of different images, in random order, where draws would repeat many.

    Args:
      ground_truth_data: Where images come from.
      num_points: Number of images.
      random_state: Source of the order.

    Returns:
      rows: int64 (num_points,), or all of them if there are fewer; None where draws repeat few, the
        dataset has no `take`, or it has fewer than `FEWEST` images.
    """
    if share_repeated(ground_truth_data, num_points) <= TOLERATED:
        return None
    num_images = num_different(ground_truth_data)
    if num_images < FEWEST or not hasattr(ground_truth_data, "take"):
        return None
    return random_state.permutation(num_images)[:num_points].astype(np.int64)


def note_repeats(
    ground_truth_data: GroundTruthData, num_points: int, taken: int | None = None
) -> list[str]:
    """A sentence on a dataset too small for so many points, or none.

    Args:
      ground_truth_data: Where images come from.
      num_points: Number of points to fit on, or to fit and score on.
      taken: How many different images were taken instead; None if points were drawn.
    """
    share = share_repeated(ground_truth_data, num_points)
    if taken is None and share > TOLERATED:
        return [
            f"{num_points} points are drawn, with replacement, of "
            f"{num_different(ground_truth_data)} images: of the rows to score on about "
            f"{share:.0%} are images that were fitted on too, and held-out scores say less than "
            "they seem to."
        ]
    if taken is not None and taken < num_points:
        return [
            f"There are {taken} images: each was taken once, in place of {num_points} draws, and "
            "samples of other seeds are the same images."
        ]
    return []


def share_repeated(ground_truth_data: GroundTruthData, num_points: int) -> float:
    """The expected share of images, drawn anew, that are among `num_points` drawn before."""
    return 1.0 - (1.0 - 1.0 / max(num_different(ground_truth_data), 1)) ** num_points


def num_different(ground_truth_data: GroundTruthData) -> int:
    """Number of different images; another library's dataset is a full grid."""
    sizes = ground_truth_data.factors_num_values
    return int(getattr(ground_truth_data, "num_images", np.prod(sizes, dtype=np.int64)))
