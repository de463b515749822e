"""MPI3D (Gondal et al., 2019): toy, realistic, real, and real with complex shapes.

Older toy and realistic files have 460 800 images, newer ones 1 036 800, under the same names: the
number of images says which grid it is. The paper's MPI3D is `mpi3d_real_complex`.
"""

from tripod_dlib.data.array_grid import ArrayGrid
from tripod_dlib.data.sources import OfficialFile, Origin

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


def _declaration(
    name: str,
    file_names: tuple[str, ...],
    mirrors: tuple[str, ...],
    sizes: tuple[int, ...],
    generations: tuple[tuple[int, ...], ...],
    size: str,
) -> ArrayGrid:
    return ArrayGrid(
        name=name,
        factor_names=FACTOR_NAMES,
        factor_sizes=sizes,
        generations=generations,
        file_names=file_names,
        psnr_threshold=PSNR_THRESHOLD,
        origin=Origin(
            files=(OfficialFile(folder=name, name=file_names[0], mirrors=mirrors),),
            expected=" or ".join(file_names),
            size=size,
            licence="CC BY 4.0",
            home_page="https://github.com/rr-learning/disentanglement_dataset",
            citation="Gondal et al., 2019: On the transfer of inductive bias from simulation to "
            "the real world: a new disentanglement dataset",
        ),
    )


LARGE = "12.7 GB of images, less as a compressed file; the cache takes 12.7 GB more"

mpi3d_toy, mpi3d_realistic = (
    _declaration(name, (f"{name}.npz",), (f"{HUGGING_FACE}/{name}.npz",), LARGER, (SMALLER,), LARGE)
    for name in ("mpi3d_toy", "mpi3d_realistic")
)
mpi3d_real = _declaration(
    "mpi3d_real",
    ("mpi3d_real.npz",),
    (f"{HUGGING_FACE}/mpi3d_real.npz",),
    LARGER,
    (),
    LARGE,
)
mpi3d_real_complex = _declaration(
    "mpi3d_real_complex",
    ("real3d_complicated_shapes_ordered.npz", "mpi3d_real_complex.npz"),
    ("https://drive.google.com/uc?id=1Tp8eTdHxgUMtsZv5uAoYAbJR1BOa_OQm",),
    SMALLER,
    (),
    "5.3 GB; the cache of 64 px images takes 5.7 GB more",
)
