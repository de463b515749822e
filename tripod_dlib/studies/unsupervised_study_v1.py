"""disentanglement_lib's studies of 12 600 models: 7 datasets, 36 models, 50 seeds.

A model's number is dataset * 1800 + model * 50 + seed.

Reference: Locatello et al., 2019; of fairness Locatello, Abbati, Rainforth et al., 2019.
"""

import dataclasses

from tripod_dlib.errors import InputError

DATASETS = (
    *("dsprites_full", "color_dsprites", "noisy_dsprites", "scream_dsprites"),
    *("smallnorb", "cars3d", "shapes3d"),
)
NUM_SEEDS = 50
NETWORKS = {"encoder.encoder_fn": "@conv_encoder", "decoder.decoder_fn": "@deconv_decoder"}
# Name of a model -> what is bound for it, and the values of which one binding takes each in turn.
MODELS: dict[str, tuple[dict[str, object], str, tuple[float, ...]]] = {
    "beta_vae": ({"model.model": "@vae()"}, "vae.beta", (1.0, 2.0, 4.0, 6.0, 8.0, 16.0)),
    "factor_vae": (
        {"model.model": "@factor_vae()", "discriminator.discriminator_fn": "@fc_discriminator"},
        "factor_vae.gamma",
        (10.0, 20.0, 30.0, 40.0, 50.0, 100.0),
    ),
    "dip_vae_i": (
        {
            "model.model": "@dip_vae()",
            "dip_vae.lambda_d_factor": 10.0,
            "dip_vae.dip_type": "i",
        },
        "dip_vae.lambda_od",
        (1.0, 2.0, 5.0, 10.0, 20.0, 50.0),
    ),
    "dip_vae_ii": (
        {
            "model.model": "@dip_vae()",
            "dip_vae.lambda_d_factor": 1.0,
            "dip_vae.dip_type": "ii",
        },
        "dip_vae.lambda_od",
        (1.0, 2.0, 5.0, 10.0, 20.0, 50.0),
    ),
    "beta_tc_vae": (
        {"model.model": "@beta_tc_vae()"},
        "beta_tc_vae.beta",
        (1.0, 2.0, 4.0, 6.0, 8.0, 10.0),
    ),
    "annealed_vae": (
        {
            "model.model": "@annealed_vae()",
            "annealed_vae.iteration_threshold": 100000,
            "annealed_vae.gamma": 1000,
        },
        "annealed_vae.c_max",
        (5.0, 10.0, 25.0, 50.0, 75.0, 100.0),
    ),
}
METRICS = (
    *("beta_vae_sklearn", "dci", "downstream_task_boosted_trees"),
    *("downstream_task_logistic_regression", "factor_vae_metric", "mig"),
    *("modularity_explicitness", "sap_score", "unsupervised"),
)


@dataclasses.dataclass(frozen=True)
class Study:
    """What is trained and evaluated, by the names of shipped configurations.

    Attributes:
      name: Its name in disentanglement_lib.
      metrics: Evaluations, in `gin/evaluation`.
      postprocessings: Representations, in `gin/postprocessing`.
      model_config: Configuration that all models share.
    """

    name: str
    metrics: tuple[str, ...]
    postprocessings: tuple[str, ...] = ("mean", "sampled")
    model_config: str = "gin/dlib/shared.gin"

    @property
    def metric_configs(self) -> list[str]:
        """The evaluations' configurations, sorted."""
        return [f"gin/evaluation/{name}.gin" for name in sorted(self.metrics)]

    @property
    def postprocessing_configs(self) -> list[str]:
        """The representations' configurations, sorted."""
        return [f"gin/postprocessing/{name}.gin" for name in sorted(self.postprocessings)]

    @property
    def num_models(self) -> int:
        """How many models there are."""
        return len(DATASETS) * len(model_settings()) * NUM_SEEDS

    def model_bindings(self, model_num: int) -> dict[str, object]:
        """What is bound for a model besides `model_config`.

        Args:
          model_num: Its number.

        Returns:
          bindings: Name to value; references begin with "@".

        Raises:
          InputError: If there is no such number.
        """
        if not 0 <= model_num < self.num_models:
            raise InputError(f"{self.name} has models 0 to {self.num_models - 1}; got {model_num}.")
        rest, seed = divmod(model_num, NUM_SEEDS)
        dataset, model = divmod(rest, len(model_settings()))
        return {
            "dataset.name": DATASETS[dataset],
            **NETWORKS,
            **model_settings()[model],
            "model.random_seed": seed,
        }


def model_settings() -> list[dict[str, object]]:
    """The 36 models: what is bound for each."""
    return [
        {"model.name": name, **fixed, binding: value}
        for name, (fixed, binding, values) in MODELS.items()
        for value in values
    ]


STUDIES = {
    study.name: study
    for study in (
        Study("unsupervised_study_v1", METRICS),
        Study("fairness_study_v1", (*METRICS, "fairness")),
    )
}
