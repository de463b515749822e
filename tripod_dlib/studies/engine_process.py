"""The process in which HyperQueue runs: python -m tripod_dlib.studies.engine_process

It reads an order, a line of JSON, from standard input, and ends when its tasks have ended, or at
once when standard input does: then whoever gave the order is gone. It imports little, so that no
library's thread takes signals.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path


def main() -> int:
    """Carries out the order and writes its report; returns the exit code."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    try:
        report = {"failures": _carry_out(order)}
    except Exception as error:  # the library raises plain exceptions
        report = {"error": f"{type(error).__name__}: {error}"}
    Path(order["report"]).write_text(json.dumps(report))
    return 0


def _carry_out(order: dict) -> dict[int, str]:
    """Number of a failed task to what the engine says of it."""
    from hyperqueue import LocalCluster
    from hyperqueue.client import Client
    from hyperqueue.cluster import WorkerConfig

    if order["server_dir"] is not None:
        return _submit(Client(order["server_dir"]), order["job"])
    with LocalCluster() as cluster:
        cluster.start_worker(WorkerConfig(cores=order["cores"]))
        return _submit(cluster.client(), order["job"])


def _submit(client: object, wanted: dict) -> dict[int, str]:
    from hyperqueue import Job
    from hyperqueue.ffi.protocol import ResourceRequest

    job = Job(default_workdir=wanted["cwd"], max_fails=None, name=wanted["name"])
    for task in wanted["tasks"]:
        others = {key: value for key, value in wanted["resources"].items() if key != "cpus"}
        job.program(
            task["args"],
            env=dict(os.environ),
            stdout=None,
            stderr=task["log"],  # what ends it before it writes there itself
            name=task["name"],
            resources=ResourceRequest(cpus=wanted["resources"]["cpus"], resources=others),
        )
    submitted = client.submit(job)
    failed = client.connection.wait_for_jobs((submitted.id,), lambda _: None)
    failures = client.get_failed_tasks(submitted) if failed else {}
    return {number: failure.error for number, failure in failures.items()}


def _end_with_standard_input() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGKILL)  # tasks get SIGTERM, and time to save


if __name__ == "__main__":
    sys.exit(main())
