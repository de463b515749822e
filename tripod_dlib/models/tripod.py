"""Tripod: latent quantization, latent multiinformation, normalized Hessian penalty."""

from tripod_dlib.errors import InputError
from tripod_dlib.functional.multiinformation import (
    fixed_bandwidth_multiinformation,
    multiinformation,
)
from tripod_dlib.functional.quantization import latent_std
from tripod_dlib.models.autoencoder import Autoencoder
from tripod_dlib.models.declared import penalty_of
from tripod_dlib.models.saving import constructor_arguments

LOGITS = "block3"


class Tripod(Autoencoder):
    """An autoencoder with the three legs; a leg of weight 0 is not computed.

    Reference: Hsu et al., 2024, Algorithm 1.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **constructor_arguments("tripod", kwargs))
        parameters = self.parameters
        self.nhp = None
        if parameters.nhp_weight:
            self.nhp = penalty_of(parameters, self.decoder)
            self._refuse_unknown_layers()

    def _refuse_unknown_layers(self):
        family, wanted = self.parameters.name, self.nhp.layers
        names = tuple(getattr(self.decoder, "names", ()))
        read = (*wanted, LOGITS) if self.nhp.reads_main_pass else wanted
        unknown = [layer for layer in read if layer not in names]
        if unknown or not wanted:
            of_decoder = ", ".join(names) if names else "none that have names"
            without = f"bind {family}.nhp_weight = 0.0 to do without that penalty"
            raise InputError(
                f"{family}.nhp_layers is {wanted}, and the decoder's activations are {of_decoder}. "
                f"Bind {family}.nhp_layers to some of those, take another decoder, or {without}."
            )

    def decode_for_loss(self, latents):
        if self.nhp is None or not self.nhp.reads_main_pass:
            return super().decode_for_loss(latents)
        outputs = self.decoder.activations(latents, (*self.nhp.layers, LOGITS))
        return {
            "logits": outputs[LOGITS],
            "activations": {layer: outputs[layer] for layer in self.nhp.layers},
        }

    def draw(self, batch_size):
        draws = super().draw(batch_size)
        if self.nhp is None:
            return draws
        first = self.latents.num_streams

        def seeds(stream):
            return self.seed_of_step(first + stream)

        return {**draws, **self.nhp.draws(batch_size, self.num_latents, seeds)}

    def loss_terms(self, batch, outputs):
        terms = super().loss_terms(batch, outputs)
        outputs = {**outputs, "latent_std": latent_std(outputs["z_continuous"])}
        rule = self.parameters.bandwidth_rule
        if self.parameters.klm_weight and rule == "fixed":
            bandwidth = self.parameters.bandwidth
            terms["klm"] = fixed_bandwidth_multiinformation(outputs["latents"], bandwidth)
        elif self.parameters.klm_weight:
            terms["klm"] = multiinformation(outputs["latents"], outputs["latent_std"], rule)
        if self.nhp is not None:
            terms["nhp"], of_layers = self.nhp.penalty(self.decoder, outputs)
            terms.update({f"nhp_{layer}": value for layer, value in of_layers.items()})
        return terms
