"""Names to models, datasets and metrics, from this package and from others.

A name resolves to an import path of the form "module:attribute"; nothing is imported before `load`.
Other packages add names through the entry-point groups `tripod_dlib.models`,
`tripod_dlib.datasets` and `tripod_dlib.metrics`.
"""

import importlib
import importlib.metadata

from tripod_dlib.errors import InputError, did_you_mean


class Registry:
    """Names of one kind of object and where each is defined."""

    def __init__(self, kind: str, group: str, builtin: dict[str, str]):
        """Creates a registry.

        Args:
          kind: What the objects are, in the singular, for messages ("model").
          group: Entry-point group in which other packages declare theirs.
          builtin: Name to "module:attribute".
        """
        self.kind = kind
        self.group = group
        self._builtin = dict(builtin)
        self._registered: dict[str, str | object] = {}

    @property
    def builtin_names(self) -> list[str]:
        """The names that this package itself brings, sorted."""
        return sorted(self._builtin)

    def names(self) -> list[str]:
        """All known names, sorted: built in, registered at run time, declared by other packages."""
        return sorted({*self._builtin, *self._registered, *self._entry_points()})

    def target(self, name: str) -> str:
        """The import path behind a name, without importing it.

        Raises:
          InputError: If the name is unknown; the message lists the known ones and the nearest.
        """
        if name in self._registered:
            target = self._registered[name]
            return target if isinstance(target, str) else f"{target.__module__}:{target.__name__}"
        if name in self._builtin:
            return self._builtin[name]
        entry_points = self._entry_points()
        if name in entry_points:
            return entry_points[name]
        raise InputError(self._unknown(name))

    def load(self, name: str) -> object:
        """Imports and returns the object behind a name.

        Raises:
          InputError: If the name is unknown or its import path leads nowhere.
        """
        registered = self._registered.get(name)
        if registered is not None and not isinstance(registered, str):
            return registered
        target = self.target(name)
        module_name, _, attribute = target.partition(":")
        try:
            return getattr(importlib.import_module(module_name), attribute)
        except (ModuleNotFoundError, AttributeError) as error:
            if isinstance(error, ModuleNotFoundError) and not module_name.startswith(error.name):
                raise  # a dependency of the module is missing: its own message is the clear one
            raise InputError(
                f"The {self.kind} {name!r} is declared as {target!r}, which leads nowhere: {error}."
            ) from error

    def register(self, name: str, target: str | object) -> None:
        """Adds a name at run time.

        Args:
          name: The new name.
          target: The object itself or its import path "module:attribute".

        Raises:
          InputError: If the name is taken by something else.
        """
        if name in self.names() and self._registered.get(name) != target:
            raise InputError(
                f"The {self.kind} name {name!r} is already taken by {self.target(name)}; "
                "choose another name."
            )
        self._registered[name] = target

    def unregister(self, name: str) -> None:
        """Removes a name that was added at run time."""
        self._registered.pop(name, None)

    def _entry_points(self) -> dict[str, str]:
        return {
            point.name: point.value for point in importlib.metadata.entry_points(group=self.group)
        }

    def _unknown(self, name: str) -> str:
        known = self.names()
        hint = did_you_mean(name, known)
        return f"Unknown {self.kind} {name!r}.{hint} Known ones: {', '.join(known)}."


models = Registry(
    "model",
    "tripod_dlib.models",
    {
        "tripod": "tripod_dlib.models.builders:tripod",
        "beta_tcvae_mws": "tripod_dlib.models.builders:beta_tcvae_mws",
    },
)

datasets = Registry(
    "dataset",
    "tripod_dlib.datasets",
    {
        "cars3d": "tripod_dlib.data.official.cars3d:cars3d",
        "color_dsprites": "tripod_dlib.data.official.dsprites:color_dsprites",
        "dsprites_full": "tripod_dlib.data.official.dsprites:dsprites_full",
        "dsprites_noshape": "tripod_dlib.data.official.dsprites:dsprites_noshape",
        "dummy_data": "tripod_dlib.data.rendered.dummy_data:DummyData",
        "falcor3d": "tripod_dlib.data.official.falcor3d:falcor3d",
        "font_glyphs": "tripod_dlib.data.rendered.font_glyphs:font_glyphs",
        "identity_observations": "tripod_dlib.data.rendered.dummy_data:IdentityObservationsData",
        "image_folder": "tripod_dlib.data.own.image_folder:image_folder",
        "isaac3d": "tripod_dlib.data.official.isaac3d:isaac3d",
        "mpi3d_real": "tripod_dlib.data.official.mpi3d:mpi3d_real",
        "mpi3d_real_complex": "tripod_dlib.data.official.mpi3d:mpi3d_real_complex",
        "mpi3d_realistic": "tripod_dlib.data.official.mpi3d:mpi3d_realistic",
        "mpi3d_toy": "tripod_dlib.data.official.mpi3d:mpi3d_toy",
        "noisy_dsprites": "tripod_dlib.data.official.dsprites:noisy_dsprites",
        "own_file": "tripod_dlib.data.own.own_file:own_file",
        "scream_dsprites": "tripod_dlib.data.official.dsprites:scream_dsprites",
        "shapes3d": "tripod_dlib.data.official.shapes3d:shapes3d",
        "smallnorb": "tripod_dlib.data.official.small_norb:smallnorb",
        "tfds_folder": "tripod_dlib.data.own.tfds_folder:tfds_folder",
        "shapes3d_procedural": "tripod_dlib.data.rendered.shapes3d_procedural:shapes3d_procedural",
    },
)

metrics = Registry(
    "metric",
    "tripod_dlib.metrics",
    {
        "dci_random_forest": "tripod_dlib.evaluation.wrappers.dci_random_forest:dci_random_forest",
        "infomec": "tripod_dlib.evaluation.wrappers.infomec:infomec",
        "mig": "tripod_dlib.evaluation.wrappers.mig:mig",
        "beta_vae_sklearn": "tripod_dlib.evaluation.wrappers.beta_vae_sklearn:beta_vae_sklearn",
        "dci": "tripod_dlib.evaluation.wrappers.dci:dci",
        "dci_validation": "tripod_dlib.evaluation.wrappers.dci:dci_validation",
        "downstream_task": "tripod_dlib.evaluation.wrappers.downstream_task:downstream_task",
        "factor_vae_score": "tripod_dlib.evaluation.wrappers.factor_vae_score:factor_vae_score",
        "fairness": "tripod_dlib.evaluation.wrappers.fairness:fairness",
        "mig_validation": "tripod_dlib.evaluation.wrappers.mig:mig_validation",
        "modularity_explicitness": (
            "tripod_dlib.evaluation.wrappers.modularity_explicitness:modularity_explicitness"
        ),
        "reduced_downstream_task": (
            "tripod_dlib.evaluation.wrappers.reduced_downstream_task:reduced_downstream_task"
        ),
        "sap_score": "tripod_dlib.evaluation.wrappers.sap_score:sap_score",
        "sap_score_validation": "tripod_dlib.evaluation.wrappers.sap_score:sap_score_validation",
        "strong_downstream_task": (
            "tripod_dlib.evaluation.wrappers.strong_downstream_task:strong_downstream_task"
        ),
        "irs": "tripod_dlib.evaluation.wrappers.irs:irs",
        "mcc": "tripod_dlib.evaluation.wrappers.mcc:mcc",
        "udr_sklearn": "tripod_dlib.evaluation.wrappers.udr_sklearn:udr_sklearn",
        "unified_score_validation": (
            "tripod_dlib.evaluation.wrappers.unified_scores:unified_score_validation"
        ),
        "unified_scores": "tripod_dlib.evaluation.wrappers.unified_scores:unified_scores",
        "unsupervised_metrics": (
            "tripod_dlib.evaluation.wrappers.unsupervised_metrics:unsupervised_metrics"
        ),
    },
)

# Pure functions of (sources, latents) under the names of the wrappers above, which draw points.
array_metrics = Registry(
    "metric of arrays",
    "tripod_dlib.array_metrics",
    {
        "beta_vae_sklearn": "tripod_dlib.metrics:compute_beta_vae",
        "dci": "tripod_dlib.metrics:compute_dci_boosting",
        "dci_random_forest": "tripod_dlib.metrics:compute_dci_random_forest",
        "downstream_task": "tripod_dlib.metrics:compute_downstream_task",
        "factor_vae_score": "tripod_dlib.metrics:compute_factor_vae",
        "fairness": "tripod_dlib.metrics:compute_fairness",
        "infomec": "tripod_dlib.metrics:compute_infomec",
        "irs": "tripod_dlib.metrics:compute_irs",
        "mcc": "tripod_dlib.metrics:compute_mcc",
        "mig": "tripod_dlib.metrics:compute_mig",
        "modularity_explicitness": "tripod_dlib.metrics:compute_modularity_explicitness",
        "reduced_downstream_task": "tripod_dlib.metrics:compute_reduced_downstream_task",
        "sap_score": "tripod_dlib.metrics:compute_sap",
        "strong_downstream_task": "tripod_dlib.metrics:compute_strong_downstream_task",
        "unified_scores": "tripod_dlib.metrics:compute_unified_scores",
        "unsupervised_metrics": "tripod_dlib.metrics:compute_unsupervised",
    },
)
