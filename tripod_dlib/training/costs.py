"""What a run has cost: time, and energy where the machine lets it be read (Linux: RAPL)."""

import time
from pathlib import Path

COUNTERS = Path("/sys/class/powercap")
NAMES = ("elapsed_seconds", "training_seconds", "joules")


class Costs:
    """What a run has cost so far, over all its processes.

    Attributes:
      elapsed_seconds: Of training and evaluation.
      training_seconds: Of training alone.
      joules: Of the processor; None where no meter can be read.
    """

    def __init__(self, counters: Path = COUNTERS):
        """Begins to count; `counters` is where the system shows its meters."""
        self.elapsed_seconds = self.training_seconds = 0.0
        self.joules: float | None = None
        self._meter = EnergyMeter(counters)
        self._clock = time.monotonic()

    def update(self) -> dict[str, float | None]:
        """Counts up to now.

        Returns:
          costs: The attributes by name, as `take_up` reads them.
        """
        now = time.monotonic()
        self.elapsed_seconds += now - self._clock
        self._clock = now
        used = self._meter.read()
        self.joules = self.joules if used is None else (self.joules or 0.0) + used
        return {name: getattr(self, name) for name in NAMES}

    def take_up(self, before: dict[str, object]) -> None:
        """Goes on from what `update` gave to an earlier process; a name that it lacks is left."""
        for name in NAMES:
            setattr(self, name, before.get(name, getattr(self, name)))


class EnergyMeter:
    """Counts the joules of all packages since it was made; other programs' are among them."""

    def __init__(self, folder: Path = COUNTERS):
        """Begins to count.

        Args:
          folder: Where the system shows its counters.
        """
        packages = sorted(folder.glob("intel-rapl:[0-9]*"))
        self._packages = [path for path in packages if path.name.count(":") == 1]
        self._before = [_read(path / "energy_uj") for path in self._packages]
        self._most = [_read(path / "max_energy_range_uj") for path in self._packages]

    def read(self) -> float | None:
        """Joules since the last reading; None where the counters cannot be read.

        A counter begins anew at its end, after an hour or so: read it more often.
        """
        now = [_read(path / "energy_uj") for path in self._packages]
        before, self._before = self._before, now
        if not now or None in now or None in before:
            return None
        total = 0.0
        for one, two, most in zip(before, now, self._most, strict=True):
            total += two - one if two >= one else two - one + (most or 0)
        return total / 1e6


def _read(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
