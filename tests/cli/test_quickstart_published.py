"""gin/quickstart_published.gin: what differs from gin/quickstart.gin."""

import gin

from tripod_dlib.cli.configuration import parsed


def bound(name):
    with parsed([f"gin/{name}.gin"], []):
        lines = gin.config_str().splitlines()
    return dict(line.split(" = ", 1) for line in lines if " = " in line)


def test_it_is_the_quickstart_with_another_penalty_and_schedule():
    one, two = bound("quickstart"), bound("quickstart_published")
    assert one.keys() == two.keys()
    assert {name: two[name] for name in two if one[name] != two[name]} == {
        "model.eval_steps": "725",
        "model.training_steps": "2900",
        "optimizer.learning_rate": "0.0005",
        "tripod.nhp_estimator": "'published'",
        "tripod.nhp_weight": "0.003",
        "tripod.ramp_steps": "1000",
    }
