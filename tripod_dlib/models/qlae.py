"""Quantized latents of learned codebooks, and what trains them."""

from tripod_dlib.functional.codebook import commitment_loss, quantization_loss
from tripod_dlib.models.autoencoder import Autoencoder
from tripod_dlib.models.tripod import Tripod

DECAYED = ("kernel", "gamma", "constant")


class CodebookLosses:
    """The terms by which codebooks and encoder meet, and the optimizer of what has no decay."""

    def loss_terms(self, batch, outputs):
        both = outputs["z_continuous"], outputs["z_nearest"]
        return {
            **super().loss_terms(batch, outputs),
            "quantization": quantization_loss(*both),
            "commitment": commitment_loss(*both),
        }

    def optimizer_groups(self):
        """Biases and codebooks have neither weight decay nor clipping."""
        others = [v for v in self.trainable_variables if v.name not in DECAYED]
        return {"unregularized": (others, {"weight_decay": 0.0, "clip_value": None})}


class QLAE(CodebookLosses, Tripod):
    """Tripod's other two legs on codebooks; both have weight 0 in QLAE itself.

    Reference: Hsu et al., 2023.
    """


class VQAutoencoder(CodebookLosses, Autoencoder):
    """An autoencoder with vector-quantized latents. Reference: van den Oord et al., 2017."""
