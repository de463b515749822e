"""The sample on which a run is reported, encoded anew."""

from pathlib import Path

from tripod_dlib.cli.binding_types import missing_bindings_named
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.data.named_data import get_named_ground_truth_data
from tripod_dlib.evaluation.protocol import EncodedSample, Protocol, encode_sample
from tripod_dlib.evaluation.representation import Representation
from tripod_dlib.results.dlib_results import gin_dict
from tripod_dlib.results.stored_bindings import TRAINED, bind_dataset, run_bindings


def encoded_sample(folder: Path, representation: Representation) -> EncodedSample:
    """Draws the sample that the run's configuration says, of its dataset, and encodes it.

    Args:
      folder: Of a finished run, or of a representation, which has its run's configuration.
      representation: Images to latents.

    Raises:
      InputError: If there is no configuration, or the dataset is not there.
    """
    with parsed([], []) as configuration, missing_bindings_named():
        bind_dataset(configuration.bound, run_bindings(folder))
        data = get_named_ground_truth_data()
    path = folder / TRAINED
    trained = gin_dict(path) if path.is_file() else {}
    num_samples = int(trained.get("protocol.num_samples", Protocol.num_samples))
    seed = int(trained.get("protocol.report_seed", Protocol.report_seed))
    return encode_sample(data, representation, None, num_samples, seed, baselines=False)
