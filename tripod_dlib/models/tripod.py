"""Tripod: latent quantization, latent multiinformation, normalized Hessian penalty."""

import keras
from keras import ops

from tripod_dlib.functional import hessian
from tripod_dlib.functional.fused_hessian import normalized_hessian_penalty_in_chunks
from tripod_dlib.functional.interaction import exchange, interaction_share
from tripod_dlib.functional.multiinformation import multiinformation
from tripod_dlib.functional.quantization import latent_std, quantize
from tripod_dlib.models.autoencoder import Autoencoder

NHP_ESTIMATORS = ("published", "interaction_share")
NHP_LAYERS = ("cond", "block0", "block1", "block2")
LOGITS = "block3"
PIXELS_AT_A_TIME = 16 * 64 * 64  # of images whose perturbed decodings are held in memory


@keras.saving.register_keras_serializable(package="tripod_dlib")
class Tripod(Autoencoder):
    """An autoencoder with the three legs; a leg of weight 0 is not computed.

    Reference: Hsu et al., 2024, Algorithm 1.
    """

    def __init__(
        self,
        encoder: keras.layers.Layer,
        decoder: keras.layers.Layer,
        num_values_per_latent: int = 12,
        klm_weight: float = 0.0,
        nhp_weight: float = 0.0,
        ramp_steps: int = 0,
        bandwidth_rule: str = "std",
        nhp_estimator: str = "published",
        nhp_layers: tuple[str, ...] = NHP_LAYERS,
        num_probes: int = 2,
        step_size: float = hessian.STEP_SIZE,
        **kwargs,
    ):
        """Takes the networks and the weights.

        Args:
          encoder: See `Autoencoder`; gives num_latents numbers.
          decoder: See `Autoencoder`.
          num_values_per_latent: Values on each latent's grid.
          klm_weight: Weight of the kernel-based latent multiinformation.
          nhp_weight: Weight of the normalized Hessian penalty.
          ramp_steps: Both weights grow linearly from 0 over so many steps; 0 for none.
          bandwidth_rule: Rule of the marginal kernel densities.
          nhp_estimator: "published" (Hsu et al., 2024, Eq. 17: finite differences around each code)
            or "interaction_share" (exchanged codes of pairs of samples; see
            `functional.interaction`; an addition of this package).
          nhp_layers: Decoder activations that are regularized.
          num_probes: Directions of each kind per sample; of "published" alone, as `step_size`.
          step_size: Finite-difference step in units of a latent's standard deviation.
          **kwargs: Those of `Autoencoder`.

        Raises:
          ValueError: If the estimator is unknown, or does not work in the networks' precision.
        """
        terms = ["klm"] if klm_weight else []
        if nhp_weight:
            terms += ["nhp", *(f"nhp_{layer}" for layer in nhp_layers)]
        super().__init__(encoder, decoder, terms=terms, **kwargs)
        if nhp_estimator not in NHP_ESTIMATORS:
            known = ", ".join(NHP_ESTIMATORS)
            raise ValueError(f"Unknown NHP estimator {nhp_estimator!r}; choose one of {known}.")
        if nhp_weight and nhp_estimator == "published":
            _require_float32(decoder.compute_dtype)
        self.num_values_per_latent = num_values_per_latent
        self.klm_weight = klm_weight
        self.nhp_weight = nhp_weight
        self.ramp_steps = ramp_steps
        self.bandwidth_rule = bandwidth_rule
        self.nhp_estimator = nhp_estimator
        self.nhp_layers = tuple(nhp_layers)
        self.num_probes = num_probes
        self.step_size = step_size

    def encode(self, images):
        encoded = super().encode(images)["representation"]
        z_continuous = ops.tanh(encoded)
        z_quantized = quantize(z_continuous, self.num_values_per_latent)
        return {
            "z_continuous": z_continuous,
            "z_quantized": z_quantized,
            "representation": z_quantized,
        }

    @property
    def _exchanges(self) -> bool:
        return bool(self.nhp_weight) and self.nhp_estimator == "interaction_share"

    def decode_for_loss(self, latents):
        if not self._exchanges:
            return super().decode_for_loss(latents)
        found = self.decoder.activations(latents, (*self.nhp_layers, LOGITS))
        return {
            "logits": found[LOGITS],
            "activations": {layer: found[layer] for layer in self.nhp_layers},
        }

    def draw(self, batch_size):
        if not self.nhp_weight:
            return {}
        if self._exchanges:
            shape = (batch_size // 2, self.num_latents)
            return {"exchange": keras.random.uniform(shape, seed=self.seed_of_step(2))}
        shape = (batch_size, self.num_probes, self.num_latents)
        return {
            "rademacher": hessian.rademacher(shape, self.seed_of_step(0)),
            "gaussian": keras.random.normal(shape, seed=self.seed_of_step(1)),
        }

    def loss_terms(self, images, outputs, draws):
        terms = super().loss_terms(images, outputs, draws)
        z, z_std = outputs["z_quantized"], latent_std(outputs["z_continuous"])
        if self.klm_weight:
            terms["klm"] = multiinformation(z, z_std, self.bandwidth_rule)
        if self.nhp_weight:
            if self._exchanges:
                penalty = self._interaction_share(outputs, draws)
                terms["nhp"] = sum(penalty.values())
            else:
                terms["nhp"], penalty = self._published_penalty(z, z_std, draws)
            terms.update({f"nhp_{layer}": value for layer, value in penalty.items()})
        return terms

    def _published_penalty(self, z, z_std, draws):
        directions = draws["rademacher"], draws["gaussian"]
        if self.decoder.implementation == "fused":
            height, width, _ = self.decoder.image_shape
            return normalized_hessian_penalty_in_chunks(
                lambda parameters, latents: self.decoder.activations_with(
                    parameters, latents, self.nhp_layers
                ),
                [ops.convert_to_tensor(v.value) for v in self.decoder.trainable_variables],
                self.nhp_layers,
                z,
                z_std,
                *directions,
                self.step_size,
                chunk_size=max(1, PIXELS_AT_A_TIME // (height * width)),
            )
        penalty = hessian.normalized_hessian_penalty(
            lambda latents: self.decoder.activations(latents, self.nhp_layers),
            z,
            z_std,
            *directions,
            self.step_size,
        )
        return sum(penalty.values()), penalty

    def _interaction_share(self, outputs, draws):
        exchanged = exchange(outputs["latents"], draws["exchange"])
        after = self.decoder.activations(exchanged, self.nhp_layers)
        return {
            layer: interaction_share(outputs["activations"][layer], after[layer])
            for layer in self.nhp_layers
        }

    def term_weights(self):
        weights = super().term_weights()
        ramp = 1.0
        if self.ramp_steps:
            ramp = ops.minimum(ops.cast(self.step, self.compute_dtype) / self.ramp_steps, 1.0)
        if self.klm_weight:
            weights["klm"] = self.klm_weight * ramp
        if self.nhp_weight:
            weights["nhp"] = self.nhp_weight * ramp
        return weights

    def get_config(self):
        return {
            **super().get_config(),
            "num_values_per_latent": self.num_values_per_latent,
            "klm_weight": self.klm_weight,
            "nhp_weight": self.nhp_weight,
            "ramp_steps": self.ramp_steps,
            "bandwidth_rule": self.bandwidth_rule,
            "nhp_estimator": self.nhp_estimator,
            "nhp_layers": self.nhp_layers,
            "num_probes": self.num_probes,
            "step_size": self.step_size,
        }


def _require_float32(dtype: str) -> None:
    if dtype not in ("float32", "float64"):
        raise ValueError(
            f"The published normalized Hessian penalty cannot be computed in {dtype}: its second "
            "differences are as small as that type's rounding, and the penalty would be noise. "
            "Use the dtype policy float32, or tripod.nhp_weight = 0.0, or "
            "tripod.nhp_estimator = 'interaction_share'."
        )
