"""Variational autoencoders of pairs of images that share all factors but a few."""

from keras import ops

from tripod_dlib.functional.gaussian import gaussian_posterior, standard_normal_kl
from tripod_dlib.functional.pair_aggregation import (
    aggregate,
    own_by_label,
    own_by_threshold,
    pair_divergence,
)
from tripod_dlib.models.dlib import DlibVAE


class PairVAE(DlibVAE):
    """Both images of a pair are one batch, the first ones before their partners; the latents that
    they share have one posterior.

    Reference: Locatello et al., 2020.
    """

    def prepare(self, batch):
        named = super().prepare(batch)
        if "partner" not in named:
            return named  # single images, as in an evaluation
        both = [named["images"], self.to_unit(named["partner"])]
        return {**named, "images": ops.concatenate(both, axis=0)}

    def sample(self, outputs, draws):
        posterior = self.aggregated(outputs)
        return posterior.mean() + posterior.stddev() * draws["noise"]

    def aggregated(self, outputs):
        """The posterior of both images, (2 * pairs, num_latents)."""
        mean, logvar = outputs["z_mean"], outputs["z_logvar"]
        pairs = ops.shape(mean)[0] // 2
        first, second = (
            gaussian_posterior(mean[half], logvar[half])
            for half in (slice(None, pairs), slice(pairs, None))
        )
        if self.parameters.shared == "labels":
            own = own_by_label(outputs["labels"], self.num_latents)
        else:
            own = own_by_threshold(pair_divergence(first, second))
        sides = aggregate(first, second, own, self.parameters.rule)
        mean, std = (
            ops.concatenate([getattr(side, name)() for side in sides], axis=0)
            for name in ("mean", "stddev")
        )
        return gaussian_posterior(mean, 2.0 * ops.log(std))

    def loss_terms(self, batch, outputs):
        posterior = self.aggregated({**outputs, "labels": batch["labels"]})
        kl = ops.sum(standard_normal_kl(posterior), axis=-1)
        return {**super().loss_terms(batch, outputs), "kl": kl}
