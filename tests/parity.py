"""Reads the reference values; see fixtures/parity/README.md for where they come from."""

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "fixtures" / "parity"


def load_parity(name: str, prefix: str = "") -> dict[str, np.ndarray]:
    """The arrays of one file whose names begin with a prefix, without the prefix."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
        return {key[len(prefix) :]: file[key] for key in file.files if key.startswith(prefix)}


def relative_to_largest(found: np.ndarray, expected: np.ndarray) -> float:
    """max |found - expected| / max |expected|."""
    return float(np.abs(found - expected).max() / np.abs(expected).max())
