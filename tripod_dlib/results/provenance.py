"""What a result was made with. No host names, no paths."""

import importlib.metadata
import platform
import resource
import subprocess
import sys
from pathlib import Path

from tripod_dlib.cores import num_cores

PROTOCOL_VERSION = 2  # 2: no image twice in a sample of a small dataset
PACKAGES = (
    "tripod_dlib",
    "numpy",
    "scipy",
    "scikit-learn",
    "gin-config",
    "keras",
    "tensorflow",
    "jax",
    "tensorflow-probability",
)


def provenance() -> dict[str, object]:
    """Versions, git revision, processor, protocol.

    Returns:
      {"protocol_version", "python", "versions": {...}, "git_revision", "processor", "num_cpus"};
      "git_revision" is None outside a checkout.
    """
    return {
        "protocol_version": PROTOCOL_VERSION,
        "python": platform.python_version(),
        "versions": _versions(),
        "git_revision": git_revision(Path(__file__).parents[2]),
        "processor": _processor(),
        "num_cpus": num_cores(),
    }


def peak_memory() -> int:
    """The most memory, in bytes, that this process has had at any time."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def git_revision(checkout: Path) -> str | None:
    """The commit of a checkout, with "+changes" if files differ from it; None if it is none."""
    if not (checkout / ".git").exists():
        return None
    try:
        revision = _git(checkout, "rev-parse", "HEAD")
        return revision + ("+changes" if _git(checkout, "status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(checkout: Path, *arguments: str) -> str:
    command = ["git", "-C", str(checkout), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _versions() -> dict[str, str]:
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
