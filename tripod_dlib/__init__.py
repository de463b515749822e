"""Tripod, InfoMEC and disentanglement_lib-style evaluation on TensorFlow 2 and Keras 3."""

__version__ = "0.1.0"
