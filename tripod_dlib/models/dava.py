"""DAVA; its record is in `families.dava`."""

import keras
from keras import ops

from tripod_dlib.functional import dava
from tripod_dlib.functional.capacity import annealed_capacity, capacity_penalty
from tripod_dlib.models.dlib import DlibVAE


class DAVA(DlibVAE):
    """Capacity that a discriminator of images controls. Reference: Estermann & Wattenhofer, 2023.

    `progress`, by which the capacity is annealed, is saved with the weights.
    """

    def __init__(self, networks, parameters, **kwargs):
        super().__init__(networks, parameters, **kwargs)
        self.progress = self.add_weight(
            shape=(), initializer="zeros", trainable=False, name="progress"
        )

    def draw(self, batch_size):
        rows, noise = self.seed_of_step(15), self.seed_of_step(14)
        draws = {
            "rows": keras.random.uniform((batch_size, self.num_latents), seed=rows),
            "label_noise": keras.random.uniform((2, batch_size), seed=noise),
        }
        return {**super().draw(batch_size), **draws}

    def call(self, batch, training=False, draws=None):
        outputs = super().call(batch, training, draws)
        if not training:
            return outputs
        z, rows = ops.stop_gradient(outputs["latents"]), outputs["draws"]["rows"]
        size = ops.shape(z)[0]
        rows = ops.minimum(ops.cast(rows * ops.cast(size, rows.dtype), "int32"), size - 1)
        redrawn = self._images(self.decoder(dava.redraw_latents(z, rows)))
        judge, fixed = self.networks["discriminator"], ops.stop_gradient
        logits = judge(fixed(self._images(outputs["logits"])))
        redrawn_logits = judge(fixed(redrawn))
        return {
            **outputs,
            "redrawn": redrawn,
            "judged": (logits, redrawn_logits),
            "accuracy": dava.discriminator_accuracy(logits, redrawn_logits),
        }

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        record = self.parameters
        capacity = annealed_capacity(self.progress, record.c_max, record.capacity_samples)
        kl = ops.mean(self.divergence(outputs))
        noise, accuracy = outputs["draws"]["label_noise"], outputs["accuracy"]
        decoded = self._images(self.held("decoder", outputs["latents"]))
        of_encoder = self.held("discriminator", decoded)
        of_decoder = self.held("discriminator", outputs["redrawn"])
        encoder_weight, decoder_weight = dava.adversarial_weights(accuracy)
        figures = {
            "capacity_gap": capacity_penalty(kl, capacity, record.power),
            "discriminator": dava.discriminator_loss(*outputs["judged"], noise),
            "against_encoder": encoder_weight * dava.adversarial_loss(of_encoder, 0.0),
            "against_decoder": decoder_weight * dava.adversarial_loss(of_decoder, 1.0),
            "capacity": capacity,
            "discriminator_accuracy": accuracy,
        }
        shape = ops.shape(terms["kl"])
        return {**terms, **{name: ops.broadcast_to(v, shape) for name, v in figures.items()}}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        if training:
            size = ops.cast(ops.shape(y_pred["latents"])[0], "float32")
            self.progress.assign(dava.next_progress(self.progress, y_pred["accuracy"], size))
        return loss

    def optimizer_groups(self):
        return {"discriminator": (self.networks["discriminator"].trainable_variables, {})}

    def _images(self, logits):
        return ops.sigmoid(2.0 * logits if self.parameters.activation == "tanh" else logits)
