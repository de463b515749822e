from tripod_dlib.training.costs import Costs

MOST = 1_000_000  # where the made-up counters begin anew


def write(folder, *readings):
    for package, reading in enumerate(readings):
        path = folder / f"intel-rapl:{package}"
        path.mkdir(exist_ok=True)
        (path / "energy_uj").write_text(f"{reading}\n")
        (path / "max_energy_range_uj").write_text(f"{MOST}\n")


def test_energy_of_all_packages_is_summed_and_a_counter_may_begin_anew(tmp_path):
    write(tmp_path, 100, 999_000)
    part = tmp_path / "intel-rapl:0:0"  # the cores of package 0, counted with it
    part.mkdir()
    (part / "energy_uj").write_text("7")
    costs = Costs(tmp_path)
    write(tmp_path, 600, 2_000)
    assert costs.update()["joules"] == (500 + 3_000) / 1e6
    write(tmp_path, 700, 2_000)
    assert costs.update()["joules"] == (600 + 3_000) / 1e6


def test_without_a_meter_that_can_be_read_energy_is_not_known(tmp_path):
    assert Costs(tmp_path / "none").update()["joules"] is None
    write(tmp_path, 100)
    costs = Costs(tmp_path)
    (tmp_path / "intel-rapl:0" / "energy_uj").unlink()
    assert costs.update()["joules"] is None


def test_costs_go_on_from_an_earlier_process(tmp_path):
    before = Costs(tmp_path)
    before.training_seconds = 5.0
    after = Costs(tmp_path)
    after.take_up({**before.update(), "elapsed_seconds": 100.0})
    assert after.training_seconds == 5.0 and 100.0 <= after.update()["elapsed_seconds"] < 200.0


def test_what_an_older_version_did_not_remember_begins_at_nothing(tmp_path):
    costs = Costs(tmp_path)
    costs.take_up({"elapsed_seconds": 3.0})
    assert costs.training_seconds == 0.0 and costs.joules is None
