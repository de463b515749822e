"""Result files as disentanglement_lib writes them: results/{gin,json,aggregate}.

Two of its bugs are repaired: arrays become lists, and NaN and infinities become null. Values of
several lines and values that hold " = " survive.
"""

import copy
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

import gin
import numpy as np

from tripod_dlib.errors import InputError
from tripod_dlib.results.result_files import read_result
from tripod_dlib.storage import write_json, write_text

# Terms by which a discriminator, or a statistic of mutual information, learns.
OF_JUDGES = ("discriminator", "against_encoder", "against_decoder", "statistic")


def update_result_directory(
    result_directory: str | Path,
    step_name: str,
    results_dict: dict[str, object],
    old_result_directory: str | Path | None = None,
) -> None:
    """Writes one step's results beside those of the steps before.

    Args:
      result_directory: The folder `results`.
      step_name: "train", "postprocess", "evaluation", ...
      results_dict: Numbers, texts, lists, arrays and None. A random "uuid" is added, and
        "num_not_finite", {key: count}, if NaN or infinities were written as null.
      old_result_directory: Results of the steps before, copied first.
    """
    result_directory = Path(result_directory)
    if old_result_directory is not None:
        copydir(old_result_directory, result_directory)
    save_gin(result_directory / "gin" / f"{step_name}.gin")
    json_folder = result_directory / "json"
    save_dict(json_folder / f"{step_name}_config.json", gin_dict())
    results = {**results_dict, "uuid": str(uuid.uuid4())}
    not_finite = {key: _num_not_finite(value) for key, value in results_dict.items()}
    if any(not_finite.values()):
        results["num_not_finite"] = {key: count for key, count in not_finite.items() if count}
    save_dict(json_folder / f"{step_name}_results.json", results)
    aggregated = aggregate_json_results(json_folder)
    save_dict(result_directory / "aggregate" / f"{step_name}.json", aggregated)


def losses_of_step(terms: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    """The losses of a step under the names that disentanglement_lib's step "train" has for them.

    Args:
      terms: Loss terms by name, unweighted, "reconstruction" among them.
      weights: Of each term.

    Returns:
      losses: "loss", "reconstruction_loss", "regularizer" (all other terms with their weights),
        and with a term "kl" also "kl_loss" and "elbo", minus reconstruction and divergence. Losses
        by which other networks than encoder and decoder learn are in none of them.
    """
    others = {name: weights[name] * terms[name] for name in terms if name not in OF_JUDGES}
    reconstruction = others.pop("reconstruction")
    regularizer = sum(others.values())
    losses = {"loss": reconstruction + regularizer, "reconstruction_loss": reconstruction}
    losses["regularizer"] = regularizer
    if "kl" in terms:
        losses |= {"kl_loss": terms["kl"], "elbo": -(reconstruction + terms["kl"])}
    return losses


def gin_dict(path: str | Path | None = None) -> dict[str, str]:
    """The operative configuration, or a written one, as binding name to value.

    Args:
      path: A gin file; None for what gin has used so far.

    Returns:
      {binding: value}, values as texts: "20", "'dummy_data'", "@histogram_discretizer".

    Raises:
      InputError: If the file is damaged.
    """
    if path is None:
        return bindings_of(gin.operative_config_str())
    try:
        return bindings_of(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is damaged ({error}). Take it from a backup.") from error


def bindings_of(text: str) -> dict[str, str]:
    """Binding name to value of a configuration as gin prints it."""
    bindings: dict[str, str] = {}
    name = None
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            name = None
        elif line[0].isspace() and name is not None:
            bindings[name] = f"{bindings[name]} {line.strip()}".strip()
        elif "=" in line:
            name, _, value = line.partition("=")
            name = name.strip()
            bindings[name] = value.strip().removesuffix("\\").strip()
    return bindings


def namespaced_dict(base_dict: dict | None = None, **named_dicts: dict) -> dict[str, object]:
    """One dict of several, keys prefixed by the name of each and a dot."""
    merged = copy.deepcopy(base_dict or {})
    for prefix, entries in named_dicts.items():
        merged.update({f"{prefix}.{key}": value for key, value in entries.items()})
    return merged


def save_dict(path: str | Path, entries: dict[str, object]) -> None:
    """Writes a JSON object, indented by 2; NumPy values become Python's, NaN becomes null."""
    write_json(path, jsonable(entries))


def save_gin(path: str | Path) -> None:
    """Writes the configuration that gin has used so far."""
    write_text(path, gin.operative_config_str())


def copydir(old: str | Path, new: str | Path) -> None:
    """Copies a folder; one that is there already is replaced, unless it is the same one."""
    if Path(new).exists():
        if Path(new).samefile(old):
            return
        shutil.rmtree(new)
    shutil.copytree(old, new)


def aggregate_json_results(base_path: str | Path) -> dict[str, object]:
    """Every JSON file of a folder in one dict, keys prefixed by file names.

    Raises:
      InputError: If one is damaged.
    """
    files = sorted(Path(base_path).glob("*.json"))
    return namespaced_dict(**{path.stem: read_result(path) for path in files})


def jsonable(value: object) -> object:
    """The same value in JSON's types; NaN and infinities become None."""
    if isinstance(value, dict):
        return {str(key): jsonable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(entry) for entry in value]
    if isinstance(value, np.ndarray | np.generic):
        return jsonable(value.tolist())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def _num_not_finite(value: object) -> int:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, dict):
        return sum(_num_not_finite(entry) for entry in value.values())
    if isinstance(value, list | tuple):
        return sum(_num_not_finite(entry) for entry in value)
    return int(isinstance(value, float) and not np.isfinite(value))
