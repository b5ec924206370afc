"""An invisible number in a picture: where metadata were stripped, it leads back to the work.

A tile of 128 px repeats over the picture. It has 1,024 cells of 4 px; each is a little lighter or
darker by a fixed random pattern. 762 cells carry the 127 bits of a BCH word (`bch.py`), the others
show where the tile begins, so a crop does not matter. Strength follows the texture: what is flat
gets least. Reading tries the sizes that the picture may have had.

A number is told only if the word read lies within 15 wrong bits of a valid one. Of pictures without
a number one in 2^27 does so at each try, by the count of words and whatever the picture, since its
signs meet a random pattern. `MOST_TRIES` keeps all tries together under one in a million.

The pattern is no secret and proves nothing: who has this code could write a number. It is a pointer
to a work, and the page says so. Signatures prove.
"""

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

from catalog.provenance import bch

TILE_PX, CELL_PX = 128, 4
CELLS_PER_BIT = 6
BITS = bch.DATA
FALSE_PER_TRY = 2.0**-27.4
MOST_TRIES = 176  # 176 × 2^-27.4 < 1e-6
SHIFTS_PER_SIZE = 2
LEAST_SIDE_PX = 256
STRENGTHS = (0.45, 0.55, 0.7)
TRIALS = ((2, "JPEG", 70), (1, "WEBP", 75))
"""What it must live through: the part of the size, the kind, the quality."""
LEAST_PSNR, LEAST_SSIM = 42.0, 0.98
_SEED = 0x67656E617274
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read from a picture.

    Attributes:
        number: below 2^36.
        wrong_bits: of 127, 0 to 15.
        scale: of the picture against the size it was marked at.
    """

    number: int
    wrong_bits: int
    scale: float


@dataclass(frozen=True, slots=True)
class Marked:
    """A picture with a number, and how visible it is.

    Attributes:
        picture: RGB, same size.
        strength: of `STRENGTHS`.
        psnr_db: against the picture without.
        ssim: the same as structural similarity, 1 is equal.
    """

    picture: Image.Image
    strength: float
    psnr_db: float
    ssim: float


@cache
def _plan() -> tuple[Plane, NDArray[np.int64]]:
    """Return the signs of the cells (32 × 32) and the bit each carries, −1 for the beginning."""
    rng = np.random.default_rng(_SEED)
    side = TILE_PX // CELL_PX
    chips = rng.choice(np.array([-1.0, 1.0], np.float32), size=side * side)
    carried = np.full(side * side, -1, np.int64)
    carried[: bch.LENGTH * CELLS_PER_BIT] = np.repeat(np.arange(bch.LENGTH), CELLS_PER_BIT)
    rng.shuffle(carried)
    return chips.reshape(side, side), carried.reshape(side, side)


def _spread(cells: Plane) -> Plane:
    """Return cells as pixels of a tile: soft, so that they live through a change of size."""
    tile = np.kron(cells, np.ones((CELL_PX, CELL_PX), np.float32))
    soft: Plane = gaussian_filter(tile, 1.0, mode="wrap")
    return soft


def _luma(picture: Image.Image) -> Plane:
    return np.asarray(picture.convert("L"), np.float32)


def write_number(picture: Image.Image, number: int, strength: float) -> Image.Image:
    """Return the picture with a number below 2^36 in it."""
    rgb = np.asarray(picture.convert("RGB"), np.float32)
    luma = rgb @ _LUMA
    chips, carried = _plan()
    word = np.array(bch.encode(number), np.float32) * 2 - 1
    signs = np.where(carried < 0, 1.0, word[carried]).astype(np.float32)
    amplitude = strength * _room(luma)
    gains = np.ones(bch.LENGTH, np.float32)
    out = rgb
    for _round in range(3):
        weights = np.where(carried < 0, 1.0, gains[carried]).astype(np.float32)
        change = amplitude * _tiled(_spread(chips * signs * weights), luma.shape)
        out = np.clip(np.rint(rgb + change[..., None]), 0, 255)
        margin = word * _soft_bits(_folded(_flattened(out @ _LUMA)))
        low = margin < np.median(margin) * 0.8
        gains = np.clip(gains * np.where(low, 1.35, 1.0), 1.0, 2.0).astype(np.float32)
    return Image.fromarray(out.astype(np.uint8))


def _room(luma: Plane) -> Plane:
    """Return what a change may be here, in grey levels: 1 where it is flat, 4 in rich texture."""
    fine = luma - gaussian_filter(luma, 2.0)
    texture = np.sqrt(gaussian_filter(fine * fine, 4.0))
    room: Plane = np.clip(1.0 + 0.45 * texture, 1.0, 4.0)
    return room


def _tiled(tile: Plane, shape: tuple[int, ...]) -> Plane:
    rows, columns = -(-shape[0] // TILE_PX), -(-shape[1] // TILE_PX)
    return np.tile(tile, (rows, columns))[: shape[0], : shape[1]]


def _flattened(luma: Plane) -> Plane:
    """Return the fine detail with its strength made even: edges weigh no more than the ground."""
    fine = gaussian_filter(luma, 0.8) - gaussian_filter(luma, 3.5)
    level = np.sqrt(gaussian_filter(fine * fine, 6.0))
    return np.clip(fine / (level + 0.5), -2.5, 2.5)


def _folded(fine: Plane) -> Plane:
    """Return the sum of all tiles, 128 × 128."""
    rows, columns = -(-fine.shape[0] // TILE_PX), -(-fine.shape[1] // TILE_PX)
    padded = np.zeros((rows * TILE_PX, columns * TILE_PX), np.float32)
    padded[: fine.shape[0], : fine.shape[1]] = fine
    total: Plane = padded.reshape(rows, TILE_PX, columns, TILE_PX).sum(axis=(0, 2))
    return total


def _soft_bits(tile: Plane) -> Plane:
    """Return 127 sums; the sign of each is a bit. The tile begins at its first pixel."""
    chips, carried = _plan()
    side = TILE_PX // CELL_PX
    sums = tile.reshape(side, CELL_PX, side, CELL_PX).sum(axis=(1, 3)) * chips
    found = np.bincount(carried[carried >= 0], sums[carried >= 0], bch.LENGTH)
    return found.astype(np.float32)


@cache
def _beginning() -> NDArray[np.complex64]:
    """Return the spectrum of the cells that show where the tile begins."""
    chips, carried = _plan()
    return np.conj(np.fft.fft2(_spread(np.where(carried < 0, chips, 0.0).astype(np.float32))))


def _starts(tile: Plane) -> list[tuple[int, int]]:
    """Return the likeliest places of the beginning, best first."""
    fit = np.fft.ifft2(np.fft.fft2(tile) * _beginning()).real
    order = np.argsort(fit, axis=None)[::-1][:SHIFTS_PER_SIZE]
    return [(int(place // TILE_PX), int(place % TILE_PX)) for place in order]


def read_number(picture: Image.Image, sizes: list[tuple[int, int]]) -> Read | None:
    """Return the number in a picture, if there is one.

    Args:
        picture: any, also cropped or changed in size.
        sizes: sizes to bring it to before reading, likeliest first; those over `MOST_TRIES`
            together are not tried.
    """
    luma = picture.convert("L")
    for width, height in sizes[: MOST_TRIES // SHIFTS_PER_SIZE]:
        if min(width, height) < LEAST_SIDE_PX // 2:
            continue
        same = (width, height) == luma.size
        sized = luma if same else luma.resize((width, height), Image.Resampling.BICUBIC)
        tile = _folded(_flattened(np.asarray(sized, np.float32)))
        for down, right in _starts(tile):
            bits = _soft_bits(np.roll(tile, (-down, -right), (0, 1))) > 0
            found = bch.decode([int(bit) for bit in bits])
            if found:
                return Read(found[0], found[1], picture.width / width)
    return None


def mark_where_it_holds(picture: Image.Image, number: int) -> Marked | None:
    """Return the picture with the number at the least strength that holds; `None` if none does.

    It holds if the number is read after each of `TRIALS` and the change stays under the thresholds
    of visibility.
    """
    if min(picture.size) < LEAST_SIDE_PX:
        return None
    for strength in STRENGTHS:
        marked = write_number(picture, number, strength)
        psnr, ssim = likeness(picture, marked)
        if psnr < LEAST_PSNR or ssim < LEAST_SSIM:
            return None
        if all(_survives(marked, number, *trial) for trial in TRIALS):
            return Marked(marked, strength, psnr, ssim)
    return None


def _survives(picture: Image.Image, number: int, part: int, kind: str, quality: int) -> bool:
    small = picture.resize(
        (picture.width // part, picture.height // part), Image.Resampling.LANCZOS
    )
    buffer = io.BytesIO()
    small.save(buffer, kind, quality=quality)
    again = Image.open(io.BytesIO(buffer.getvalue()))
    read = read_number(again, [picture.size])
    return read is not None and read.number == number


def likeness(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Return PSNR in dB over all channels, and the mean SSIM of the luminance."""
    a, b = np.asarray(one.convert("RGB"), np.float32), np.asarray(other, np.float32)
    error = float(np.mean((a - b) ** 2))
    psnr = 10 * np.log10(255**2 / error) if error else 99.0
    return float(psnr), _ssim(_luma(one), _luma(other))


def _ssim(a: Plane, b: Plane) -> float:
    def mean(values: Any) -> Any:
        return gaussian_filter(values, 1.5)

    ma, mb = mean(a), mean(b)
    va, vb, vab = mean(a * a) - ma**2, mean(b * b) - mb**2, mean(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * ma * mb + c1) * (2 * vab + c2)
    return float(np.mean(top / ((ma**2 + mb**2 + c1) * (va + vb + c2))))
