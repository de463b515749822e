"""The page of one run: what it was, how it went, what its latents do."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

import tripod_dlib
from tripod_dlib.pages.embedded import colours, picture, sheet
from tripod_dlib.pages.histograms import MOST_LATENTS, histograms, pairs
from tripod_dlib.pages.render import duration, number, render
from tripod_dlib.pages.run_curves import curves_of, layers_of
from tripod_dlib.pages.run_record import RunRecord
from tripod_dlib.pages.visuals import Decoded, Slider, Visuals
from tripod_dlib.results.attempt import attempt
from tripod_dlib.results.scores import TABLE
from tripod_dlib.storage import write_text

PAGE = "report.html"
SPRITE_BYTES = 2_800_000  # of all sliders together
SIDES = (128, 96, 64, 48, 32)  # pixels of a tile, tried in this order


def write_run_page(record: RunRecord, visuals: Visuals | None) -> Path:
    """Writes a run's page into its folder.

    Args:
      record: The run.
      visuals: What its model shows; None leaves those sections out.

    Returns:
      The page's path.

    Raises:
      InputError: If Jinja2 is not installed or the page cannot be written.
    """
    path = record.path / PAGE
    write_text(path, run_page(record, visuals))
    return path


def run_page(record: RunRecord, visuals: Visuals | None) -> str:
    """A run's page as text; arguments as for `write_run_page`."""
    results, failures = record.results, []
    context = {
        "version": tripod_dlib.__version__,
        "title": record.heading,
        "record": record,
        "most_latents": MOST_LATENTS,
        "configuration": sorted(record.bound.items()),
        "versions": sorted(results.get("versions", {}).items()),
        "notes": [str(note) for note in results.get("notes") or ()],
        "failures": failures,
    }
    parts = {
        "glance": lambda: _glance(results),
        "scores": lambda: _scores(results),
        "sliders": lambda: _sliders(visuals.sliders) if visuals else [],
        "starts": lambda: [picture(image) for image in visuals.starts] if visuals else [],
        "reconstructions": lambda: _reconstructions(visuals.decoded) if visuals else None,
        "matrices": lambda: _matrices(results),
        "curves": lambda: curves_of(record),
        "layers": lambda: layers_of(record),
        "histograms": lambda: _histograms(record),
        "pairs": lambda: _pairs(record),
        "resources": lambda: _resources(results),
    }
    for name, make in parts.items():
        context[name] = None
        with attempt(f"{PAGE}: {name}", failures):
            context[name] = make()
    return render("run.html", context)


def _glance(results: dict) -> list[tuple[str, str]]:
    procedural = "rendered by this package" if results.get("procedural") else "stored images"
    latents = f"{results.get('num_latents')}"
    values = results.get("num_values_per_latent")
    kind = f"{latents} of {values} values" if values else f"{latents}, continuous"
    cores = f", {results['num_cpus']} cores" if results.get("num_cpus") else ""
    return [
        ("model", str(results.get("model"))),
        ("data", f"{results.get('dataset')} ({procedural})"),
        ("latents", kind),
        ("seed", str(results.get("random_seed"))),
        ("hardware", f"{results.get('processor') or 'unknown processor'}{cores}"),
        ("time", f"{duration(results.get('elapsed_time'))} of training and evaluation"),
        (
            "outcome",
            f"step {results.get('selected_step')} of {results.get('global_step')}, "
            f"{results.get('selected_because')}",
        ),
    ]


def _scores(results: dict) -> list[tuple[str, str, str]]:
    return [
        (heading, number(results[key]), number(results.get(f"baselines.{key}")))
        for heading, key in TABLE
        if key in results
    ]


def _matrices(results: dict) -> list[dict[str, object]]:
    nmi, importance = results.get("infomec.nmi"), results.get("dci_random_forest.importance_matrix")
    names = results.get("factor_names")
    matrices = []
    if nmi:
        active = results.get("infomec.active") or [True] * len(nmi[0])
        matrices.append(
            {
                "caption": "Normalized mutual information I(source; latent) / H(source)",
                "rows": names or [f"source {i}" for i in range(len(nmi))],
                "columns": [f"z{i}" for i in range(len(nmi[0]))],
                "values": nmi,
                "inactive": [i for i, is_active in enumerate(active) if not is_active],
            }
        )
    if importance:
        by_source = [list(row) for row in zip(*importance, strict=True)]
        matrices.append(
            {
                "caption": "Importance of each latent in predicting a source (random forests)",
                "rows": names or [f"source {i}" for i in range(len(by_source))],
                "columns": [f"z{i}" for i in range(len(importance))],
                "values": by_source,
                "inactive": [],
            }
        )
    return matrices


def _sliders(sliders: Sequence[Slider]) -> list[dict[str, object]]:
    """Sprite sheets, of tiles as large as fit together into the page."""
    for side in SIDES:
        sheets = [picture(sheet(slider.tiles, side)) for slider in sliders]
        if sum(map(len, sheets)) <= SPRITE_BYTES:
            break
    return [_slider(slider, image) for slider, image in zip(sliders, sheets, strict=True)]


def _slider(slider: Slider, image: str) -> dict[str, object]:
    rows, columns, height, width, _ = slider.tiles.shape
    return {
        "name": slider.name,
        "latent": slider.latent,
        "values": [f"{value:+.2f}" for value in slider.values],
        "starts": [int(start) for start in slider.starts],
        "rows": rows,
        "columns": columns,
        "ratio": f"{width} / {height}",
        "small": max(height, width) < 96,
        "image": image,
    }


def _reconstructions(decoded: Decoded | None) -> dict[str, object] | None:
    if decoded is None:
        return None
    errors = colours(np.clip(decoded.errors, 0.0, 1.0))
    rows = np.stack([decoded.images, decoded.reconstructions, errors])
    side = 96 if rows.shape[1] <= 12 else 64
    return {
        "image": picture(sheet(rows, side)),
        "psnr": [number(float(value)) for value in decoded.psnr],
        "columns": rows.shape[1],
    }


def _histograms(record: RunRecord) -> list[dict[str, object]]:
    if record.latents is None or not record.latents.size:
        return []
    return histograms(record.latents, bool(record.results.get("num_values_per_latent")))


def _pairs(record: RunRecord) -> str | None:
    if record.latents is None or not record.latents.size:
        return None
    return picture(pairs(record.latents), lossless=True)


def _resources(results: dict) -> list[tuple[str, str]]:
    training, steps = results.get("training_time"), results.get("global_step")
    speed = f"{steps / training:.1f} steps per second" if training and steps else None
    memory = results.get("peak_memory")
    energy = results.get("energy")
    rows = (
        ("training", None if not training else duration(training)),
        ("speed", speed),
        ("training and evaluation", duration(results.get("elapsed_time"))),
        ("peak memory", f"{memory / 1e9:.2f} GB" if memory else None),
        ("energy of the processor", f"{energy / 3600:.1f} Wh" if energy else None),
        ("cores", str(results.get("num_cpus") or "") or None),
        ("processor", results.get("processor")),
        ("accelerator", results.get("accelerator")),
    )
    return [(name, str(value)) for name, value in rows if value is not None]
