import pytest

from tripod_dlib.training.selection import select

EVALUATIONS = [
    {"step": 10, "psnr.psnr": 20.0, "infomec.infom": 0.9},
    {"step": 20, "psnr.psnr": 30.0, "infomec.infom": 0.5},
    {"step": 30, "psnr.psnr": 35.0, "infomec.infom": 0.6},
    {"step": 40, "psnr.psnr": 36.0, "infomec.infom": 0.6},
    {"step": 50, "psnr.psnr": 34.0, "infomec.infom": None},
]


@pytest.mark.parametrize(
    "threshold, step, reason",
    [
        (None, 10, "best InfoM among all (4 of 5)"),
        (30.0, 20 + 10, "best InfoM among those of at least 30 dB PSNR (3 of 5)"),
        (35.9577, 40, "best InfoM among those of at least 36 dB PSNR (1 of 5)"),
        (40.0, 40, "best PSNR, since none of 5 evaluations reached the threshold of 40 dB"),
    ],
)
def test_best_infom_counts_among_those_above_the_threshold(threshold, step, reason):
    chosen, why = select(EVALUATIONS, threshold)
    assert chosen["step"] == step
    assert why.startswith(reason)


def test_undefined_infom_everywhere_leaves_psnr_to_choose():
    chosen, why = select([{**row, "infomec.infom": None} for row in EVALUATIONS], 30.0)
    assert chosen["step"] == 40
    assert why == "best PSNR, since InfoM is undefined for this dataset"
