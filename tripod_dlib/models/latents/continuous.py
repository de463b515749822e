"""Latents that are the encoder's vector itself."""

from tripod_dlib.models.latents.base import Latents


class Continuous(Latents):
    """Unbounded, deterministic; no prior."""

    def encode(self, vectors):
        return {"z_continuous": vectors, "representation": vectors}
