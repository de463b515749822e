"""Many runs in one file, as disentanglement_lib's aggregation gives them, and over seeds."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tripod_dlib.errors import InputError
from tripod_dlib.results.dlib_results import jsonable
from tripod_dlib.results.groups import Group, group_over_seeds, mean_and_spread
from tripod_dlib.results.result_files import find_results, require_no_result
from tripod_dlib.storage import atomic_path

if TYPE_CHECKING:
    import pandas

__all__ = [
    "Group",
    "aggregate_results_to_json",
    "group_over_seeds",
    "load_aggregated_json_results",
    "mean_and_spread",
    "read_results",
    "write_results",
]


def read_results(pattern: str) -> list[dict[str, object]]:
    """The results in the files that a pattern matches, each once; see `find_results`."""
    return find_results(pattern).results


def aggregate_results_to_json(result_file_pattern: str, output_path: str | os.PathLike) -> None:
    """Writes one table of many runs: an object column -> {row number -> value}.

    Args:
      result_file_pattern: Glob of files results/aggregate/<step>.json.
      output_path: The .json file to write.

    Raises:
      InputError: If nothing matches, a file is no result file, or `output_path` is one of them.
    """
    found = find_results(result_file_pattern)
    require_no_result("output_path", output_path, found)
    write_results(found.results, output_path)


def write_results(results: Sequence[dict[str, object]], output_path: str | os.PathLike) -> None:
    """Writes results that were read as `aggregate_results_to_json` does."""
    columns = dict.fromkeys(name for result in results for name in result)
    with atomic_path(output_path) as temporary, temporary.open("w", encoding="utf-8") as file:
        for number, name in enumerate(columns):  # a column at a time: there may be very many
            column = {str(row): jsonable(result.get(name)) for row, result in enumerate(results)}
            file.write(f"{',' if number else '{'}{json.dumps(name)}:{json.dumps(column)}")
        file.write("}\n" if columns else "{}\n")


def load_aggregated_json_results(source_path: str | os.PathLike) -> "pandas.DataFrame":
    """Reads what `aggregate_results_to_json` wrote.

    Args:
      source_path: The .json file.

    Returns:
      One row a run, one column a key; texts of numbers come back as numbers.

    Raises:
      InputError: If pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise InputError(
            "Reading aggregated results needs pandas, which is not installed: "
            "pip install 'tripod_dlib[report]'."
        ) from error
    return pandas.read_json(Path(source_path), orient="columns")
