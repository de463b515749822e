"""Metrics under their gin names, with disentanglement_lib's signature, one module a metric.

Each draws its own points from the given `RandomState`, factors then observations in chunks.
"""

from tripod_dlib.evaluation.wrappers.base import metric_wrapper

__all__ = ["metric_wrapper"]
