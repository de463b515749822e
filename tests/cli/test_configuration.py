import ast
from pathlib import Path

import gin
import pytest

from tripod_dlib import registry
from tripod_dlib.cli.config_files import find_config, list_configs
from tripod_dlib.cli.configuration import parsed
from tripod_dlib.errors import InputError

ROOT = Path(__file__).parents[2]


def shipped(path):
    return str(ROOT / "gin" / path)


def write(tmp_path, text, name="mine.gin"):
    (tmp_path / name).write_text(text)
    return str(tmp_path / name)


def test_shipped_configurations_are_found_from_any_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert find_config("gin/falcor3d.gin").name == "falcor3d.gin"
    assert find_config("falcor3d.gin") == find_config("gin/falcor3d.gin")
    own = tmp_path / "gin" / "falcor3d.gin"
    own.parent.mkdir()
    own.write_text("")
    assert find_config("gin/falcor3d.gin") == own, "a file that is there comes first"


def test_a_registered_model_that_is_no_family_is_said():
    registry.models.register("own_function", dict)
    try:
        with (
            pytest.raises(InputError, match="own_function is registered as a model, but is no fam"),
            parsed([], ["model.model = @own_function()"]),
        ):
            pass
    finally:
        registry.models.unregister("own_function")


def test_a_missing_configuration_lists_what_is_there_and_the_nearest():
    with pytest.raises(InputError) as error:
        find_config("gin/falkor3d.gin")
    assert "Did you mean gin/falcor3d.gin?" in str(error.value)
    assert all(name in str(error.value) for name in list_configs())


def test_later_configurations_win_and_bindings_win_over_them():
    configs = [shipped("quickstart.gin"), shipped("models/beta_tcvae_mws.gin")]
    with parsed(configs, ["model.batch_size = 7"]) as configuration:
        assert configuration.bound["model.model"] == "@beta_tcvae_mws()"
        assert configuration.bound["model.batch_size"] == "7"
        assert configuration.bound["dataset.name"] == "'shapes3d_procedural'"
        assert gin.query_parameter("model.batch_size") == 7


@pytest.mark.parametrize(
    "text, parts",
    [
        ("tripood.klm_weight = 1.0", ["tripood", "Did you mean 'tripod'?"]),
        ("tripod.klm_wieght = 1.0", ["klm_wieght", "Did you mean 'klm_weight'?"]),
        ("model.model = @tripood()", ["tripood", "Did you mean 'tripod'?"]),
        ("encoder.encoder_fn = @conv_encodr", ["Did you mean 'conv_encoder'?", "Models, metrics"]),
        ("model.batch_size = = 3", ["mine.gin", "line 1"]),
        ("include 'nowhere.gin'", ["nowhere.gin"]),
        ("model.batch_size = '64'", ["model.batch_size is '64', of type str; allowed is int"]),
        ("model.training_steps = 1e5", ["model.training_steps is 100000.0", "allowed is int"]),
        ("optimizer.learning_rate = True", ["optimizer.learning_rate is True"]),
        ("networks.widths = (1, 2.5)", ["networks.widths is (1, 2.5)", "tuple of int from 1"]),
        ("networks.widths = (1, 0)", ["networks.widths is (1, 0)", "tuple of int from 1"]),
        ("optimizer.learning_rate = -1", ["learning_rate is -1", "allowed is float above 0"]),
        ("optimizer.learning_rate = 1e400", ["1e400 is too large a number"]),
        ("optimizer.beta_1 = 1.0", ["beta_1 is 1.0", "allowed is float from 0 below 1"]),
        ("optimizer.clip_value = 0", ["clip_value is 0", "float above 0 or None"]),
        ("optimizer.schedule = 'linear'", ["is 'linear'", "'constant' or 'cosine'"]),
        ("networks.implementation = 'fast'", ["is 'fast'", "'fused' or 'plain'"]),
        ("dataset.image_size = 0", ["dataset.image_size is 0", "int from 1 or None"]),
        ("protocol.num_samples = 9", ["protocol.num_samples is 9", "int from 10"]),
        ("protocol.report_seed = -1", ["protocol.report_seed is -1", "int from 0"]),
        ("evaluation.evaluation_fn = 'mig'", ["evaluation_fn is 'mig'", "function or None"]),
        ("model.eval_steps = 0", ["model.eval_steps is 0", "int from 1"]),
        ("dataset.name = 3\nmodel.batch_size = None", ["dataset.name is 3", "model.batch_size is"]),
        ("S = 'x'\nmodel.batch_size = %S", ["model.batch_size is 'x'"]),
        ("model.batch_size = %S", ["the macro %S is not defined", "S = VALUE"]),
        ("S = %T\nT = %S\nmodel.batch_size = %S", ["the macro %S is defined by itself"]),
        ("model.batch_size = @tripod()", ["model.batch_size is @tripod()", "allowed is int"]),
        ("model.batch_size = @tripod", ["model.batch_size is @tripod", "allowed is int"]),
        ("model.model = @optimizer()", ["@optimizer() cannot be called", "training_steps, model"]),
        ("dataset.factor_sizes = (2, 2", ["A bracket or a text has a beginning and no end"]),
        ("A = (1, 2)\nB = [(1, 2)\n\n", ["mine.gin, line 2: A bracket or"]),
        ('A = 1\nB = """text\nmodel.batch_size = 3', ["mine.gin, line 2: A bracket or"]),
        ("model.batch_size = twelve", ["'twelve' is not a value", "mine.gin, line 1", "quotes"]),
        ("\nimport no_such_module", ["no_such_module", "mine.gin", "line 2", "PYTHONPATH=."]),
        ("include 'mine.gin'", ["includes itself", "mine.gin"]),
        (
            "model.model = @s1_vae()",
            ["@s1_vae()", "s1_vae: this model is not here; model.model"],
        ),
    ],
)
def test_a_wrong_configuration_is_refused_with_what_and_where(text, parts, tmp_path):
    with pytest.raises(InputError) as error, parsed([write(tmp_path, text)], []):
        pass
    for part in parts:
        assert part in str(error.value)


@pytest.mark.parametrize(
    "binding",
    [
        "optimizer.learning_rate = 1",
        "optimizer.clip_value = None",
        "networks.widths = [1, 2, 3, 4, 5]",
        "dataset.factor_sizes = (2, 3)",
        "model.num_latents = None",
        "model.keep_all = True",
        "S = 3\nmodel.batch_size = %S",
        "model.model = @a/tripod()",
    ],
)
def test_values_of_the_annotated_types_are_taken(binding):
    with parsed([], [binding]) as configuration:
        assert binding.splitlines()[-1].split(" = ")[0] in configuration.bound


def test_includes_in_a_circle_are_refused(tmp_path):
    write(tmp_path, "include 'mine.gin'", "other.gin")
    mine = write(tmp_path, "include 'other.gin'")
    with pytest.raises(InputError, match=r"mine\.gin -> .*other\.gin -> .*mine\.gin"):
        parsed([mine], []).__enter__()


def test_an_include_that_is_missing_names_the_file_that_asks_for_it(tmp_path):
    mine = write(tmp_path, "include 'models/tripdo.gin'")
    with pytest.raises(InputError, match=r"mine\.gin(.|\n)*Did you mean gin/models/tripod\.gin"):
        parsed([mine], []).__enter__()


def test_faults_of_files_and_bindings_are_reported_together(tmp_path):
    mine = write(tmp_path, "model.batchsize = 3")
    with pytest.raises(InputError) as error:
        parsed([mine], ["modle.batch_size = 3", "tripod.klm_weigt = 1.0"]).__enter__()
    for part in ("'batchsize'", "'modle'", "'klm_weigt'", "--gin_bindings='modle.batch_size = 3'"):
        assert part in str(error.value)


@pytest.mark.parametrize("between", ["; ", ", ", " "])
def test_two_bindings_in_one_flag_are_named_as_such(between):
    binding = between.join(["model.name = 'a = 1'", "model.random_seed = 1", "model.batch_size=3"])
    with pytest.raises(InputError) as error:
        parsed([], [binding]).__enter__()
    assert "These are 3 bindings; each needs a flag of its own" in str(error.value)
    assert "--gin_bindings='model.random_seed = …'" in str(error.value)


def test_a_binding_without_its_function_is_no_macro_that_nothing_uses():
    with pytest.raises(InputError, match="learning_rate is a macro .* as optimizer.learning_rate"):
        parsed([], ["learning_rate = 3"]).__enter__()
    with parsed([], ["S = 3", "model.batch_size = %S"]):
        pass


OF_2019 = """
model.model = @s1_vae()
s1_vae.gamma = 1000
encoder.encoder_fn = @conv_encoder
reconstruction_loss.loss_fn = @bernoulli_loss
vae_optimizer.optimizer_fn = @vae/AdamOptimizer
vae/AdamOptimizer.beta1 = 0.9
dataset.name = 'dsprites_full'
export_as_tf_hub.drop_collections = None
"""


def test_a_configuration_of_2019_is_told_what_corresponds_to_each_of_its_names(tmp_path):
    with pytest.raises(InputError) as error:
        parsed([write(tmp_path, OF_2019)], []).__enter__()
    lines = str(error.value).splitlines()
    about = lines[lines.index("What corresponds here to names of disentanglement_lib:") + 1 :]
    found = [line.split(":")[0].strip() for line in about]
    assert found == ["s1_vae", "export_as_tf_hub"]
    assert "@tripod()" in about[0] and "Models, metrics" not in str(error.value)


def test_what_may_not_be_bound_is_not_offered():
    with pytest.raises(InputError) as error:
        parsed([], ["model.foo = 1"]).__enter__()
    offered = str(error.value).split("Parameters of model:")[1]
    assert "batch_size" in offered and "model_dir" not in offered and "bound" not in offered


def test_an_import_line_that_fails_is_an_input_error(monkeypatch, tmp_path):
    (tmp_path / "own_module_that_fails.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    mine = write(tmp_path, "import own_module_that_fails")
    with pytest.raises(InputError, match="ZeroDivisionError: division by zero"):
        parsed([mine], []).__enter__()


def test_a_byte_order_mark_is_read_over(tmp_path):
    (tmp_path / "mine.gin").write_bytes(b"\xef\xbb\xbfmodel.batch_size = 3\r\n")
    with parsed([str(tmp_path / "mine.gin")], []) as configuration:
        assert configuration.bound == {"model.batch_size": "3"}


def test_gin_is_clear_after_success_and_after_failure(tmp_path):
    with parsed([], ["model.batch_size = 3"]):
        pass
    assert gin.config_str().strip() == ""
    with pytest.raises(RuntimeError, match="inside"), parsed([], ["model.batch_size = 3"]):
        raise RuntimeError("inside")
    with pytest.raises(InputError), parsed([], ["model.batch_size = 'x'"]):
        pass
    assert gin.config_str().strip() == ""
    with parsed([], ["model.batch_size = 4"]):
        assert gin.query_parameter("model.batch_size") == 4


@pytest.mark.parametrize("path", list_configs())
def test_every_shipped_configuration_parses(path):
    with parsed([path], []) as configuration:
        assert configuration.bound


DATASETS = [path for path in list_configs() if path.count("/") == 1]
MODELS = [path for path in list_configs() if path.startswith("gin/models/")]
OF_DATASETS = sorted((ROOT / "gin" / "models").glob("*/*.gin"))
ABLATIONS = {
    "tripod_without_klm_and_nhp": {"tripod.klm_weight": "0.0", "tripod.nhp_weight": "0.0"},
    "tripod_without_klm": {"tripod.klm_weight": "0.0"},
    "tripod_without_nhp": {"tripod.nhp_weight": "0.0"},
    "tripod_finer_quantization": {"tripod.num_values_per_latent": "48"},
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_every_pair_of_dataset_and_model_resolves_to_a_record(dataset, model):
    with parsed([dataset, model], []):
        record = gin.query_parameter("model.model").scoped_configurable_fn()
    assert f"model.model = @{record.name}()" in (ROOT / model).read_text()


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("ablation", ABLATIONS)
def test_an_ablation_differs_from_the_dataset_s_tripod_where_it_says_so(dataset, ablation):
    with parsed([dataset], []) as configuration:
        whole = dict(configuration.bound)
    with parsed([dataset, f"gin/models/{ablation}.gin"], []) as configuration:
        assert dict(configuration.bound) == {**whole, **ABLATIONS[ablation]}


@pytest.mark.parametrize("path", OF_DATASETS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_model_s_settings_on_a_dataset_are_read_with_the_model_s_file(path):
    text = path.read_text()
    bound = dict(line.partition("  #")[0].split(" = ") for line in text.splitlines()[1:])
    dataset, model = f"gin/{path.name}", f"gin/models/{path.parent.name}.gin"
    assert dataset in DATASETS and model in MODELS and dataset in text
    with parsed([dataset, model], []):
        found = {binding: gin.query_parameter(binding) for binding in bound}
    assert found == {binding: ast.literal_eval(value) for binding, value in bound.items()}


def test_a_user_s_file_that_includes_a_dataset_s_has_its_settings(tmp_path):
    for text in ("include 'quickstart.gin'", "include 'quickstart.gin'\ninclude 'models/{}.gin'"):
        mine = write(tmp_path, text.format("beta_tcvae_mws"))
        models = [] if "models" in text else ["gin/models/beta_tcvae_mws.gin"]
        with parsed([mine, *models], []):
            assert gin.query_parameter("beta_tcvae_mws.tc_weight") == 4.0


def test_settings_of_the_last_dataset_that_has_some_count(tmp_path):
    mine = write(tmp_path, "include 'falcor3d.gin'\nmodel.batch_size = 2")
    with parsed(["gin/quickstart.gin", mine, "gin/models/beta_tcvae_mws.gin"], []):
        assert gin.query_parameter("beta_tcvae_mws.tc_weight") == 3.0


def test_flags_win_over_a_model_s_settings_on_a_dataset():
    files = ["gin/quickstart.gin", "gin/models/beta_tcvae_mws.gin"]
    with parsed(files, ["beta_tcvae_mws.tc_weight = 7.0"]):
        assert gin.query_parameter("beta_tcvae_mws.tc_weight") == 7.0


def test_a_registered_metric_that_gin_cannot_call_is_explained():
    registry.metrics.register("undecorated", plain_metric)
    try:
        with pytest.raises(InputError, match="undecorated is registered as a metric, but is no f"):
            parsed([], ["evaluation.evaluation_fn = @undecorated"]).__enter__()
    finally:
        registry.metrics.unregister("undecorated")


def plain_metric(ground_truth_data, representation_function, random_state):
    """Takes what a wrapper takes, and is none."""
