"""Falcor3D (Nie, 2019), 128 px and full resolution."""

from tripod_dlib.data.official.origin import GOOGLE_DRIVE, OfficialFile, Origin
from tripod_dlib.data.official.picture_grid import Edition, PictureGrid

falcor3d = PictureGrid(
    name="falcor3d",
    factor_names=(
        "lighting_intensity",
        "lighting_x",
        "lighting_y",
        "lighting_z",
        "camera_x",
        "camera_y",
        "camera_z",
    ),
    factor_sizes=(5, 6, 6, 6, 6, 6, 6),
    editions={
        "Falcor3D_down128": Edition(128),
        "Falcor3D": Edition(1024, labels_needed=False),
    },
    labels=("train-rec.labels", "labels.npy"),
    psnr_threshold=34.0,
    origin=Origin(
        files=(
            OfficialFile(
                folder="falcor3d",
                name="Falcor3D_down128.zip",
                mirrors=(f"{GOOGLE_DRIVE}1XAQfFK1x6cpN1eiovbP0hVfLTm5SsSoJ",),
            ),
        ),
        expected="the folder Falcor3D_down128 (with images/000000.png to 233279.png and "
        "train-rec.labels), or its zip archive, or the full-resolution Falcor3D,",
        size="3.7 GB as an archive (full resolution: 98 GB); the cache of 64 px images takes "
        "2.9 GB more",
        licence="CC BY 4.0",
        home_page="https://github.com/NVlabs/High-res-disentanglement-datasets",
        citation="Nie, 2019: High resolution disentanglement datasets",
    ),
)
