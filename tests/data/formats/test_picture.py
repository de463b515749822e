"""Pictures as cameras, scanners and drawing programs save them, and what is no picture."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from tripod_dlib.data.formats import picture as module
from tripod_dlib.data.formats.picture import PictureFault, read_pixels

PIXELS = np.random.default_rng(0).integers(0, 256, size=(6, 4, 3), dtype=np.uint8)
FORMATS = ["PNG", "JPEG", "BMP", "WEBP"]


def saved(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    file.seek(0)
    return file


def read(picture, kind="PNG", **options):
    return read_pixels(saved(picture, kind, **options), FORMATS)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_stands_as_its_orientation_says(orientation, kind):
    picture, exif = Image.fromarray(PIXELS), Image.Exif()
    exif[0x0112] = orientation
    found = read(picture, kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))
    turned = {
        1: PIXELS,
        2: PIXELS[:, ::-1],
        3: PIXELS[::-1, ::-1],
        4: PIXELS[::-1],
        5: PIXELS.swapaxes(0, 1),
        6: PIXELS[::-1].swapaxes(0, 1),
        7: PIXELS[::-1, ::-1].swapaxes(0, 1),
        8: PIXELS[:, ::-1].swapaxes(0, 1),
    }[orientation]
    np.testing.assert_array_equal(found, turned)


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB", "CMYK"])
def test_every_way_to_keep_colours_becomes_three_channels(mode):
    grey = Image.fromarray(PIXELS[..., 0])
    kind = "JPEG" if mode == "CMYK" else "PNG"
    found = read(grey.convert("RGB").convert(mode), kind)
    assert found.shape == (6, 4, 3) and found.dtype == np.uint8
    if mode in ("L", "RGB"):
        np.testing.assert_array_equal(found, np.repeat(PIXELS[..., :1], 3, axis=2))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_shows_white_not_the_colour_under_it(mode):
    alpha = np.array([[0, 255, 128, 255]] * 6, np.uint8)
    picture = Image.fromarray(np.dstack([PIXELS[..., :1].repeat(3, axis=2), alpha]))
    if mode == "P":
        indexed = Image.fromarray(np.arange(24, dtype=np.uint8).reshape(6, 4) % 5, "P")
        indexed.putpalette([200, 0, 0, 0, 200, 0, 0, 0, 200, 9, 9, 9, 8, 8, 8])
        found = read(indexed, transparency=1)
        assert (found[0, 1] == 255).all() and (found[0, 0] == [200, 0, 0]).all()
        return
    found = read(picture.convert(mode)).astype(float)
    share = alpha[..., None] / 255
    expected = PIXELS[..., :1] * share + 255 * (1 - share)
    assert np.abs(found - expected).max() <= 1
    assert (found[:, 0] == 255).all()


def test_an_opaque_fourth_channel_changes_nothing():
    alpha = np.full((6, 4, 1), 255, np.uint8)
    np.testing.assert_array_equal(read(Image.fromarray(np.dstack([PIXELS, alpha]))), PIXELS)


def test_sixteen_bits_a_channel_are_refused_with_the_way_out():
    with pytest.raises(PictureFault, match="more than 8 bits a channel.*Save it with 8 bits"):
        read(Image.fromarray(PIXELS[..., 0].astype(np.uint16) * 257))


def test_an_animation_is_refused():
    frames = [Image.fromarray(PIXELS), Image.fromarray(255 - PIXELS)]
    for kind in ("PNG", "WEBP"):
        with pytest.raises(PictureFault, match="is animated .2 frames"):
            read(frames[0], kind, save_all=True, append_images=frames[1:])


def png(width, height, *chunks):
    """A PNG whose header says anything."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *(chunk(*each) for each in chunks), chunk(b"IEND", b"")]
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


@pytest.mark.parametrize("side", [10_001, 12_000, 60_000, 2**31 - 1])
def test_a_header_that_promises_a_huge_picture_is_refused_before_it_is_believed(side):
    bomb = png(side, side, (b"IDAT", zlib.compress(bytes(100_000))))
    with pytest.raises(PictureFault, match="more than the 100000000|it is no PNG"):
        read_pixels(bomb, FORMATS)


def test_another_size_than_the_expected_one_is_refused_before_pixels_are_looked_at():
    with pytest.raises(PictureFault, match="is 9000x9000 pixels; it has to be 4x6"):
        read_pixels(png(9000, 9000), FORMATS, size=(4, 6))
    np.testing.assert_array_equal(
        read_pixels(saved(Image.fromarray(PIXELS)), FORMATS, size=(4, 6)), PIXELS
    )


@pytest.mark.parametrize("position", range(0, 700, 23))
@pytest.mark.parametrize("kind", FORMATS)
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(kind, position):
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {} if kind == "BMP" else {"exif": exif}
    content = bytearray(saved(Image.fromarray(PIXELS), kind, **options).getvalue())
    for damaged in (content[:position], content[:position] + b"\xff\x00" * 9 + content[position:]):
        try:
            assert read_pixels(io.BytesIO(damaged), FORMATS).shape[2] == 3
        except PictureFault as fault:
            assert "is not a whole picture" in str(fault) or "pixels" in str(fault)


def test_a_painting_is_shrunk_before_it_is_turned(monkeypatch):
    exif = Image.Exif()
    exif[0x0112] = 6
    large = Image.fromarray(np.kron(PIXELS, np.ones((20, 20, 1), np.uint8)))
    found = read_pixels(saved(large, exif=exif), FORMATS, within=(40, 60))
    small = large.copy()
    small.thumbnail((40, 60))
    small.getexif()[0x0112] = 6
    assert found.shape == (40, 60, 3)
    np.testing.assert_array_equal(found, np.asarray(ImageOps.exif_transpose(small)))
    monkeypatch.setattr(module, "MOST_PIXELS", 100)
    with pytest.raises(PictureFault, match="80x120 pixels, more than the 100 that are read"):
        read_pixels(saved(large), FORMATS, within=(40, 60))
