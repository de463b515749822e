"""The biologically inspired autoencoder."""

from tripod_dlib.functional.energy import activity_energy, negativity
from tripod_dlib.models.autoencoder import Autoencoder


class BioAutoencoder(Autoencoder):
    """Continuous latents with a penalty on negative ones and on their squares.

    Reference: Whittington et al., 2023.
    """

    def loss_terms(self, batch, outputs):
        z = outputs["z_continuous"]
        terms = {"negativity": negativity(z), "activity": activity_energy(z)}
        return {**super().loss_terms(batch, outputs), **terms}
