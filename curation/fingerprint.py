"""A picture's signature: its colours on a grid of 16 × 16, by which near-duplicates are found.

Each cell holds its mean OKLab colour; lightness is centred and scaled over the picture, so that
re-encoding, resizing and brightening change little. The distance of two signatures is the root mean
square colour difference of their cells: 0.02 is just visible. Mirrors and turns are found by asking
with all eight views of a picture.

Why not a 256-bit hash such as PDQ: in flat, symmetric art half of the frequencies are zero and
their bits are chance. Measured on 150 drawn pictures: JPEG at quality 60 changed up to 132 of 256
bits of such a hash, and no signature by more than 0.006.

Pure: numpy and Pillow. The search over stored signatures is in `curation/similar.py`.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from genart.lib.color import srgb_to_oklab

GRID = 16
SIGNATURE_DIM = GRID * GRID * 3
METHOD = "oklab16@1"
Floats = NDArray[np.float32]

_FINE = 4
_SPREAD = 0.15
_LEAST_SPREAD = 0.05


def picture_signature(image: Image.Image) -> Floats:
    """Return the signature of a picture of any size, shape `(SIGNATURE_DIM,)`."""
    side = GRID * _FINE
    small = np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BOX))
    cells = srgb_to_oklab(small / 255.0).reshape(GRID, _FINE, GRID, _FINE, 3).mean(axis=(1, 3))
    lightness = cells[..., 0]
    spread = max(float(lightness.std()), _LEAST_SPREAD)
    cells[..., 0] = (lightness - lightness.mean()) / spread * _SPREAD
    return cells.astype(np.float32).ravel()


def views(signature: Floats) -> list[Floats]:
    """Return the eight views of a signature: as it is, turned by quarters, and each mirrored."""
    cells = signature.reshape(GRID, GRID, 3)
    turns = [np.rot90(cells, quarter) for quarter in range(4)]
    return [view.ravel() for turn in turns for view in (turn, turn[:, ::-1])]


def distance(first: Floats, second: Floats) -> float:
    """Return the root mean square colour difference of two signatures."""
    return float(np.linalg.norm(first - second) / GRID)
