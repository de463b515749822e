"""Datasets by name, with the attributes that disentanglement_lib's have."""

from tripod_dlib.compat.dataset_classes import (
    MPI3D,
    Cars3D,
    DummyData,
    Shapes3D,
    SmallNORB,
    SplitGrid,
)
from tripod_dlib.compat.sprite_classes import (
    ColorDSprites,
    DSprites,
    NoisyDSprites,
    ScreamDSprites,
)
from tripod_dlib.data import named_data
from tripod_dlib.data.grid_data import GridData
from tripod_dlib.data.ground_truth import GroundTruthData

# Name there -> its class, and the positions of the latent factors.
CLASSES: dict[str, tuple[type[SplitGrid], tuple[int, ...]]] = {
    "cars3d": (Cars3D, (0, 1, 2)),
    "color_dsprites": (ColorDSprites, (1, 2, 3, 4, 5)),
    "dsprites_full": (DSprites, (1, 2, 3, 4, 5)),
    "dsprites_noshape": (DSprites, (2, 3, 4, 5)),
    "mpi3d_real": (MPI3D, (0, 1, 2, 3, 4, 5, 6)),
    "mpi3d_realistic": (MPI3D, (0, 1, 2, 3, 4, 5, 6)),
    "mpi3d_toy": (MPI3D, (0, 1, 2, 3, 4, 5, 6)),
    "noisy_dsprites": (NoisyDSprites, (1, 2, 3, 4, 5)),
    "scream_dsprites": (ScreamDSprites, (1, 2, 3, 4, 5)),
    "shapes3d": (Shapes3D, (0, 1, 2, 3, 4, 5)),
    "smallnorb": (SmallNORB, (0, 2, 3, 4)),
}


def get_named_ground_truth_data(name: str | None = None) -> GroundTruthData:
    """A dataset by its name, as gin binds the rest of `dataset`.

    Args:
      name: Name of a dataset of disentanglement_lib or of this package; None for gin's
        `dataset.name`.

    Returns:
      data: With `images`, `factor_sizes`, `latent_factor_indices` and `state_space` where
        disentanglement_lib's dataset of this name has them.

    Raises:
      InputError: If the name is unknown, or a file is missing or wrong; it is a `ValueError`.
    """
    data = named_data.get_named_ground_truth_data(**({} if name is None else {"name": name}))
    if data.name == DummyData.name:
        return DummyData()
    if data.name in CLASSES and isinstance(data, GridData):
        kind, latent_factor_indices = CLASSES[data.name]
        return kind.of(data, latent_factor_indices)
    return data
