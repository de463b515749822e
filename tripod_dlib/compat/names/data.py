"""Names of disentanglement_lib's datasets."""

from tripod_dlib.compat.names.entries import same

_CLASSES = "compat.dataset_classes"
_SPRITES = "compat.sprite_classes"
_PLACES = "compat.dataset_places"

NAMES = {
    "data.ground_truth.cars3d": {**same(_CLASSES, "Cars3D"), **same(_PLACES, "CARS3D_PATH")},
    "data.ground_truth.dsprites": {
        **same(_SPRITES, "AbstractDSprites ColorDSprites DSprites NoisyDSprites ScreamDSprites"),
        **same(_SPRITES, "BACKGROUND_COLORS OBJECT_COLORS"),
        **same(_PLACES, "DSPRITES_PATH SCREAM_PATH"),
    },
    "data.ground_truth.dummy_data": {
        **same(_CLASSES, "DummyData"),
        **same("data.rendered.dummy_data", "IdentityObservationsData"),
    },
    "data.ground_truth.ground_truth_data": same(_CLASSES, "GroundTruthData"),
    "data.ground_truth.mpi3d": same(_CLASSES, "MPI3D"),
    "data.ground_truth.named_data": same("compat.named_data", "get_named_ground_truth_data"),
    "data.ground_truth.norb": {
        **same(_CLASSES, "SmallNORB"),
        **same(_PLACES, "SMALLNORB_CHUNKS SMALLNORB_TEMPLATE"),
    },
    "data.ground_truth.shapes3d": {**same(_CLASSES, "Shapes3D"), **same(_PLACES, "SHAPES3D_PATH")},
    "data.ground_truth.util": {
        **same("compat.state_space", "SplitDiscreteStateSpace StateSpaceAtomIndex"),
        **same("compat.tf_stream", "tf_data_set_from_ground_truth_data"),
    },
}
