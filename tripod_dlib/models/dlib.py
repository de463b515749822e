"""disentanglement_lib's variational autoencoders; their records are in `families.dlib`."""

import keras
from keras import ops

from tripod_dlib.functional import density_ratio, posterior_covariance
from tripod_dlib.functional.capacity import annealed_capacity, capacity_penalty
from tripod_dlib.functional.gaussian import gaussian_posterior
from tripod_dlib.functional.total_correlation import minibatch_total_correlation
from tripod_dlib.models import slots
from tripod_dlib.models.autoencoder import Autoencoder


class DlibVAE(Autoencoder):
    """A variational autoencoder whose terms are sums over an image's pixels and over latents."""

    def decode(self, representation):
        outputs = super().decode(representation)
        # tanh(a) / 2 + 1/2 is the sigmoid of 2 a
        return 2.0 * outputs if self.parameters.activation == "tanh" else outputs

    def loss_terms(self, batch, outputs):
        loss = slots.reconstructions.load(self.parameters.reconstruction)
        activation = {"activation": "tanh"} if self.parameters.activation == "tanh" else {}
        return {
            "reconstruction": loss(outputs["logits"], batch["images"], **activation),
            "kl": ops.sum(self.divergence(outputs), axis=-1),
        }

    def posterior(self, outputs):
        """The posterior of `encode`'s outputs, a distribution of shape (batch, num_latents)."""
        return gaussian_posterior(outputs["z_mean"], outputs["z_logvar"])


class AnnealedVAE(DlibVAE):
    """Divergence at a growing capacity. Reference: Burgess et al., 2018."""

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        record = self.parameters
        capacity = annealed_capacity(self.step, record.c_max, record.iteration_threshold)
        gap = capacity_penalty(ops.mean(terms["kl"]), capacity)
        return {**terms, "capacity_gap": _for_each(gap, terms["kl"])}


class FactorVAE(DlibVAE):
    """Total correlation estimated by a discriminator. Reference: Kim & Mnih, 2018."""

    def draw(self, batch_size):
        shape = (batch_size, self.num_latents)
        draws = {"permutation": keras.random.uniform(shape, seed=self.seed_of_step(15))}
        return {**super().draw(batch_size), **draws}

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        z = outputs["latents"]
        terms["total_correlation"] = density_ratio.density_ratio(self.held("discriminator", z))
        real = ops.stop_gradient(z)
        permuted = density_ratio.permute_latents(real, outputs["draws"]["permutation"])
        judge = self.networks["discriminator"]
        terms["discriminator"] = density_ratio.discriminator_loss(judge(real), judge(permuted))
        return terms

    def optimizer_groups(self):
        variables = self.networks["discriminator"].trainable_variables
        return {"discriminator": (variables, {"beta_1": 0.5, "beta_2": 0.9})}


class DIPVAE(DlibVAE):
    """Covariance of the latents drawn to the identity. Reference: Kumar et al., 2018."""

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        covariance = posterior_covariance.posterior_covariance(
            self.posterior(outputs), self.parameters.dip_type
        )
        off_diagonal, diagonal = posterior_covariance.distance_from_identity(covariance)
        terms["off_diagonal"] = _for_each(off_diagonal, terms["kl"])
        return {**terms, "diagonal": _for_each(diagonal, terms["kl"])}


class DlibBetaTCVAE(DlibVAE):
    """Total correlation estimated from the batch alone. Reference: Chen et al., 2018."""

    def loss_terms(self, batch, outputs):
        tc = minibatch_total_correlation(outputs["latents"], self.posterior(outputs))
        return {**super().loss_terms(batch, outputs), "total_correlation": tc}


def _for_each(of_batch: keras.KerasTensor, like: keras.KerasTensor) -> keras.KerasTensor:
    """A figure of the whole batch as the same for every example."""
    return ops.broadcast_to(of_batch, ops.shape(like))
