"""Families that look at where the latents of a batch lie: factorized supports, cliffs."""

import itertools

import keras
import numpy as np
from keras import ops

from tripod_dlib.functional import cliff
from tripod_dlib.functional.hausdorff_support import hausdorff_factorized_support
from tripod_dlib.models.autoencoder import Autoencoder
from tripod_dlib.models.dlib import DlibVAE


class HFSVAE(DlibVAE):
    """Supports of pairs of latents drawn to rectangles. Reference: Roth et al., 2023."""

    def __init__(self, networks, parameters, **kwargs):
        super().__init__(networks, parameters, **kwargs)
        self._pairs = np.array(list(itertools.combinations(range(self.num_latents), 2)), np.int32)

    def draw(self, batch_size):
        draws = {"uniform": keras.random.uniform((len(self._pairs),), seed=self.seed_of_step(15))}
        return {**super().draw(batch_size), **draws}

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        chosen = ops.argsort(outputs["draws"]["uniform"])[: self.parameters.num_pairs]
        pairs = ops.take(ops.convert_to_tensor(self._pairs), chosen, axis=0)
        distance = hausdorff_factorized_support(outputs["z_mean"], pairs)
        return {**terms, "hfs": ops.broadcast_to(distance, ops.shape(terms["kl"]))}


class CliffAutoencoder(Autoencoder):
    """Cliff's three terms, known second-hand; see `functional.cliff`."""

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        z = cliff.standardized(outputs["z_continuous"])
        figures = {
            "entropy": ops.sum(cliff.cliff_entropy(z)),
            "divergence": ops.sum(cliff.cliff_divergence(z)),
            "collapse": ops.sum(cliff.collapse_divergence(z)),
        }
        shape = ops.shape(terms["reconstruction"])
        return {**terms, **{k: ops.broadcast_to(v, shape) for k, v in figures.items()}}
