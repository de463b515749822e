"""Variational autoencoders with a few labelled images."""

import keras
from keras import ops

from tripod_dlib.errors import InputError
from tripod_dlib.functional import semi_supervision
from tripod_dlib.functional.density_ratio import permute_latents
from tripod_dlib.models.dlib import DIPVAE, DlibBetaTCVAE, DlibVAE, FactorVAE
from tripod_dlib.networks.statistics import PairStatistics


class Supervision:
    """The supervised term beside those of a family without labels.

    Reference: Locatello et al., 2020 (few labels).
    """

    def __init__(self, networks, parameters, **kwargs):
        super().__init__(networks, parameters, **kwargs)
        sizes = parameters.factor_sizes or ()
        needed = len(sizes) if parameters.supervision != "cov" else 0
        if needed > self.num_latents:
            raise InputError(
                f"{parameters.name} draws the first latents to {needed} factors; there are "
                f"{self.num_latents} latents. Bind model.num_latents, or another supervision."
            )
        if parameters.supervision == "l2":
            self.label_scale = self.add_weight(shape=(), initializer="ones", name="label_scale")
        if parameters.supervision == "embed":
            limits = [(3.0 / size) ** 0.5 for size in sizes]
            self.embeddings = [
                self.add_weight(
                    shape=(size,),
                    initializer=keras.initializers.RandomUniform(-limit, limit),
                    name=f"embedding{factor}",
                )
                for factor, (size, limit) in enumerate(zip(sizes, limits))
            ]

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        z_mean = self.encode(batch["labelled_images"])["z_mean"]
        loss = self.supervised_loss(z_mean, batch["labels"])
        return {**terms, "supervised": ops.broadcast_to(loss, ops.shape(terms["kl"]))}

    def supervised_loss(self, z_mean, labels):
        """One number of the means (batch, num_latents) and labels (batch, num_factors)."""
        record = self.parameters
        if record.supervision == "l2":
            return semi_supervision.supervised_l2(z_mean, labels, self.label_scale)
        if record.supervision == "cov":
            return semi_supervision.supervised_covariance(z_mean, labels)
        if record.supervision == "embed":
            return semi_supervision.supervised_embedding(
                z_mean, labels, self.embeddings, record.sharpness
            )
        if record.supervision == "sigmoid_l2":
            return semi_supervision.supervised_sigmoid_l2(
                z_mean, labels, record.factor_sizes, all_pairs=False
            )
        return semi_supervision.supervised_cross_entropy(z_mean, labels, record.factor_sizes)


class S2VAE(Supervision, DlibVAE):
    """beta-VAE with labels."""


class S2FactorVAE(Supervision, FactorVAE):
    """FactorVAE with labels."""


class S2DIPVAE(Supervision, DIPVAE):
    """DIP-VAE with labels."""


class S2BetaTCVAE(Supervision, DlibBetaTCVAE):
    """beta-TCVAE with labels."""


class SupervisedVAE(Supervision, DlibVAE):
    """The reconstruction trains the decoder alone, the labels the encoder."""

    def sample(self, outputs, draws):
        return ops.stop_gradient(super().sample(outputs, draws))


class S2MineVAE(DlibVAE):
    """Bounds of the information of each latent about each factor, by a trained statistic each."""

    def draw(self, batch_size):
        shape = (batch_size, 1)
        draws = {"permutation": keras.random.uniform(shape, seed=self.seed_of_step(15))}
        return {**super().draw(batch_size), **draws}

    def __init__(self, networks, parameters, **kwargs):
        statistics = PairStatistics(len(parameters.factor_sizes), kwargs["num_latents"])
        networks = {"statistics": statistics, **networks}
        super().__init__(networks, parameters, **kwargs)

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        z_mean, labels = self.encode(batch["labelled_images"])["z_mean"], batch["labels"]
        shuffled = permute_latents(labels, _alike(outputs["draws"]["permutation"], labels))

        def bounds(statistics, z):
            pairs = statistics(z, labels), statistics(z, shuffled)
            return semi_supervision.mutual_information_bound(*pairs)

        informations = bounds(lambda *inputs: self.held("statistics", *inputs), z_mean)
        terms["supervised"] = semi_supervision.supervised_mutual_information(informations)
        trained = bounds(self.networks["statistics"], ops.stop_gradient(z_mean))
        terms["statistic"] = -ops.sum(trained)
        shape = ops.shape(terms["kl"])
        return {name: ops.broadcast_to(value, shape) for name, value in terms.items()}

    def optimizer_groups(self):
        variables = self.networks["statistics"].trainable_variables
        return {"statistics": (variables, {"learning_rate": 0.01})}


def _alike(draws, labels):
    """One column of draws for all columns of labels: whole rows are permuted."""
    return ops.broadcast_to(draws, ops.shape(labels))
