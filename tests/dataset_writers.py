"""Small datasets in the official formats."""

import gzip
import io
import itertools
import zipfile
from pathlib import Path

import h5py
import numpy as np
from PIL import Image

SHAPES3D_VALUES = (
    lambda n: np.arange(n) / 10,
    lambda n: np.arange(n) / 10,
    lambda n: np.arange(n) / 10,
    lambda n: 0.75 + np.arange(n) / 14,
    lambda n: np.arange(n),
    lambda n: -30 + np.arange(n) * 30 / 7,
)
DSPRITES_VALUES = (
    lambda n: np.ones(n),
    lambda n: 1.0 + np.arange(n),
    lambda n: 0.5 + np.arange(n) / 10,
    lambda n: np.linspace(0, 2 * np.pi, n),
    lambda n: np.linspace(0, 1, n),
    lambda n: np.linspace(0, 1, n),
)
DSPRITES = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64"


def cells(sizes: tuple[int, ...]) -> np.ndarray:
    """All cells of a grid in row-major order: int64 (num_cells, num_factors)."""
    return np.array(list(itertools.product(*(range(size) for size in sizes))), np.int64)


def labels_of(sizes: tuple[int, ...], values) -> np.ndarray:
    """The label of every factor of every cell: float64 (num_cells, num_factors)."""
    indices = cells(sizes)
    levels = [value(size) for value, size in zip(values, sizes, strict=True)]
    return np.stack([level[indices[:, i]] for i, level in enumerate(levels)], axis=1)


def random_images(num: int, *shape: int, brightest: int = 255) -> np.ndarray:
    """uint8 (num, *shape), each image another."""
    generator = np.random.default_rng(num)
    return generator.integers(0, brightest + 1, size=(num, *shape), dtype=np.uint8)


def write_shapes3d(folder: Path, sizes: tuple[int, ...], **compression) -> np.ndarray:
    """Writes 3dshapes.h5; returns its images."""
    images = random_images(int(np.prod(sizes)), 64, 64, 3)
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(folder / "3dshapes.h5", "w") as file:
        file.create_dataset("images", data=images, **(compression or {"compression": "gzip"}))
        file["labels"] = labels_of(sizes, SHAPES3D_VALUES)
    return images


def change(path: Path, name: str, edit) -> None:
    """Edits one array of an HDF5 file in place."""
    with h5py.File(path, "r+") as file:
        array = file[name][()]
        del file[name]
        file[name] = edit(array)


def everything(data) -> np.ndarray:
    """All images of a full grid, row-major."""
    return data.images(np.arange(data.num_images))


def write_mpi3d(path: Path, num: int, save=np.savez_compressed) -> np.ndarray:
    """Writes an MPI3D archive; returns its images."""
    images = random_images(num, 64, 64, 3)
    path.parent.mkdir(parents=True, exist_ok=True)
    save(path, images=images)
    return images


def sprites(sizes: tuple[int, ...]) -> np.ndarray:
    """uint8 (num, 64, 64) of 0 and 1."""
    return random_images(int(np.prod(sizes)), 64, 64, brightest=1)


def write_dsprites_hdf5(folder: Path, sizes: tuple[int, ...]) -> np.ndarray:
    """Writes the hdf5 file; returns its images."""
    images = sprites(sizes)
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(folder / f"{DSPRITES}.hdf5", "w") as file:
        file.create_dataset("imgs", data=images, compression="gzip")
        file["latents/classes"] = cells(sizes)
        file["latents/values"] = labels_of(sizes, DSPRITES_VALUES)
    return images


class Trap:
    """Unpickling it fails the test."""

    def __reduce__(self):
        return (eval, ("__import__('os').abort()",))


def python_2_header(array: np.ndarray) -> bytes:
    """An .npy header with the long integers that Python 2 wrote."""
    shape = "(" + ", ".join(f"{side}L" for side in array.shape) + ")"
    text = f"{{'descr': '{array.dtype.str}', 'fortran_order': False, 'shape': {shape}, }}"
    text = text.ljust((len(text) + 10) // 64 * 64 + 64 - 11) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def write_dsprites_npz(folder: Path, sizes: tuple[int, ...]) -> np.ndarray:
    """Writes the npz as Python 2 did, with metadata that must not be unpickled."""
    images = sprites(sizes)
    folder.mkdir(parents=True, exist_ok=True)
    metadata = io.BytesIO()
    np.save(metadata, np.array(Trap(), dtype=object), allow_pickle=True)
    arrays = {
        "imgs": images,
        "latents_classes": cells(sizes),
        "latents_values": labels_of(sizes, DSPRITES_VALUES),
    }
    with zipfile.ZipFile(folder / f"{DSPRITES}.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.npy", metadata.getvalue())
        for name, array in arrays.items():
            archive.writestr(f"{name}.npy", python_2_header(array) + array.tobytes())
    return images


def write_scream(folder: Path) -> np.ndarray:
    """Writes scream.jpg; returns the picture as it is read back, in its own size."""
    folder.mkdir(parents=True, exist_ok=True)
    pixels = np.kron(random_images(1, 14, 11, 3)[0], np.ones((40, 40, 1), np.uint8))
    Image.fromarray(pixels).save(folder / "scream.jpg")
    return pixels


def write_cars3d(folder: Path, sizes: tuple[int, int, int]) -> dict[str, np.ndarray]:
    """Writes meshes, and list.txt in another order than the alphabet's; returns mesh to im.

    An `im` is (128, 128, 3, azimuth, elevation).
    """
    import scipy.io

    elevations, azimuths, objects = sizes
    folder.mkdir(parents=True, exist_ok=True)
    meshes = {}
    for number in range(objects):
        name = f"car_{number + 1:03d}_mesh"
        coarse = random_images(azimuths * elevations + number, 4, 4, 3)[number:]
        large = np.stack([smooth(image, 128) for image in coarse])
        im = np.moveaxis(large.reshape(azimuths, elevations, 128, 128, 3), (0, 1), (3, 4))
        scipy.io.savemat(folder / f"{name}.mat", {"im": im, "mask": np.zeros(1)})
        meshes[name] = im
    listed = sorted(meshes, reverse=True)
    (folder / "list.txt").write_text("\n".join([*listed[1:], listed[0]]) + "\n")
    return meshes


def smooth(pixels: np.ndarray, side: int) -> np.ndarray:
    """A picture enlarged smoothly."""
    return np.asarray(Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC))


CHUNKS = {
    "5x46789x9x18x6x2x96x96-training": (4, 6, 7, 8, 9),
    "5x01235x9x18x6x2x96x96-testing": (0, 1, 2, 3, 5),
}


def binary_matrix(array: np.ndarray) -> bytes:
    """SmallNORB's format."""
    magic = {"uint8": 0x1E3D4C55, "int32": 0x1E3D4C54}[array.dtype.name]
    dims = [*array.shape, 1, 1][: max(3, array.ndim)]
    return np.array([magic, array.ndim, *dims], "<i4").tobytes() + array.tobytes()


def write_small_norb(
    folder: Path, sizes: tuple[int, ...], zipped: bool = False, instances=CHUNKS
) -> tuple[np.ndarray, np.ndarray]:
    """Writes the six files, rows in a shuffled order.

    Args:
      folder: Where to.
      sizes: Of category, elevation, azimuth, lighting.
      zipped: Whether as .mat.gz.
      instances: Of each chunk.

    Returns:
      factors: int (num, 5), category, instance, elevation, azimuth, lighting of each image.
      images: uint8 (num, 96, 96), the first camera's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    all_factors, all_images = [], []
    for chunk, members in instances.items():
        grid = cells((sizes[0], len(members), *sizes[1:]))
        grid[:, 1] = np.array(members)[grid[:, 1]]
        grid = grid[np.random.default_rng(1).permutation(len(grid))]
        dat = np.stack([smooth(i, 96) for i in random_images(2 * len(grid), 6, 6)])
        dat = dat.reshape(len(grid), 2, 96, 96)
        info = grid[:, 1:] * np.array([1, 1, 2, 1])  # azimuths are written as 0, 2, 4, ...
        parts = {"dat": dat, "cat": grid[:, 0].astype("<i4"), "info": info.astype("<i4")}
        for part, array in parts.items():
            data = binary_matrix(array)
            name = f"smallnorb-{chunk}-{part}.mat"
            (folder / (name + ".gz" * zipped)).write_bytes(gzip.compress(data) if zipped else data)
        all_factors.append(grid)
        all_images.append(dat[:, 0])
    return np.concatenate(all_factors), np.concatenate(all_images)


def write_tfds(folder: Path, sizes: tuple[int, ...], side: int) -> np.ndarray:
    """Writes what `fake_tfds` reads, rows in a shuffled order; returns the images, row-major."""
    import json

    images = random_images(int(np.prod(sizes)), side, side, 3)
    order = np.random.default_rng(2).permutation(len(images))
    names = [f"label_{letter}" for letter in "abcdefgh"[: len(sizes)]]
    np.savez(folder / "examples.npz", images=images[order], labels=cells(sizes)[order])
    (folder / "dataset_info.json").write_text(json.dumps({"names": names, "side": side}))
    return images


def fake_tfds():
    """The part of the module `tensorflow_datasets` that is used, over `write_tfds`' folders.

    Two splits; a text feature and a float one that are no factors.
    """
    import json
    import types

    def feature(shape, dtype):
        return types.SimpleNamespace(shape=shape, np_dtype=np.dtype(dtype))

    def builder_from_directory(folder):
        info = json.loads((Path(folder) / "dataset_info.json").read_text())
        stored = np.load(Path(folder) / "examples.npz")
        examples = [
            {"image": image, "id": b"x", "value": 0.5, **dict(zip(info["names"], labels))}
            for image, labels in zip(stored["images"], stored["labels"])
        ]
        half = len(examples) // 2
        splits = {"train": examples[:half], "test": examples[half:]}
        features = {
            "id": feature((), object),
            "image": feature((info["side"], info["side"], 3), np.uint8),
            "value": feature((), np.float32),
            **{name: feature((), np.int64) for name in info["names"]},
        }
        counts = {k: types.SimpleNamespace(num_examples=len(v)) for k, v in splits.items()}
        return types.SimpleNamespace(
            info=types.SimpleNamespace(features=features, splits=counts, full_name="fake/1.0.0"),
            as_dataset=lambda split, shuffle_files: splits,
        )

    module = types.ModuleType("tensorflow_datasets")
    module.builder_from_directory = builder_from_directory
    module.as_numpy = iter
    return module
