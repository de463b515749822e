"""The evaluation of a model in training, on the sample by which checkpoints are selected."""

from collections.abc import Sequence

import numpy as np

from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.protocol import Protocol, encode_sample, score_sample
from tripod_dlib.models.diagnostics import NUM_SAMPLES, decoder_figures, measure
from tripod_dlib.results.attempt import attempt
from tripod_dlib.results.scores import flatten_scores
from tripod_dlib.training.collapse import KEY, num_varying
from tripod_dlib.training.trained_model import TrainedModel

MARGIN = 3.0  # dB above the mean image, which is half its squared error
OF_MEAN_IMAGE = "psnr.of_mean_image"


class Evaluator:
    """Scores a model with its present weights, as often as asked.

    Attributes:
      nmi: float (num_factors, num_latents), of the last evaluation; None without factors.
    """

    def __init__(self, data: GroundTruthData, trained: TrainedModel, protocol: Protocol):
        """Takes what is evaluated, on what, and how."""
        self._data = data
        self._trained = trained
        self._protocol = protocol
        bound = protocol.psnr_threshold
        self._declared = data.psnr_threshold if bound is None else bound
        self.nmi: np.ndarray | None = None
        self._figures = decoder_figures(trained.model)

    def psnr_threshold(self, evaluations: Sequence[dict]) -> float | None:
        """Mean PSNR in dB that a checkpoint must reach to count.

        Where neither the dataset nor the configuration has one, it is that of the mean image, which
        any model reaches that knows nothing, and `MARGIN`.

        Args:
          evaluations: Those of the run so far, in the order of their steps.
        """
        if self._declared is not None:
            return self._declared
        of_mean = [row[OF_MEAN_IMAGE] for row in evaluations if OF_MEAN_IMAGE in row]
        return of_mean[-1] + MARGIN if of_mean else None

    def threshold_note(self, evaluations: Sequence[dict]) -> str | None:
        """Says where the threshold comes from, if not from the dataset or the configuration."""
        threshold = self.psnr_threshold(evaluations)
        if self._declared is not None or threshold is None:
            return None
        return (
            f"{self._data.name} declares no PSNR threshold: {threshold:.1f} dB is the mean image's "
            f"PSNR and {MARGIN:g} dB. Another one is bound by protocol.psnr_threshold."
        )

    def measure(self) -> dict[str, float | None]:
        """One evaluation's scores, flat: the metrics', `KEY`, and the decoder's diagnostics."""
        representation, seed = self._trained.representation, self._protocol.selection_seed
        sample = encode_sample(
            self._data,
            representation,
            self._trained.decode,
            self._protocol.num_samples,
            seed,
            baselines=self._declared is None,
        )
        scores = score_sample(sample, representation.discrete, baselines=False)
        self.nmi = scores["infomec"]["nmi"] if "infomec" in scores else None
        scores[KEY] = num_varying(sample.latents, representation.discrete)
        if self._declared is None:
            scores["psnr"]["of_mean_image"] = float(sample.psnr_of_mean_image.mean())
        if self._figures is not None:
            with attempt("decoder.interaction_share and decoder.curvature"):
                images = self._data.sample_observations(NUM_SAMPLES, np.random.RandomState(seed))
                latents = self._trained.encode(images)
                scores["decoder"] = measure(self._figures, latents, seed)
        return flatten_scores(scores)
