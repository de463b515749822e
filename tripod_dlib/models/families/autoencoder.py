"""The plain autoencoder."""

from tripod_dlib.models.family import Family, family


@family("autoencoder")
class AutoencoderFamily(Family):
    """Continuous latents and the reconstruction alone."""
