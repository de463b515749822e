"""gin knows disentanglement_lib's names from the import on."""

import subprocess
import sys
from pathlib import Path

import gin
import pytest

import tripod_dlib.compat  # noqa: F401 (gin knows the names then)

# What disentanglement_lib's gin files of metrics, UDR and IRS bind, as its tests and studies do.
COMMON = """
dataset.name = "auto"
evaluation.random_seed = 0
discretizer.discretizer_fn = @histogram_discretizer
discretizer.num_bins = 20
predictor.predictor_fn = @gradient_boosting_classifier
prune_dims.threshold = 0.05
"""
FILES = {
    "beta_vae_sklearn": """
        evaluation.evaluation_fn = @beta_vae_sklearn
        beta_vae_sklearn.batch_size = 64
        beta_vae_sklearn.num_train = 10000
        beta_vae_sklearn.num_eval = 5000
        """,
    "factor_vae_score": """
        evaluation.evaluation_fn = @factor_vae_score
        factor_vae_score.num_variance_estimate = 10000
        factor_vae_score.num_train = 10000
        factor_vae_score.num_eval = 5000
        factor_vae_score.batch_size = 64
        """,
    "mig": "evaluation.evaluation_fn = @mig\nmig.num_train = 10000",
    "dci": "evaluation.evaluation_fn = @dci\ndci.num_train = 10000\ndci.num_test = 5000",
    "sap_score": """
        evaluation.evaluation_fn = @sap_score
        sap_score.num_train = 10000
        sap_score.num_test = 5000
        sap_score.continuous_factors = False
        """,
    "modularity_explicitness": """
        evaluation.evaluation_fn = @modularity_explicitness
        modularity_explicitness.num_train = 10000
        modularity_explicitness.num_test = 5000
        """,
    "irs": """
        evaluation.evaluation_fn = @irs
        irs.num_train = 10000
        irs.batch_size = 16
        irs.diff_quantile = 1.0
        """,
    "unsupervised": """
        evaluation.evaluation_fn = @unsupervised_metrics
        unsupervised_metrics.num_train = 10000
        """,
    "downstream_task": """
        evaluation.evaluation_fn = @downstream_task
        downstream_task.num_train = [10, 100, 1000, 10000]
        downstream_task.num_test = 5000
        predictor.predictor_fn = @logistic_regression_cv
        """,
    "reduced_downstream_task": """
        evaluation.evaluation_fn = @reduced_downstream_task
        reduced_downstream_task.num_train = [100]
        reduced_downstream_task.num_test = 50
        reduced_downstream_task.num_factors_to_remove = 2
        reduced_representation.correlation_measure = @factorwise_dci
        """,
    "strong_downstream_task": """
        evaluation.evaluation_fn = @strong_downstream_task
        strong_downstream_task.num_train = [1000]
        strong_downstream_task.num_test = 500
        strong_downstream_task.n_experiment = 2
        """,
    "fairness": """
        evaluation.evaluation_fn = @fairness
        fairness.num_train = 10000
        fairness.num_test_points_per_class = 100
        """,
    "unified_scores": """
        evaluation.evaluation_fn = @unified_scores
        unified_scores.num_train = 100
        unified_scores.num_test = 50
        unified_scores.matrix_fns = [
            @importance_gbt_matrix, @mutual_information_matrix, @accuracy_svm_matrix]
        """,
    "udr": """
        evaluation.evaluation_fn = @udr_sklearn
        udr_sklearn.batch_size = 10
        udr_sklearn.num_data_points = 1000
        udr_sklearn.correlation_matrix = "spearman"
        """,
}
TRAINING = "model.batch_size = 64\nmodel.training_steps = 5\nmodel.random_seed = 0"


def test_configurations_parse_after_the_import_alone():
    texts = [f"{COMMON}{text}" for text in FILES.values()]
    code = f"import gin, tripod_dlib.compat\nfor text in {[*texts, TRAINING]!r}:\n"
    code += "    gin.clear_config()\n    gin.parse_config_files_and_bindings([], text)\n"
    code += "    print(len(gin.config_str()))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert len(found.stdout.split()) == len(FILES) + 1


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "gin").rglob("*.gin")))
def test_shipped_configurations_parse_too(path, monkeypatch):
    monkeypatch.chdir(path.parent)  # where gin looks for what is included
    gin.parse_config_file(str(path))
    assert " = " in gin.config_str()


def test_old_keywords_of_gin_are_taken():
    @gin.configurable("metric_of_old", blacklist=["representation"])
    def metric(representation=0, num=0):
        return representation, num

    gin.bind_parameter("metric_of_old.num", 3)
    assert metric() == (0, 3)
    with pytest.raises(ValueError, match="representation"):
        gin.bind_parameter("metric_of_old.representation", 3)

    @gin.register("encoder_of_old", whitelist=["num"])
    def encoder(images=0, num=0):
        return images, num

    with pytest.raises(ValueError, match="images"):
        gin.bind_parameter("encoder_of_old.images", 3)
