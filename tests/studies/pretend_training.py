"""A run of a study whose training is pretended: pretend_training.py FOLDER NAME

The seed says what happens: 0 is done, 1 fails, 2 diverges, 3 is killed at its first time, 4 takes
its time and saves when it is asked to stop, 5 is killed each time.
"""

import os
import signal
import sys
import time
from pathlib import Path

from study_folders import finish, log_step

from tripod_dlib.studies.work import find_run, work

SLICE = 0.05


def main(folder: Path, name: str) -> int:
    run = find_run(folder, name)
    return work(folder, run, lambda arguments: train(folder, run))


def train(folder, run):
    attempt = folder / f"attempt-{run.seed}"
    times = len(attempt.read_text()) if attempt.exists() else 0
    attempt.write_text("x" * (times + 1))
    if run.seed == 1:
        print("no data", file=sys.stderr)
        return 2
    if run.seed == 2:
        print("klm is nan", file=sys.stderr)
        return 3
    if run.seed == 5 or (run.seed == 3 and times == 0):
        log_step(folder, run, 40)
        os.kill(os.getpid(), signal.SIGKILL)
    if run.seed == 4 and not stays(30):
        log_step(folder, run, 60)
        return 143
    finish(folder, run, **{"infomec.infom": run.seed / 10})
    print("all is well")
    return 0


def stays(seconds):
    """Whether no signal came in so many seconds; one that comes is given time to save."""
    came = []
    signal.signal(signal.SIGTERM, lambda *_: came.append(1))
    end = time.monotonic() + seconds
    while time.monotonic() < end and not came:
        time.sleep(SLICE)
    time.sleep(10 * SLICE)
    return not came


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
