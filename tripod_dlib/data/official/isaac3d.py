"""Isaac3D (Nie, 2019), 128 px and full resolution.

The order of the factors is that of the authors' demonstration program; their page lists another,
whose strides do not fit.
"""

from tripod_dlib.data.official.origin import GOOGLE_DRIVE, OfficialFile, Origin
from tripod_dlib.data.official.picture_grid import Edition, PictureGrid

isaac3d = PictureGrid(
    name="isaac3d",
    factor_names=(
        "object_shape",
        "robot_x",
        "robot_y",
        "camera_height",
        "object_scale",
        "lighting_intensity",
        "lighting_y_dir",
        "object_color",
        "wall_color",
    ),
    factor_sizes=(3, 8, 5, 4, 4, 4, 6, 4, 4),
    editions={
        "Isaac3D_down128": Edition(128),
        "Isaac3D": Edition(512, labels_needed=False),
    },
    labels=("labels.npy", "train-rec.labels"),
    psnr_threshold=40.0,
    origin=Origin(
        files=(
            OfficialFile(
                folder="isaac3d",
                name="Isaac3D_down128.zip",
                mirrors=(f"{GOOGLE_DRIVE}1OmQ1G2wnm6eTsSFGTKFZZAh5D3nQTW1B",),
            ),
        ),
        expected="the folder Isaac3D_down128 (with images/000000.png to 737279.png and "
        "labels.npy), or its zip archive, or the full-resolution Isaac3D,",
        size="13 GB as an archive (full resolution: 190 GB); the cache of 64 px images takes "
        "9.1 GB more",
        licence="CC BY 4.0",
        home_page="https://github.com/NVlabs/High-res-disentanglement-datasets",
        citation="Nie, 2019: High resolution disentanglement datasets",
    ),
)
