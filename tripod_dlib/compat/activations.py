"""What disentanglement_lib makes pixels of a decoder's outputs by, on arrays."""

import numpy as np
from scipy.special import expit


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), entry by entry."""
    return expit(x)


def tanh(x: np.ndarray) -> np.ndarray:
    """tanh(x) / 2 + 1 / 2, entry by entry."""
    return np.tanh(x) / 2.0 + 0.5
