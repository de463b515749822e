"""Names to models, datasets and metrics, from this package and from others.

A name resolves to an import path of the form "module:attribute"; nothing is imported before `load`.
Other packages add names through the entry-point groups `tripod_dlib.models`,
`tripod_dlib.datasets` and `tripod_dlib.metrics`. A metric is a pure function of (sources, latents),
which arrays and gin know by its name, or a wrapper that draws points of its own.
"""

import functools
import importlib
import importlib.metadata
import re
import sys

from tripod_dlib.errors import InputError, did_you_mean

NAME = re.compile(r"\w[\w.+-]*")


def is_defined_again(one: object, other: object) -> bool:
    """Whether two classes or functions are of one name in one module."""
    names = [
        (getattr(target, "__module__", None), getattr(target, "__qualname__", None))
        for target in (one, other)
    ]
    return names[0] == names[1] and None not in names[0]


class Registry:
    """Names of one kind of object and where each is defined."""

    def __init__(self, kind: str, group: str, builtin: dict[str, str], adapter: str | None = None):
        """Creates a registry.

        Args:
          kind: What the objects are, in the singular, for messages ("model").
          group: Entry-point group in which other packages declare theirs.
          builtin: Name to "module:attribute".
          adapter: "module:function" that takes a name and what is declared under it, and gives what
            `load` returns; None for what is declared.
        """
        self.kind = kind
        self.group = group
        self._adapter = adapter
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
        """Imports and returns the object behind a name, adapted where the registry has an adapter.

        Raises:
          InputError: If the name is unknown or its import path leads nowhere.
        """
        declared = self.declared(name)
        if self._adapter is None:
            return declared
        module_name, _, attribute = self._adapter.partition(":")
        return getattr(importlib.import_module(module_name), attribute)(name, declared)

    def declared(self, name: str) -> object:
        """Imports and returns the object behind a name as it was declared.

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
          InputError: If it is no name, or taken by something else. A class or function that is
            defined again, as a notebook's cell is that runs twice, takes its own place.
        """
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise InputError(
                f"A {self.kind} needs a name of letters, digits, _, -, + and . alone; got {name!r}."
            )
        known = self._registered.get(name)
        if name in self.names() and known != target and not is_defined_again(known, target):
            raise InputError(
                f"The {self.kind} name {name!r} is already taken by {self.target(name)}; "
                "choose another name."
            )
        self._registered[name] = target

    def unregister(self, name: str) -> None:
        """Removes a name that was added at run time."""
        self._registered.pop(name, None)

    def _entry_points(self) -> dict[str, str]:
        return _declared_by_packages(self.group, tuple(sys.path))

    def _unknown(self, name: str) -> str:
        known = self.names()
        hint = did_you_mean(name, known)
        return f"Unknown {self.kind} {name!r}.{hint} Known ones: {', '.join(known)}."


@functools.cache
def _declared_by_packages(group: str, path: tuple[str, ...]) -> dict[str, str]:
    """Name to target, of the packages on a search path; they are looked through once."""
    return {point.name: point.value for point in importlib.metadata.entry_points(group=group)}


models = Registry(
    "model",
    "tripod_dlib.models",
    {
        "annealed_vae": "tripod_dlib.models.families.dlib:AnnealedVAEFamily",
        "autoencoder": "tripod_dlib.models.families.autoencoder:AutoencoderFamily",
        "beta_tc_vae": "tripod_dlib.models.families.dlib:BetaTCVAEFamily",
        "beta_tcvae_mws": "tripod_dlib.models.families.beta_tcvae_mws:BetaTCVAEFamily",
        "beta_vae": "tripod_dlib.models.families.dlib:BetaVAEFamily",
        "bio_ae": "tripod_dlib.models.families.qlae:BioAEFamily",
        "cliff_autoencoder": "tripod_dlib.models.families.supports:CliffFamily",
        "dava": "tripod_dlib.models.families.dava:DAVAFamily",
        "dip_vae": "tripod_dlib.models.families.dlib:DIPVAEFamily",
        "factor_qvae": "tripod_dlib.models.families.categorical:FactorQVAEFamily",
        "factor_vae": "tripod_dlib.models.families.dlib:FactorVAEFamily",
        "group_vae": "tripod_dlib.models.families.pairs:GroupVAEFamily",
        "group_vae_argmax": "tripod_dlib.models.families.pairs:GroupVAEArgmaxFamily",
        "group_vae_labels": "tripod_dlib.models.families.pairs:GroupVAELabelsFamily",
        "gumbel_vae": "tripod_dlib.models.families.categorical:GumbelVAEFamily",
        "hessian_autoencoder": "tripod_dlib.models.families.qlae:HessianAutoencoderFamily",
        "hfs_vae": "tripod_dlib.models.families.supports:HFSVAEFamily",
        "mlvae": "tripod_dlib.models.families.pairs:MLVAEFamily",
        "mlvae_argmax": "tripod_dlib.models.families.pairs:MLVAEArgmaxFamily",
        "mlvae_labels": "tripod_dlib.models.families.pairs:MLVAELabelsFamily",
        "qlae": "tripod_dlib.models.families.qlae:QLAEFamily",
        "regularized_vae": "tripod_dlib.models.families.regularized_vae:RegularizedVAEFamily",
        "s2_beta_tc_vae": "tripod_dlib.models.families.semi_supervised:S2BetaTCVAEFamily",
        "s2_dip_vae": "tripod_dlib.models.families.semi_supervised:S2DIPVAEFamily",
        "s2_factor_vae": "tripod_dlib.models.families.semi_supervised:S2FactorVAEFamily",
        "s2_mine_vae": "tripod_dlib.models.families.semi_supervised:S2MineVAEFamily",
        "s2_vae": "tripod_dlib.models.families.semi_supervised:S2VAEFamily",
        "supervised": "tripod_dlib.models.families.semi_supervised:SupervisedOnlyFamily",
        "tripod": "tripod_dlib.models.families.tripod:TripodFamily",
        "tripod_naive": "tripod_dlib.models.families.qlae:TripodNaiveFamily",
        "vae": "tripod_dlib.models.families.dlib:VAEFamily",
        "vq_vae": "tripod_dlib.models.families.qlae:VQVAEFamily",
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
        "own": "tripod_dlib.data.own.own_images:own",
        "own_file": "tripod_dlib.data.own.own_file:own_file",
        "scream_dsprites": "tripod_dlib.data.official.dsprites:scream_dsprites",
        "shapes3d": "tripod_dlib.data.official.shapes3d:shapes3d",
        "smallnorb": "tripod_dlib.data.official.small_norb:smallnorb",
        "tfds_folder": "tripod_dlib.data.own.tfds_folder:tfds_folder",
        "shapes3d_procedural": "tripod_dlib.data.rendered.shapes3d_procedural:shapes3d_procedural",
    },
)

_WRAPPERS = "tripod_dlib.evaluation.wrappers"

metrics = Registry(
    "metric",
    "tripod_dlib.metrics",
    {
        "beta_vae_sklearn": f"{_WRAPPERS}.beta_vae_sklearn:beta_vae_sklearn",
        "dci": f"{_WRAPPERS}.dci:dci",
        "dci_random_forest": "tripod_dlib.metrics:compute_dci_random_forest",
        "dcimig": "tripod_dlib.metrics:compute_dcimig",
        "dci_validation": f"{_WRAPPERS}.dci:dci_validation",
        "downstream_task": f"{_WRAPPERS}.downstream_task:downstream_task",
        "factor_vae_score": f"{_WRAPPERS}.factor_vae_score:factor_vae_score",
        "fairness": f"{_WRAPPERS}.fairness:fairness",
        "infomec": "tripod_dlib.metrics:compute_infomec",
        "irs": f"{_WRAPPERS}.irs:irs",
        "jemmig": "tripod_dlib.metrics:compute_jemmig",
        "mcc": "tripod_dlib.metrics:compute_mcc",
        "mig": f"{_WRAPPERS}.mig:mig",
        "mig_sup": "tripod_dlib.metrics:compute_mig_sup",
        "mig_validation": f"{_WRAPPERS}.mig:mig_validation",
        "minimality": "tripod_dlib.metrics:compute_minimality",
        "modularity_explicitness": f"{_WRAPPERS}.modularity_explicitness:modularity_explicitness",
        "reduced_downstream_task": f"{_WRAPPERS}.reduced_downstream_task:reduced_downstream_task",
        "rmig": "tripod_dlib.metrics:compute_rmig",
        "sap_score": f"{_WRAPPERS}.sap_score:sap_score",
        "sap_score_validation": f"{_WRAPPERS}.sap_score:sap_score_validation",
        "strong_downstream_task": f"{_WRAPPERS}.strong_downstream_task:strong_downstream_task",
        "sufficiency": "tripod_dlib.metrics:compute_sufficiency",
        "udr_sklearn": f"{_WRAPPERS}.udr_sklearn:udr_sklearn",
        "unified_score_validation": f"{_WRAPPERS}.unified_scores:unified_score_validation",
        "unified_scores": f"{_WRAPPERS}.unified_scores:unified_scores",
        "unsupervised_metrics": f"{_WRAPPERS}.unsupervised_metrics:unsupervised_metrics",
    },
    adapter=f"{_WRAPPERS}.of_arrays:under_gin_name",
)
