"""Reads the reference values; see fixtures/parity/README.md for where they come from."""

import json
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "fixtures" / "parity"


def load_parity(name: str, prefix: str = "") -> dict[str, np.ndarray]:
    """The arrays of one file whose names begin with a prefix, without the prefix."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
        return {key[len(prefix) :]: file[key] for key in file.files if key.startswith(prefix)}


def load_losses() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """disentanglement_lib's losses: inputs and results by name."""
    content = json.loads((FOLDER / "dlib_vae_losses.json").read_text())
    inputs = {key: value for key, value in content["inputs"].items() if key != "how"}
    return tuple(
        {key: np.asarray(value, np.float32) for key, value in part.items()}
        for part in (inputs, content["outputs"])
    )


def relative_to_largest(found: np.ndarray, expected: np.ndarray) -> float:
    """max |found - expected| / max |expected|."""
    return float(np.abs(found - expected).max() / np.abs(expected).max())
