"""Where disentanglement_lib keeps the files of its datasets, under its constants' names."""

import os

_FOLDER = os.environ.get("DISENTANGLEMENT_LIB_DATA", ".")

CARS3D_PATH = os.path.join(_FOLDER, "cars")
DSPRITES_PATH = os.path.join(_FOLDER, "dsprites", "dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz")
SCREAM_PATH = os.path.join(_FOLDER, "scream", "scream.jpg")
SHAPES3D_PATH = os.path.join(
    _FOLDER,
    "3dshapes",
    "look-at-object-room_floor-hueXwall-hueXobj-hueXobj-sizeXobj-shapeXview-azi.npz",
)
SMALLNORB_TEMPLATE = os.path.join(_FOLDER, "small_norb", "smallnorb-{}-{}.mat")
SMALLNORB_CHUNKS = ["5x46789x9x18x6x2x96x96-training", "5x01235x9x18x6x2x96x96-testing"]
