"""Keys of figures: a metric and everything that decides what its number means.

`infom[estimator=knn10,latents=continuous,library=tripod_dlib-0.1.0,pruning=iqr,samples=10000,
selection=oracle]` is one; two figures share a column if and only if their keys are equal.
"""

import dataclasses
import re

from tripod_dlib.errors import InputError

# Settings that a key of any metric has, and those of the metrics whose definitions leave a choice.
COMMON = ("library", "samples", "selection")
OWN = {
    **dict.fromkeys(("infom", "infoc"), ("estimator", "latents", "pruning")),
    **dict.fromkeys(("infoe", "infoe_held_out"), ("latents",)),
    **dict.fromkeys(
        ("disentanglement", "completeness", "informativeness_train", "informativeness_test"),
        ("trees",),
    ),
    "mig": ("bins",),
}
VALUES = {
    "latents": ("continuous", "discrete"),
    "trees": ("forest", "boosted"),
    "pruning": ("iqr", "range", "none"),
    # which checkpoint was scored: the best InfoM (sees labels), one chosen without labels, or as
    # whoever made the arrays chose it
    "selection": ("oracle", "label_free", "stated"),
}
HEADINGS = {
    "infom": "InfoM",
    "infoc": "InfoC",
    "infoe": "InfoE",
    "disentanglement": "D",
    "completeness": "C",
    "informativeness_test": "I",
    "mig": "MIG",
    "psnr": "PSNR (dB)",
}
RANKED = ("infom", "infoc", "infoe", "disentanglement", "mig")  # those with a baseline
NO_BASELINES = "disentanglement_lib"  # the library whose results have none, and are not ranked
# Least and largest values of metrics that are not from 0 to 1. InfoE is negative where a fit is
# worse than none; a PSNR beyond these is none of images.
LIMITS = {"psnr": (-200.0, 200.0), **dict.fromkeys(("infoe", "infoe_held_out"), (-1e6, 1.0))}

COUNTS = ("samples",)

_COUNT = re.compile(r"[1-9][0-9]{0,11}")
_KEY = re.compile(r"([a-z][a-z0-9_]{0,60})\[([^\[\]]{1,500})\]")
_SETTING = re.compile(r"([a-z_]+)=([A-Za-z0-9_.+-]{1,60})")


@dataclasses.dataclass(frozen=True, order=True)
class Variant:
    """What a figure is.

    Attributes:
      metric: Such as "infom".
      settings: (name, value) pairs, sorted.
    """

    metric: str
    settings: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, metric: str, **settings: object) -> "Variant":
        """A variant by its settings."""
        return cls(metric, tuple(sorted((name, str(value)) for name, value in settings.items())))

    @property
    def key(self) -> str:
        """As it stands in result files."""
        return f"{self.metric}[{','.join(f'{name}={value}' for name, value in self.settings)}]"

    @property
    def heading(self) -> str:
        """The metric as tables call it."""
        return HEADINGS.get(self.metric, self.metric)

    def get(self, name: str) -> str | None:
        """The value of a setting."""
        return dict(self.settings).get(name)

    def without(self, name: str) -> "Variant":
        """The same less one setting."""
        kept = tuple(pair for pair in self.settings if pair[0] != name)
        return dataclasses.replace(self, settings=kept)

    @property
    def ranked(self) -> bool:
        """Whether methods are ranked by it: it has a permutation baseline."""
        return self.metric in RANKED and self.get("library") != NO_BASELINES

    @property
    def limits(self) -> tuple[float, float]:
        """Least and largest value."""
        return LIMITS.get(self.metric, (0.0, 1.0))


def parse_key(key: str) -> Variant:
    """Reads a figure's key.

    Raises:
      InputError: If it has another form, or a setting is missing, given twice or not known.
    """
    match = _KEY.fullmatch(key)
    settings = [_SETTING.fullmatch(part) for part in match[2].split(",")] if match else [None]
    if not all(settings):
        raise InputError(
            f"{key!r} is no key of a figure: it is metric[name=value,name=value], such as "
            "mig[bins=20,library=tripod_dlib-0.1.0,samples=10000,selection=oracle]."
        )
    metric, pairs = match[1], [(setting[1], setting[2]) for setting in settings]
    names = [name for name, _ in pairs]
    missing = [name for name in (*OWN.get(metric, ()), *COMMON) if name not in names]
    if missing:
        raise InputError(f"{key!r} does not say {', '.join(missing)}, on which {metric} depends.")
    if len(set(names)) < len(names):
        raise InputError(f"{key!r} says one of its settings twice.")
    for name, value in pairs:
        if name in COUNTS and not _COUNT.fullmatch(value):
            raise InputError(f"{key!r}: {name} is a whole number from 1; not {value!r}.")
        if value not in VALUES.get(name, (value,)):
            raise InputError(f"{key!r}: {name} is one of {', '.join(VALUES[name])}; not {value!r}.")
    return Variant(metric, tuple(sorted(pairs)))
