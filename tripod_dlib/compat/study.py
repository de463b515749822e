"""disentanglement_lib's classes of studies."""

from tripod_dlib.cli.config_files import find_config
from tripod_dlib.compat import hyperparams as h
from tripod_dlib.studies import unsupervised_study_v1 as studies


class Study:
    """The base of studies: what is trained, and how it is evaluated."""

    def get_model_config(self, model_num: int = 0) -> tuple[list[str], str]:
        """Bindings of a model, and the configuration that they go with."""
        raise NotImplementedError

    def get_postprocess_config_files(self) -> list[str]:
        """Configurations of representations."""
        raise NotImplementedError

    def get_eval_config_files(self) -> list[str]:
        """Configurations of metrics."""
        raise NotImplementedError

    def print_model_config(self, model_num: int = 0) -> None:
        """Prints what a model is."""
        bindings, config = self.get_model_config(model_num)
        lines = ["Gin base config for model training:", "--", config, ""]
        print("\n".join([*lines, "Gin bindings for model training:", "--", *bindings]))

    def print_postprocess_config(self) -> None:
        """Prints the configurations of representations."""
        heading = "Gin config files for postprocessing (random seeds may be set later):"
        print("\n".join([heading, "--", *self.get_postprocess_config_files()]))

    def print_eval_config(self) -> None:
        """Prints the configurations of metrics."""
        heading = "Gin config files for evaluation (random seeds may be set later):"
        print("\n".join([heading, "--", *self.get_eval_config_files()]))


class _OfModels(Study):
    """A study of 12 600 models."""

    study: studies.Study

    def get_model_config(self, model_num=0):
        bindings = h.to_bindings(self.study.model_bindings(model_num))
        return bindings, str(find_config(self.study.model_config))

    def get_postprocess_config_files(self):
        return [str(find_config(path)) for path in self.study.postprocessing_configs]

    def get_eval_config_files(self):
        return [str(find_config(path)) for path in self.study.metric_configs]


class UnsupervisedStudyV1(_OfModels):
    """Locatello et al., 2019: unsupervised models."""

    study = studies.STUDIES["unsupervised_study_v1"]


class FairnessStudyV1(_OfModels):
    """Locatello, Abbati, Rainforth et al., 2019: the same models, and their fairness."""

    study = studies.STUDIES["fairness_study_v1"]


STUDIES = {
    "unsupervised_study_v1": UnsupervisedStudyV1(),
    "fairness_study_v1": FairnessStudyV1(),
}


def get_datasets() -> h.Items:
    """The datasets of the study."""
    return h.sweep("dataset.name", studies.DATASETS)


def get_num_latent(sweep: list[int]) -> h.Items:
    """Numbers of latents."""
    return h.sweep("encoder.num_latent", sweep)


def get_seeds(num: int) -> h.Items:
    """The first random seeds."""
    return h.sweep("model.random_seed", range(num))


def get_default_models() -> h.Items:
    """The 36 models of the study."""
    return studies.model_settings()


def get_config() -> h.Items:
    """The bindings of all 12 600 models, by number."""
    study = studies.STUDIES["unsupervised_study_v1"]
    return [study.model_bindings(model_num) for model_num in range(study.num_models)]
