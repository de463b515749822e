"""MPI3D (Gondal et al., 2019): toy, realistic, real, and real with complex shapes.

Older files have 460 800 images, newer ones 1 036 800, under the same names: the number of images
says which grid it is, never the name. The paper's MPI3D is `mpi3d_real_complex`. `mpi3d_real.npz`
was corrupt until April 2025, so the hash that older loaders know is of the bad file.
"""

from tripod_dlib.data.official.array_grid import ArrayGrid
from tripod_dlib.data.official.origin import GOOGLE_DRIVE, OfficialFile, Origin

FACTOR_NAMES = (
    "object_color",
    "object_shape",
    "object_size",
    "camera_height",
    "background_color",
    "horizontal_axis",
    "vertical_axis",
)
SMALLER = (4, 4, 2, 3, 3, 40, 40)
LARGER = (6, 6, 2, 3, 3, 40, 40)
PSNR_THRESHOLD = 42.0
HUGGING_FACE = "https://huggingface.co/datasets/waleedgondal/mpi3d/resolve/main"


LARGE = "12.7 GB of images, less as a compressed file; the cache takes 12.7 GB more"


def _declaration(
    name: str,
    sizes: tuple[int, ...] = LARGER,
    file_names: tuple[str, ...] = (),
    mirror: str = "",
    size: str = LARGE,
) -> ArrayGrid:
    files = (*file_names, f"{name}.npz")
    mirrors = (mirror or f"{HUGGING_FACE}/{name}.npz",)
    return ArrayGrid(
        name=name,
        factor_names=FACTOR_NAMES,
        factor_sizes=sizes,
        generations=(SMALLER, LARGER),
        file_names=files,
        psnr_threshold=PSNR_THRESHOLD,
        origin=Origin(
            files=(OfficialFile(folder=name, name=files[0], mirrors=mirrors),),
            expected=" or ".join(files),
            size=size,
            licence="CC BY 4.0",
            home_page="https://github.com/rr-learning/disentanglement_dataset",
            citation="Gondal et al., 2019: On the transfer of inductive bias from simulation to "
            "the real world: a new disentanglement dataset",
        ),
    )


mpi3d_toy = _declaration("mpi3d_toy")
mpi3d_realistic = _declaration("mpi3d_realistic")
mpi3d_real = _declaration("mpi3d_real")
mpi3d_real_complex = _declaration(
    "mpi3d_real_complex",
    SMALLER,
    ("real3d_complicated_shapes_ordered.npz",),
    f"{GOOGLE_DRIVE}1Tp8eTdHxgUMtsZv5uAoYAbJR1BOa_OQm",
    "5.3 GB; the cache of 64 px images takes 5.7 GB more",
)
