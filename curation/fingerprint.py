"""A picture's signature, by which copies are found: its OKLab colours on a grid of 48 × 48.

Three things are made of it. The signature itself, as bytes (`packed`), with which two pictures are
laid over one another (`curation/compliance/alignment.py`). Its eight views, mirrored and turned.
And a short key, the same for all eight views and nearly the same for a crop or another brightness,
by which an index proposes the few pictures that are worth laying over (`curation/similar.py`).

The key is a linear map of simple features that do not change under mirrors and quarter turns: what
is seen in each set of cells that the eight views exchange, how far these cells differ, and how much
of each colour there is. The map was fitted (`manage.py fit_copy_key`) so that a picture's crops and
re-encodings lie close together beside the distance of pictures of one style: Fisher's discriminant.

Why not a 256-bit hash such as PDQ: in flat, symmetric art half of the frequencies are zero and
their bits are chance. Measured on 150 drawn pictures: JPEG at quality 60 changed up to 132 of 256
bits of such a hash.

Pure: numpy and Pillow.
"""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from genart.lib.color import srgb_to_oklab

SIDE = 48
KEY_DIM = 64
METHOD = "oklab48@1"
KEY_MAP = Path(__file__).parent / "compliance" / "copy-key.npz"
Floats = NDArray[np.float32]

_FINE = 2
_CELLS = 12
_LEVELS, _HUES, _REACH = 6, 7, 0.2
_LOW, _SPAN = np.array([0.0, -0.4, -0.4], np.float32), np.array([1.0, 0.8, 0.8], np.float32)


def picture_signature(image: Image.Image) -> Floats:
    """Return the signature of a picture of any size, shape `(SIDE, SIDE, 3)`."""
    side = SIDE * _FINE
    small = np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BOX))
    fine = srgb_to_oklab(small / 255.0).reshape(SIDE, _FINE, SIDE, _FINE, 3)
    return fine.mean(axis=(1, 3)).astype(np.float32)


def packed(signature: Floats) -> bytes:
    """Return a signature as bytes, one for each number: 0.003 fine."""
    scaled = (signature.reshape(SIDE, SIDE, 3) - _LOW) / _SPAN
    return bytes(np.round(255 * scaled).clip(0, 255).astype(np.uint8).tobytes())


def unpacked(stored: bytes) -> Floats:
    """Return the signature that was packed."""
    numbers = np.frombuffer(stored, np.uint8).reshape(SIDE, SIDE, 3).astype(np.float32)
    return np.asarray(numbers / 255 * _SPAN + _LOW, dtype=np.float32)


def views(signature: Floats) -> Floats:
    """Return the eight views, `(8, SIDE, SIDE, 3)`: turned by quarters, and each mirrored."""
    turns = [np.rot90(signature, quarter) for quarter in range(4)]
    return np.stack([view for turn in turns for view in (turn, turn[:, ::-1])])


def picture_key(signature: Floats) -> Floats:
    """Return the key by which the index finds a signature, `(KEY_DIM,)`."""
    mean, matrix = _key_map()
    return np.asarray((features(signature) - mean) @ matrix, dtype=np.float32)


def features(signature: Floats) -> Floats:
    """Return what the key is made of: numbers that are equal for all eight views."""
    cells = _blocks(signature, _CELLS).reshape(-1, 3)
    orbits = _orbits()
    sizes = np.bincount(orbits)[:, None]
    count = len(sizes)
    mean = np.stack([np.bincount(orbits, cells[:, at], count) for at in range(3)], 1) / sizes
    off = (cells - mean[orbits]) ** 2
    spread = np.stack([np.bincount(orbits, off[:, at], count) for at in range(3)], 1) / sizes
    parts = (mean, np.sqrt(spread), _amounts(signature), _edges(signature))
    return np.concatenate([part.ravel() for part in parts]).astype(np.float32)


def _blocks(signature: Floats, count: int) -> Floats:
    """Return the mean colours of `count` × `count` equal blocks."""
    size = SIDE // count
    return signature.reshape(count, size, count, size, 3).mean(axis=(1, 3))


def _amounts(signature: Floats) -> Floats:
    """Return the square roots of how much of each colour there is, softly counted."""
    colors = signature.reshape(-1, 3)
    light = np.clip(colors[:, 0], 0, 0.999) * (_LEVELS - 1)
    hues = (np.clip(colors[:, 1:], -_REACH, _REACH * 0.999) / _REACH + 1) / 2 * (_HUES - 1)
    places = np.concatenate([light[:, None], hues], axis=1)
    base = places.astype(np.intp)
    rest = places - base
    counts = np.zeros(_LEVELS * _HUES * _HUES)
    for corner in range(8):
        up = np.array([corner & 1, corner >> 1 & 1, corner >> 2])
        weight = np.where(up, rest, 1 - rest).prod(axis=1)
        at = base + up
        index = (at[:, 0] * _HUES + at[:, 1]) * _HUES + at[:, 2]
        counts += np.bincount(index, weight, len(counts))
    return np.sqrt(counts / len(colors)).astype(np.float32)


def _edges(signature: Floats) -> Floats:
    """Return how strong the edges are at three scales, for each of the three numbers."""
    found = []
    for count in (48, 24, 12):
        cells = _blocks(signature, count)
        down, across = np.abs(np.diff(cells, axis=0)), np.abs(np.diff(cells, axis=1))
        found.append((down.mean(axis=(0, 1)) + across.mean(axis=(0, 1))) * 4)
    return np.concatenate(found)


@cache
def _orbits() -> NDArray[np.intp]:
    """Return for each cell which set of cells that the views exchange it belongs to."""
    rows, columns = np.mgrid[:_CELLS, :_CELLS]
    far = [np.minimum(axis, _CELLS - 1 - axis) for axis in (rows, columns)]
    pairs = np.minimum(*far) * _CELLS + np.maximum(*far)
    return np.unique(pairs.ravel(), return_inverse=True)[1]


@cache
def _key_map() -> tuple[Floats, Floats]:
    """Return the fitted mean and matrix, read once."""
    with np.load(KEY_MAP) as stored:
        return stored["mean"].astype(np.float32), stored["matrix"].astype(np.float32)
