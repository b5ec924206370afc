"""Print files: enough pixels, the right shape, no seams, clean edges; the real network."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from genart.lib.errors import InvalidInput, Unavailable
from generation.upscale import network, printing, tiles


@pytest.fixture
def drawing():
    """A disc and a bar on paper, 96 x 80."""
    picture = Image.new("RGB", (96, 80), "#f6eadb")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((20, 10, 70, 60), fill="#c8553d")
    draw.rectangle((0, 66, 96, 72), fill="#4a2c2a")
    return picture


def levels(picture):
    return np.asarray(picture, dtype=np.float32) / 255


def test_tiles_give_the_same_picture_as_one_piece(drawing):
    whole = tiles.enlarge(levels(drawing), tile_px=4096)
    tiled = tiles.enlarge(levels(drawing), tile_px=37)
    assert whole.shape == (320, 384, 3)
    assert np.abs(whole - tiled).max() < 0.5 / 255


@pytest.mark.parametrize("length", [1, 36, 37, 38, 100])
def test_tiles_cover_every_pixel_once(length):
    kept = [pixel for _, _, start, end in tiles.spans(length, 37) for pixel in range(start, end)]
    assert kept == list(range(length))
    assert all(0 <= seen <= start < end <= to <= length for seen, to, start, end in
               tiles.spans(length, 37))  # fmt: skip


def test_flat_colour_stays_and_edges_are_clean(drawing):
    large = np.asarray(printing.printable(drawing, 384 * 320)).astype(int)
    assert large.shape == (320, 384, 3)
    assert np.abs(large[140, 180] - (0xC8, 0x55, 0x3D)).max() <= 1
    assert np.abs(large[10, 10] - (0xF6, 0xEA, 0xDB)).max() <= 1
    edge = large[40:, 180, 1]  # down from the disc, over the paper, to the bar
    between = ((edge > 0x2C + 12) & (edge < 0x55 - 12)).sum()
    assert between <= 4


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((512, 512), (2048, 2048)),
        ((512, 640), (2048, 2560)),
        ((1024, 1024), (2000, 2000)),
        ((256, 256), (2000, 2000)),
        ((2048, 2048), (2048, 2048)),
    ],
)
def test_sizes_have_four_megapixels_and_keep_their_shape(size, wanted):
    assert printing.print_size(size) == wanted
    assert printing.is_printable(printing.print_size(size))


def test_a_picture_with_enough_pixels_is_left_alone(drawing):
    assert printing.printable(drawing, 5_000).tobytes() == drawing.tobytes()


def test_two_rounds_where_four_times_is_not_enough(drawing):
    small = drawing.resize((72, 64))
    large = printing.printable(small, 72 * 64 * 25)
    assert large.size == (360, 320)


@pytest.mark.parametrize("pixels", [0, printing.LARGEST_PIXELS + 1])
def test_absurd_sizes_are_refused(drawing, pixels):
    with pytest.raises(InvalidInput, match="pixels"):
        printing.printable(drawing, pixels)


def test_tiny_pictures_are_refused():
    with pytest.raises(InvalidInput, match="too small"):
        printing.printable(Image.new("RGB", (16, 400)))


def test_other_weights_are_refused(drawing, tmp_path, monkeypatch):
    for ending in network.SHA256:
        (tmp_path / f"{network.NAME}{ending}").write_bytes(b"something else")
    monkeypatch.setattr(network, "WEIGHTS", tmp_path)
    network._loaded.cache_clear()
    with pytest.raises(Unavailable, match="restore it"):
        network.enlarged(levels(drawing))
    network._loaded.cache_clear()
