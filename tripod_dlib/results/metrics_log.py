"""What a run has logged: metrics.jsonl, a line a row; metrics.csv, the same for other tools."""

import contextlib
import csv
import io
import json
from collections.abc import Collection
from pathlib import Path

from tripod_dlib.results.dlib_results import jsonable
from tripod_dlib.storage import write_bytes, write_text

LINES = "metrics.jsonl"
TABLE = "metrics.csv"


class MetricsLog:
    """The log of the run in one folder."""

    def __init__(self, folder: Path):
        """Looks after both files in `folder`; they need not exist yet."""
        self._folder = folder

    def append(self, row: dict[str, object]) -> None:
        """Adds a line; `row` has a "step", and losses by name or a whole "evaluation"."""
        with (self._folder / LINES).open("a", encoding="utf-8") as file:
            file.write(json.dumps(jsonable(row)) + "\n")

    def read(self) -> list[dict[str, object]]:
        """The rows; lines that are no whole JSON object with a step are left out."""
        return [row for row, _ in self._lines()]

    def truncate(self, step: int, evaluated: Collection[int]) -> None:
        """Removes what a run that goes on will write again.

        Args:
          step: Lines beyond this step go, and those that are not whole.
          evaluated: Evaluations of other steps go too.
        """
        kept = [
            line
            for row, line in self._lines()
            if row["step"] <= step and ("evaluation" not in row or row["step"] in evaluated)
        ]
        if (self._folder / LINES).exists():
            write_bytes(self._folder / LINES, b"".join(kept))

    def write_csv(self) -> None:
        """Writes metrics.csv: a row a step, columns as in metrics.jsonl.

        A score of an evaluation has the column "evaluation.<score>"; what was not logged at a step
        is an empty cell.
        """
        rows: dict[int, dict[str, object]] = {}
        for line in self.read():
            scores = {f"evaluation.{k}": v for k, v in line.pop("evaluation", {}).items()}
            scores.pop("evaluation.step", None)
            rows.setdefault(line["step"], {}).update({**line, **scores})
        names = dict.fromkeys(["step", *(name for row in rows.values() for name in row)])
        file = io.StringIO()
        writer = csv.DictWriter(file, list(names), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.values())
        write_text(self._folder / TABLE, file.getvalue())

    def _lines(self) -> list[tuple[dict, bytes]]:
        try:
            lines = (self._folder / LINES).read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return []
        rows = []
        for line in lines:
            with contextlib.suppress(ValueError, RecursionError):
                row = json.loads(line) if line.endswith(b"\n") else None
                if isinstance(row, dict) and isinstance(row.get("step"), int):
                    rows.append((row, line))
        return rows
