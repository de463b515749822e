"""Shapes3D (Burgess & Kim, 2018)."""

from tripod_dlib.data.official.array_grid import ArrayGrid
from tripod_dlib.data.official.origin import OfficialFile, Origin

shapes3d = ArrayGrid(
    name="shapes3d",
    factor_names=("floor_hue", "wall_hue", "object_hue", "scale", "shape", "orientation"),
    factor_sizes=(10, 10, 10, 8, 4, 15),
    file_names=(
        "3dshapes.h5",
        "look-at-object-room_floor-hueXwall-hueXobj-hueXobj-sizeXobj-shapeXview-azi.npz",
    ),
    labels=("labels",),
    psnr_threshold=38.0,
    origin=Origin(
        files=(
            OfficialFile(
                folder="3dshapes",
                name="3dshapes.h5",
                mirrors=("https://storage.googleapis.com/3d-shapes/3dshapes.h5",),
                size=267_573_662,
                sha256="0a0f6ed98baff276a50f3a081a7434d788da63cb135a98189b2a5b5769be1785",
                md5="099a2078d58cec4daad0702c55d06868",
            ),
        ),
        expected="3dshapes.h5 (or disentanglement_lib's look-at-object-room_floor-hueXwall-hueX"
        "obj-hueXobj-sizeXobj-shapeXview-azi.npz)",
        size="267.6 MB; the cache of 64 px images takes 5.9 GB more",
        licence="Apache-2.0",
        home_page="https://github.com/google-deepmind/3d-shapes",
        citation="Burgess & Kim, 2018: 3D Shapes Dataset",
    ),
)
