"""tripod_leaderboard submit and verify: result files of runs and arrays, and their proof."""

import sys
from functools import partial
from pathlib import Path

import numpy as np
from absl.flags import DEFINE_bool, DEFINE_integer, DEFINE_string, FlagValues

from tripod_dlib.board.datasets import dataset_field
from tripod_dlib.board.record import Record, read_record, record_of, write_record
from tripod_dlib.board.runs import (
    arrays_of_run,
    digests_of_run,
    record_of_run,
    run_folders,
    udr_of_runs,
)
from tripod_dlib.board.submission import (
    NUM_PERMUTATIONS,
    digest_of_arrays,
    measured_figures,
    recomputed,
    submission,
)
from tripod_dlib.cli.application import Command
from tripod_dlib.cli.leaderboard_flags import (
    permutations_of,
    require_flags_of_the_input,
    whole_number,
)
from tripod_dlib.cli.list_flags import DEFINE_list
from tripod_dlib.cli.path_flags import DEFINE_path
from tripod_dlib.errors import InputError
from tripod_dlib.evaluation.array_input import read_representation
from tripod_dlib.metrics.doubts import KIND_UNKNOWN

SAME_LATENTS = 1e-3


def say(text: str) -> None:
    """A line of progress, beside what is printed as the result."""
    print(f"tripod_leaderboard: {text}", file=sys.stderr, flush=True)


def submit(values: FlagValues) -> None:
    """Writes a result file of a run folder or of two arrays."""
    if (values.run is None) == (values.representation is None):
        raise InputError("Give either --run=FOLDER or --representation=FILE.npz.")
    require_flags_of_the_input(values)
    if values.run is not None:
        run = run_folders(values.run)[0]
        record = record_of_run(
            run,
            revision=values.revision,
            method=values.method,
            developer=values.developer,
            udr=udr_of_runs(values.udr, [run]).get(run),
            num_permutations=permutations_of(values),
            progress=say,
        )
    else:
        record = _record_of_arrays(values)
    if not values.overwrite:
        _require_no_other(Path(values.output) / record.file_name, record)
    path = write_record(values.output, record)
    status = record.content["status"]
    if status != "finished":
        say(f"the run is submitted as {status}: {record.content['message']}")
    print(f"result file: {path}")


def _require_no_other(path: Path, record: Record) -> None:
    """Refuses to write over a finished result that is of another representation."""
    if not path.exists():
        return
    before = read_record(path).content
    digests = [content.get("digests", {}) for content in (before, record.content)]
    if before["status"] == "finished" and digests[0] != digests[1]:
        raise InputError(
            f"{path} holds another result of this method, revision, dataset and seed (its arrays "
            "are others). Give another --revision or --seed, or --overwrite."
        )


def _record_of_arrays(values: FlagValues) -> Record:
    for name in ("method", "revision", "dataset"):
        if not values[name].value:
            raise InputError(f"--{name} is missing: arrays do not say it.")
    if values.seed is None:
        raise InputError("--seed is missing: which of the method's seeds these arrays are of.")
    stored = read_representation(values.representation)
    discrete = stored.discrete if values.discrete is None else values.discrete
    if discrete is None:
        raise InputError(KIND_UNKNOWN)
    method = {"name": values.method, "developer": values.developer, "url": values.url}
    seeds = [whole_number(text) for text in values.claimed_seeds]
    fields = {
        "method": {**method, "framework": values.framework},
        "revision": values.revision,
        "dataset": dataset_field(values.dataset),
        "seed": values.seed,
        "made_from": "arrays",
        "claims": {"seeds": seeds} if seeds else None,
        "digests": {"representation": digest_of_arrays(stored.sources, stored.latents)},
    }
    submission(**fields, status="failed", figures={})  # faults of fields, before the work
    try:
        figures = measured_figures(
            stored.sources,
            stored.latents,
            discrete=discrete,
            selection=values.selection,
            num_permutations=permutations_of(values),
            progress=say,
        )
    except ValueError as error:
        raise InputError(str(error)) from error
    return submission(**fields, figures=figures)


def verify(values: FlagValues, path: str) -> int:
    """Encodes a run's sample anew from its weights, scores it, and compares with a result file."""
    if values.run is None:
        raise InputError("--run is missing: the folder whose weights and configuration are there.")
    record, run = read_record(path), run_folders(values.run)[0]
    sources, latents, discrete = _encoded_anew(run)
    stored = arrays_of_run(run)
    faults = []
    if record.content.get("digests", {}).get("representation") != digest_of_arrays(*stored[:2]):
        faults.append("digests.representation: the run's representation.npz is another")
    if not np.array_equal(sources, stored[0]):
        faults.append(
            "The run's representation.npz is of another sample than its configuration's, as those "
            "of protocol version 1 are where a dataset is small: it drew images twice"
        )
    elif not np.allclose(latents, stored[1], atol=SAME_LATENTS):
        faults.append("The run's weights give other latents than its representation.npz holds")
    say("scoring what the weights give")
    figures = measured_figures(
        stored[0],
        stored[1],
        discrete=discrete,
        selection="oracle",
        num_permutations=1,
        progress=say,
    )
    faults += recomputed(record, figures)
    if faults:
        print("\n".join(faults))
        print(f"{path} is not verified")
        return 2
    proof = {"measured_by": "verified", "made_from": "run", "digests": digests_of_run(run)}
    verified = record_of({**record.content, **proof})
    print(f"verified: {write_record(values.output, verified)}")
    return 0


def _encoded_anew(run: Path) -> tuple[np.ndarray, np.ndarray, bool]:
    from tripod_dlib.backend import require_backend
    from tripod_dlib.cli.encoded_sample import encoded_sample

    require_backend()
    from tripod_dlib.training.trained_model import load

    representation = load(run).representation
    sample = encoded_sample(run, representation)
    return sample.sources, sample.latents, representation.discrete


SUBMIT = Command(
    name="tripod_leaderboard submit",
    summary="Writes the result file of a run folder, or of two arrays of any framework.",
    flags=(
        partial(DEFINE_path, "run", None, "folder of a run"),
        partial(DEFINE_path, "representation", None, "an .npz file of `sources` and `latents`"),
        partial(DEFINE_path, "output", "submissions", "folder that gets the file"),
        partial(DEFINE_bool, "overwrite", False, "replace a result of other arrays"),
        partial(DEFINE_string, "method", "", "the method's name"),
        partial(DEFINE_string, "revision", "", "its commit or configuration"),
        partial(DEFINE_string, "dataset", "", "the dataset's name"),
        partial(DEFINE_integer, "seed", None, "the method's seed"),
        partial(DEFINE_list, "claimed_seeds", [], "all of its seeds, by commas"),
        partial(DEFINE_string, "developer", "", "who made the method"),
        partial(DEFINE_string, "url", "", "where it is described"),
        partial(DEFINE_string, "framework", "", "such as PyTorch"),
        partial(DEFINE_bool, "discrete", None, "whether the latents are quantized"),
        partial(
            DEFINE_string, "selection", "stated", "how it was selected: oracle, label_free, stated"
        ),
        partial(DEFINE_path, "udr", None, "ranking.json of tripod_udr, for a run"),
        partial(DEFINE_integer, "permutations", NUM_PERMUTATIONS, "behind each baseline"),
    ),
    main=submit,
    examples=(
        "tripod_leaderboard submit --run=results/my_run --output=submissions",
        "tripod_leaderboard submit --representation=a.npz --nodiscrete --method=Mine --revision=v1 "
        "--dataset=shapes3d --seed=0",
    ),
)
VERIFY = Command(
    name="tripod_leaderboard verify",
    summary="Recomputes a run's scores from its weights, and marks its result file as verified.",
    flags=(
        partial(DEFINE_path, "run", None, "the run's folder"),
        partial(DEFINE_path, "output", "verified", "folder that gets the marked file"),
    ),
    main=verify,
    argument="FILE",
    examples=("tripod_leaderboard verify submissions/a.json --run=results/my_run",),
)
