"""Many made-up results whose names would act: python tests/large_board.py FOLDER."""

import sys
from pathlib import Path

import numpy as np
from board_results import record, verified

from tripod_dlib.board.record import write_record

HOSTILE = (
    "<script>window.ran = 1</script>",
    '"><img src=x onerror="window.ran = 1">',
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "$\\frac{\\alpha}{2}$ \\input{/etc/passwd}",
    "\\end{tabular}% & # _ ~",
    "[a](javascript:window.ran=1) **b** `c` | d",
    "{{ 7 * 7 }}{% raw %}",
    "</script><svg onload=window.ran=1>",
    "a method of a very long name that goes on for quite a while and then some more, " * 2 + "too",
    "解きほぐし",
)
METRICS = ("infom", "infoc", "infoe", "disentanglement", "completeness", "mig", "psnr")
NAME = "a method"


def method_names(num: int) -> list[str]:
    """Names that would act, then plain ones."""
    return [*HOSTILE, *(f"{NAME} {number}" for number in range(num))][:num]


def write_results(
    folder: Path,
    num_methods: int = 40,
    num_datasets: int = 6,
    num_seeds: int = 10,
    metrics: tuple[str, ...] = METRICS,
) -> None:
    """Writes result files: methods of different skill, a few of whose seeds diverged.

    Args:
      folder: Where to.
      num_methods, num_datasets, num_seeds: How many.
      metrics: Which figures each has; the last method lacks the last of them.
    """
    generator = np.random.RandomState(0)
    for place, method in enumerate(method_names(num_methods)):
        skill = generator.uniform(0.25, 0.85)
        for dataset in range(num_datasets):
            middle = np.clip(skill + generator.normal(0, 0.05), 0.2, 0.9)
            for seed in range(num_seeds):
                scores = np.clip(middle + generator.normal(0, 0.03, len(metrics)), 0.0, 0.99)
                found = {m: float(s) for m, s in zip(metrics, scores, strict=True)}
                if "psnr" in found:
                    found["psnr"] = 20 + 15 * found["psnr"]
                if place == num_methods - 1:
                    found.pop(metrics[-1])
                lost = {"status": "diverged", "message": "loss is NaN", "scores": {}}
                diverged = generator.random_sample() < 0.02
                write_record(
                    folder,
                    record(
                        method=method,
                        dataset=HOSTILE[1] if dataset == 1 else f"dataset_{dataset}",
                        seed=seed,
                        **(lost if diverged else {"scores": found}),
                        **(
                            verified(f"{place} {dataset} {seed}")
                            if place % 3 == 0 and not diverged
                            else {}
                        ),
                    ),
                )


if __name__ == "__main__":
    write_results(Path(sys.argv[1]))
