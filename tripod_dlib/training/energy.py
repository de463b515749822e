"""What the processor has used, where the machine lets it be read (Linux: RAPL)."""

from pathlib import Path

COUNTERS = Path("/sys/class/powercap")


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
