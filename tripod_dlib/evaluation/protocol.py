"""The paper's protocol: one encoded sample, from which all array metrics are computed."""

import dataclasses
import warnings
from collections.abc import Callable, Iterator
from typing import Annotated

import gin
import numpy as np

from tripod_dlib import metrics
from tripod_dlib.allowed import NonNegativeFloat, Range, Seed, require_allowed
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.arrays import evaluate_arrays
from tripod_dlib.evaluation.repeats import HOLD_ROWS_OUT, distinct_rows, note_repeats
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.metrics.inputs import check

CHUNK = 500
AtLeastTen = Annotated[int, Range(low=10)]  # the metrics' nearest neighbours


@gin.configurable("protocol", module="tripod_dlib")
@dataclasses.dataclass(frozen=True)
class Protocol:
    """How checkpoints are evaluated.

    Attributes:
      num_samples: Images per evaluation.
      selection_seed: Seed of the sample on which checkpoints are selected.
      report_seed: Seed of the sample on which the selected one is reported.
      psnr_threshold: Mean PSNR in dB that a checkpoint must reach to count; None for the dataset's.

    Reference: Hsu et al., 2024, section 4.1.
    """

    num_samples: AtLeastTen = 10_000
    selection_seed: Seed = 0
    report_seed: Seed = 1
    psnr_threshold: NonNegativeFloat | None = None

    def __post_init__(self):
        require_allowed("protocol", self)
        if self.selection_seed == self.report_seed:
            raise InputError(
                "protocol.selection_seed and protocol.report_seed are the same: a checkpoint would "
                "be reported on the sample that selected it."
            )


@dataclasses.dataclass(frozen=True)
class EncodedSample:
    """Sources, latents and reconstruction errors of one sample.

    Attributes:
      sources: int64 (num_samples, num_factors).
      latents: float32 (num_samples, num_latents).
      psnr: float64 (num_samples,) in dB, or None.
      psnr_of_mean_image: The same for the sample's mean image in place of reconstructions, or None.
      notes: What a reader of scores on held-out rows must know of the draws.
    """

    sources: np.ndarray
    latents: np.ndarray
    psnr: np.ndarray | None
    psnr_of_mean_image: np.ndarray | None
    notes: tuple[str, ...] = ()


def encode_sample(
    ground_truth_data: GroundTruthData,
    representation: Representation,
    decode: Callable[[np.ndarray], np.ndarray] | None,
    num_samples: int,
    seed: int,
    baselines: bool,
) -> EncodedSample:
    """Draws a sample, encodes it once and decodes its latents, a chunk of images at a time.

    Of a dataset that is small beside the sample no image is taken twice, so that rows that a metric
    holds out are of images that it did not fit on.

    Args:
      ground_truth_data: Where images come from.
      representation: Images to latents.
      decode: Latents to images in [0, 1]; None leaves PSNR out.
      num_samples: Number of images, all of them at most.
      seed: Seed of the draws.
      baselines: Whether to compare with the mean image, which takes a second pass over the images.
    """
    draw = _Draw(ground_truth_data, num_samples, seed)
    sources, latents, ratios, total = [], [], [], 0.0
    for factors, images in draw.chunks():
        sources.append(factors)
        latents.append(representation(images))
        if decode is not None:
            ratios.append(metrics.psnr(images, decode(latents[-1])))
            if baselines:
                total = total + images.sum(axis=0, dtype=np.float64)
    sources, latents = np.concatenate(sources), np.concatenate(latents)
    if decode is None:
        return EncodedSample(sources, latents, None, None, draw.notes)
    of_mean = None
    if baselines:
        mean = total / len(sources)
        of_mean = np.concatenate(
            [
                metrics.psnr(images, np.broadcast_to(mean, images.shape))
                for _, images in draw.chunks()
            ]
        )
    return EncodedSample(sources, latents, np.concatenate(ratios), of_mean, draw.notes)


def require_scorable(ground_truth_data: GroundTruthData, protocol: Protocol) -> None:
    """Refuses labels that the metrics would refuse once a model has been trained.

    Args:
      ground_truth_data: Where images come from.
      protocol: How checkpoints are evaluated.

    Raises:
      InputError: If the labels of a sample are an index or measured: with what to do.
    """
    most = max(ground_truth_data.factors_num_values, default=0)
    if 2 * most <= min(protocol.num_samples, ground_truth_data.num_images):
        return
    for seed in (protocol.selection_seed, protocol.report_seed):
        sources = _Draw(ground_truth_data, protocol.num_samples, seed).sources()
        try:
            with warnings.catch_warnings(action="ignore"):
                check(sources, np.zeros((len(sources), 1)))
        except ValueError as error:
            raise InputError(
                f"The labels of {ground_truth_data.name} cannot be scored: of the "
                f"{len(sources)} images of an evaluation, {error} (Images without labels train "
                "too; protocol.num_samples is the number.)"
            ) from error


class _Draw:
    """A sample's factors and images, chunk by chunk, the same each time."""

    def __init__(self, data: GroundTruthData, num_samples: int, seed: int):
        self._data, self._seed = data, seed
        self._rows = distinct_rows(data, num_samples, np.random.RandomState(seed))
        self._sources = None
        if self._rows is None:
            self._sources = data.sample_factors(num_samples, np.random.RandomState(seed))
        taken = None if self._rows is None else len(self._rows)
        self.notes = tuple(note_repeats(data, num_samples, taken))

    def sources(self) -> np.ndarray:
        """Its factors, int64 (num, num_factors); images are read only where rows are drawn."""
        if self._sources is not None:
            return self._sources
        return np.concatenate([factors for factors, _ in self.chunks()])

    def chunks(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        draws = np.random.RandomState(self._seed)
        chosen = self._sources if self._rows is None else self._rows
        for start in range(0, len(chosen), CHUNK):
            some = chosen[start : start + CHUNK]
            if self._rows is None:
                yield some, self._data.sample_observations_from_factors(some, draws)
            else:
                yield self._data.take(some, draws)


def score_sample(sample: EncodedSample, discrete: bool, baselines: bool) -> dict[str, dict]:
    """All array metrics on one sample; without known sources PSNR alone.

    Args:
      sample: What `encode_sample` gave.
      discrete: Whether the latents are quantized.
      baselines: Whether to compute what latents score that know nothing.

    Returns:
      {"infomec": ..., "dci_random_forest": ..., "mig": ..., "psnr": {"psnr", "psnr_std"}}, and with
      `baselines` the same keys again under "baselines".
    """
    scores = {"baselines": {}} if baselines else {}
    if sample.sources.shape[1]:
        arrays = sample.sources, sample.latents
        scores = evaluate_arrays(*arrays, discrete=discrete, baselines=baselines)
        for name in HOLD_ROWS_OUT:
            scores[name]["notes"] = [*scores[name]["notes"], *sample.notes]
    if sample.psnr is not None:
        scores["psnr"] = {"psnr": float(sample.psnr.mean()), "psnr_std": float(sample.psnr.std())}
        if baselines:
            scores["baselines"]["psnr"] = {"psnr": float(sample.psnr_of_mean_image.mean())}
    return scores


def evaluate_protocol(
    ground_truth_data: GroundTruthData,
    representation: Representation,
    decode: Callable[[np.ndarray], np.ndarray] | None,
    *,
    num_samples: int = 10_000,
    seed: int,
    baselines: bool,
) -> tuple[dict[str, dict], EncodedSample]:
    """`encode_sample`, then `score_sample`; returns the scores and the sample."""
    sample = encode_sample(ground_truth_data, representation, decode, num_samples, seed, baselines)
    return score_sample(sample, representation.discrete, baselines), sample
