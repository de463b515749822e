"""The page of several runs: scores side by side, curves laid over each other, what differs."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import numpy as np
from PIL import Image

import tripod_dlib
from tripod_dlib.pages.curves import Curve, draw_curves
from tripod_dlib.pages.embedded import picture
from tripod_dlib.pages.render import duration, number, render
from tripod_dlib.pages.run_curves import FROM_ZERO_TO_ONE, curve
from tripod_dlib.pages.run_page import PAGE
from tripod_dlib.pages.run_record import RunRecord
from tripod_dlib.results.scores import TABLE
from tripod_dlib.storage import write_text

TRAVERSALS = Path("pictures") / "traversals.png"
PICTURE_BYTES = 2_500_000  # of all runs' traversals together
WIDTHS = (900, 600, 400)  # pixels of such a picture, tried in this order
MOST_TERMS = 8  # of the loss, that have a plot


def write_comparison_page(records: Sequence[RunRecord], path: Path) -> None:
    """Writes a page of several runs.

    Args:
      records: The runs.
      path: The page, an .html file; links to the runs' own pages are relative to it.

    Raises:
      InputError: If Jinja2 is not installed or the page cannot be written.
    """
    write_text(path, comparison_page(records, path.parent))


def comparison_page(records: Sequence[RunRecord], folder: Path) -> str:
    """The page as text; `folder` is where it will lie."""
    names = unique_names(records)
    context = {
        "version": tripod_dlib.__version__,
        "title": f"{len(records)} runs compared",
        "runs": [_run(record, name, folder) for record, name in zip(records, names, strict=True)],
        "headings": [heading for heading, key in TABLE if _any(records, key)],
        "names": names,
        "differing": _differing(records),
        "curves": _curves(records, names),
        "pictures": _pictures(records, names),
    }
    return render("comparison.html", context)


def unique_names(records: Sequence[RunRecord]) -> list[str]:
    """The folders' names, with as many folders above them as it takes to tell them apart."""
    parts = [record.path.resolve().parts for record in records]
    for depth in range(1, max(map(len, parts)) + 1):
        names = ["/".join(part[-depth:]) for part in parts]
        if len(set(names)) == len(names):
            break
    return names


def _run(record: RunRecord, name: str, folder: Path) -> dict[str, object]:
    page = record.path / PAGE
    link = quote(os.path.relpath(page.resolve(), folder.resolve())) if page.is_file() else None
    results = record.results
    return {
        "name": name,
        "link": link,
        "heading": record.heading,
        "seed": results.get("random_seed"),
        "step": f"{results.get('selected_step')} of {results.get('global_step')}",
        "time": duration(results.get("elapsed_time")),
        "scores": {heading: number(results.get(key)) for heading, key in TABLE},
        "notes": [str(note) for note in results.get("notes") or ()],
    }


def _any(records: Sequence[RunRecord], key: str) -> bool:
    return any(record.results.get(key) is not None for record in records)


def _differing(records: Sequence[RunRecord]) -> list[tuple[str, list[str]]]:
    """Binding, and its value in each run, of those that are not the same in all."""
    bindings = sorted({name for record in records for name in record.bound})
    rows = [(name, [record.bound.get(name, "–") for record in records]) for name in bindings]
    return [(name, values) for name, values in rows if len(set(values)) > 1]


def _curves(records: Sequence[RunRecord], names: Sequence[str]) -> list[tuple[str, str]]:
    evaluated = [*FROM_ZERO_TO_ONE, ("PSNR (dB)", "psnr.psnr")]
    terms = dict.fromkeys(
        name for record in records for row in record.losses for name in row if name != "step"
    )
    plots = [(title, "evaluations", key, {}) for title, key in evaluated]
    plots += [(name, "losses", name, {"logarithmic": True}) for name in list(terms)[:MOST_TERMS]]
    curves = []
    for place, (title, rows, key, settings) in enumerate(plots):
        lines = [
            curve(name, getattr(record, rows), key)
            for record, name in zip(records, names, strict=True)
        ]
        if any(len(line.steps) for line in lines):
            lines = [_last_name(line) for line in lines if len(line.steps)]
            curves.append((title, draw_curves(f"c{place}", lines, title, **settings)))
    return curves


def _last_name(line: Curve) -> Curve:
    """A legend has little room: the end of a long name tells runs apart."""
    return Curve(line.name[-36:], line.steps, line.values)


def _pictures(records: Sequence[RunRecord], names: Sequence[str]) -> list[tuple[str, str]]:
    """The traversals of each run, as large as fit together into a page."""
    for width in WIDTHS:
        pictures = []
        for record, name in zip(records, names, strict=True):
            with contextlib.suppress(OSError, ValueError):
                pictures.append((name, picture(_shrunk(record.path / TRAVERSALS, width))))
        if sum(len(image) for _, image in pictures) <= PICTURE_BYTES:
            return pictures
    return []


def _shrunk(path: Path, width: int) -> np.ndarray:
    with Image.open(path) as image:
        image = image.convert("RGB")
        factor = min(1.0, width / image.width)
        size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
        return np.asarray(image.resize(size, Image.Resampling.LANCZOS))
