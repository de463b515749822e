"""Pure functions of two arrays under gin names: `of_arrays("mcc", compute_mcc)` is all it takes."""

import functools
import inspect
import warnings
from collections.abc import Callable, Mapping

import gin
import numpy as np

from tripod_dlib.allowed import PositiveInt
from tripod_dlib.data.ground_truth import GroundTruthData
from tripod_dlib.evaluation.metric_results import checked_results
from tripod_dlib.evaluation.repeats import HOLD_ROWS_OUT, note_repeats
from tripod_dlib.evaluation.wrappers.base import draw_arrays, metric_wrapper
from tripod_dlib.metrics.baselines import BASELINES, permutation_baselines

NOT_RESULTS = ("notes",)


def draws_points(
    ground_truth_data: GroundTruthData,
    representation_function: Callable[[np.ndarray], np.ndarray],
    random_state: np.random.RandomState,
    artifact_dir: str | None = None,
    num_train: PositiveInt = gin.REQUIRED,
    batch_size: PositiveInt = 16,
) -> dict[str, object]:
    """What all wrappers of arrays take; the parameters of their function follow."""


def of_arrays(name: str, function: Callable[..., dict]) -> Callable[..., dict]:
    """A metric of arrays with disentanglement_lib's signature, registered with gin.

    Args:
      name: Its gin name.
      function: Takes sources (num_samples, num_sources), latents (num_samples, num_latents) and
        keyword-only parameters; gives results by name, and perhaps "notes".

    Returns:
      wrapper: Draws `num_train` points and gives the function's results but "notes", which are
        warned of. gin binds the function's parameters beside `num_train` and `batch_size`;
        `discrete` is by default what a `Representation` says. With `baselines`, where there are
        such, "baseline" is what permuted latents score.
    """
    parameters = {**inspect.signature(draws_points).parameters, **_own_parameters(name, function)}
    signature = inspect.Signature(list(parameters.values()), return_annotation=dict[str, object])

    def wrapper(*args, **kwargs):
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        own = {key: given.arguments[key] for key in parameters if key not in _DRAWS}
        with_baselines = own.pop("baselines", False)
        if "discrete" in own:
            own["discrete"] = _discrete(name, function, own["discrete"], given.args[1])
        arrays = draw_arrays(*given.args[:3], given.arguments["num_train"], *given.args[5:6])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # the notes say the same
            results = checked_results(name, function(*arrays, **own))
            if with_baselines:
                chosen = {"discrete": own.get("discrete", False), "seed": own.get("seed", 0)}
                permuted = permutation_baselines(*arrays, metrics=[name], **chosen)
                results = {**results, "baseline": permuted[name]}
        drawn = note_repeats(given.args[0], given.arguments["num_train"])
        for note in (*results.get("notes", ()), *(drawn if name in HOLD_ROWS_OUT else ())):
            warnings.warn(note, stacklevel=2)
        return {key: value for key, value in results.items() if key not in NOT_RESULTS}

    wrapper.__name__ = wrapper.__qualname__ = name
    wrapper.__doc__ = function.__doc__
    wrapper.__signature__ = signature
    wrapper.__annotations__ = {key: value.annotation for key, value in parameters.items()}
    return metric_wrapper(name, function)(wrapper)


@functools.cache
def under_gin_name(name: str, metric: Callable[..., dict]) -> Callable[..., dict]:
    """What gin calls by a metric's name: a wrapper as it is, a function of arrays `of_arrays`."""
    return of_arrays(name, metric) if takes_arrays(metric) else metric


def takes_arrays(metric: Callable[..., dict]) -> bool:
    """Whether a metric is a function of sources and latents."""
    return list(parameters_of_metric(metric))[:2] == ["sources", "latents"]


def parameters_of_metric(metric: object) -> Mapping[str, inspect.Parameter]:
    """The parameters of a metric; none of what is no function, or one without a signature."""
    try:
        return inspect.signature(metric).parameters
    except (TypeError, ValueError):
        return {}


_DRAWS = tuple(inspect.signature(draws_points).parameters)


def _own_parameters(name: str, function: Callable[..., dict]) -> dict[str, inspect.Parameter]:
    """The function's keyword-only parameters, as gin binds them."""
    own = {
        key: parameter
        for key, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    if "discrete" in own:
        own["discrete"] = own["discrete"].replace(default=None, annotation=bool | None)
    if name in BASELINES:
        own["baselines"] = inspect.Parameter(
            "baselines", inspect.Parameter.KEYWORD_ONLY, default=True, annotation=bool
        )
    return own


def _discrete(
    name: str, function: Callable[..., dict], bound: bool | None, representation: Callable
) -> bool:
    default = inspect.signature(function).parameters["discrete"].default
    for said in (bound, getattr(representation, "discrete", None), default):
        if isinstance(said, bool):
            return said
    raise ValueError(
        f"Whether the latents are discrete is not known: bind {name}.discrete to True or "
        "False, or give a tripod_dlib.evaluation.representation.Representation."
    )
