"""Made-up runs for pages: folders as training leaves them, and what a model shows; no framework."""

import json
from pathlib import Path

import numpy as np

from tripod_dlib.pages.visuals import Decoded, Slider, Visuals

FACTORS = ["floor_hue", "wall_hue", "shape"]
NUM_LATENTS, NUM_VALUES, SIDE = 5, 6, 32
BOUND = {
    "dataset.name": "'shapes3d_procedural'",
    "model.random_seed": "0",
    "tripod.klm_weight": "0.001",
}


def write_run(folder: Path, name: str = "tripod", seed: int = 0, **changes: object) -> Path:
    """Writes the folder of a finished run.

    Args:
      folder: Where to.
      name: The model's.
      seed: Of what is made up.
      **changes: Results in place of the made-up ones.
    """
    generator = np.random.RandomState(seed)
    nmi = generator.beta(0.3, 1.0, (len(FACTORS), NUM_LATENTS))
    results = {
        **{"model": name, "dataset": "shapes3d_procedural", "procedural": True},
        **{"num_latents": NUM_LATENTS, "num_values_per_latent": NUM_VALUES, "random_seed": seed},
        **{"infomec.infom": 0.8 + seed / 100, "infomec.infoc": None, "psnr.psnr": 30.27},
        **{"baselines.infomec.infom": 0.066, "mig.discrete_mig": 0.36},
        **{"infomec.nmi": nmi.tolist(), "infomec.active": [True] * 4 + [False]},
        "dci_random_forest.importance_matrix": generator.dirichlet([1] * 5, 3).T.tolist(),
        **{"factor_names": FACTORS, "notes": ["Left out, since their labels never vary."]},
        **{"global_step": 400, "selected_step": 200, "selected_because": "best InfoM among all"},
        **{"elapsed_time": 414.0, "training_time": 300.0, "peak_memory": 1.5e9, "energy": 9000.0},
        **{"num_cpus": 2, "processor": "a processor", "versions": {"keras": "3.15.1"}},
        "decoder.interaction_share.cond": 0.012,
        **changes,
    }
    (folder / "results" / "json").mkdir(parents=True)
    path = folder / "results" / "json" / "train_results.json"
    path.write_text(json.dumps(results))
    bound = {**BOUND, "model.random_seed": str(seed)}
    given = {
        "configs": ["gin/quickstart.gin"],
        "differences": {"tripod.klm_weight": ["0.01", "0.001"]},
    }
    (folder / "run.json").write_text(json.dumps({"bound": bound, "given": given}))
    rows = [
        {"step": s, "loss": np.exp(-s / 100) + 0.1, "klm": 0.01 * s / 400, "nhp": 1e-5 * s}
        for s in range(10, 401, 10)
    ]
    rows += [
        {
            "step": s,
            "evaluation": {
                **{"step": s, "infomec.infom": 0.5 + s / 1000, "psnr.psnr": 20 + s / 40},
                **{"mig.discrete_mig": None, "num_varying_latents": 5.0},
                **{"decoder.interaction_share.cond": 1 / s, "decoder.curvature.cond": 3.0},
            },
        }
        for s in (100, 200, 300, 400)
    ]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    latents = generator.randint(NUM_VALUES, size=(500, NUM_LATENTS)) / (NUM_VALUES - 1) * 2 - 1
    sources = generator.randint(4, size=(500, len(FACTORS)))
    np.savez(folder / "representation.npz", sources=sources, latents=latents)
    return folder


def visuals(num_latents: int = NUM_LATENTS, num_values: int = NUM_VALUES, side: int = SIDE):
    """Discs whose place, size and colour follow the traversed latent."""
    values = np.linspace(-1, 1, num_values)
    rows, columns = np.mgrid[0:side, 0:side] / (side - 1) * 2 - 1

    def disc(place: float, size: float, hue: float) -> np.ndarray:
        inside = (rows**2 + (columns - place) ** 2 < size**2)[..., None]
        colour = np.array([255 * (hue + 1) / 2, 120, 255 * (1 - hue) / 2])
        sky = np.repeat((rows[..., None] + 1) * 90 + 40, 3, axis=2)
        return np.where(inside, colour, sky).astype(np.uint8)

    def moved(latent: int, value: float, image: int) -> np.ndarray:
        own = [0.3 * image - 0.4, 0.3 + 0.05 * image, 0.5 - 0.3 * image]
        own[latent % 3] = (0.5 * value, 0.45 + 0.25 * value, value)[latent % 3]
        return disc(*own)

    sliders = [
        Slider(
            name=f"z{latent} {FACTORS[latent % 3]} {0.9 - latent / 30:.2f}",
            latent=latent,
            values=values,
            starts=np.array([(image + latent) % num_values for image in range(4)]),
            tiles=np.stack(
                [np.stack([moved(latent, value, image) for value in values]) for image in range(4)]
            ),
        )
        for latent in range(num_latents)
    ]
    images = np.stack([disc(0.2 * i - 0.8, 0.4, 0.1 * i) for i in range(8)])
    decoded = np.clip(images.astype(int) + 9, 0, 255).astype(np.uint8)
    return Visuals(
        sliders=sliders,
        starts=images[:4],
        decoded=Decoded(
            images=images,
            reconstructions=decoded,
            psnr=np.linspace(25, 32, 8),
            errors=np.abs(images.astype(float) - decoded).max(axis=-1) / 255,
        ),
    )
