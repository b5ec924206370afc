"""How near a picture's colours and their shares are to those that were asked for, in OKLab.

For: the palette figures. Not for: curation (`genart/lib/color.py`, `generation/adherence`), whose
distances also weigh what is foreign. Which of the six colours are the main ones of a kind of scene,
and how much of the page each takes, is what the painters make of that kind, not what the model did.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from genart.lib.color import delta_e, dominant_colors, hex_to_oklab, levels_to_oklab
from generation.house import painters
from generation.house.evaluation.pictures import small
from generation.house.evaluation.requests import Request
from generation.house.painters.scene import Scene

Floats = NDArray[np.float64]
MAIN, DRAWS = 3, 8


def main_colour_errors(picture: Image.Image, request: Request) -> list[float]:
    """Return the OKLab difference of each main colour to the nearest dominant one of a picture."""
    shares = usual_shares(request.scene)
    asked = hex_to_oklab([request.slots[slot] for slot in np.argsort(-shares)[:MAIN]])
    seen = hex_to_oklab([color for color, _share in dominant_colors(picture, k=8)])
    return [float(gap) for gap in delta_e(asked[:, None], seen[None]).min(axis=1)]


def share_error(picture: Image.Image, request: Request) -> float:
    """Return how much of the page would have to change colour to have the usual shares, 0..1."""
    shares = slot_maps([picture], [request])[0].mean(axis=(1, 2))
    return float(np.abs(shares - usual_shares(request.scene)).sum() / 2)


def usual_shares(scene: Scene) -> Floats:
    """Return how much of the page each slot takes in drawings of this kind of scene."""
    plain = replace(scene, seed=0, density=(scene.level + 0.5) / 3)
    return _usual(plain)


@cache
def _usual(scene: Scene) -> Floats:
    random = Random(31)  # noqa: S311
    drawings = [
        painters.draw(replace(scene, seed=random.getrandbits(48)), 32) for _ in range(DRAWS)
    ]
    return np.mean(drawings, axis=(0, 2, 3))


def slot_maps(
    pictures: Sequence[Image.Image], requests: Sequence[Request], side_px: int = 32
) -> NDArray[np.float32]:
    """Return `(n, 6, side, side)`: which share of a cell is nearest to each colour asked for."""
    found = []
    for picture, request in zip(pictures, requests, strict=True):
        lab = levels_to_oklab(small(picture, 2 * side_px))
        asked = hex_to_oklab(list(request.slots)).astype(np.float32)
        nearest = delta_e(lab[:, :, None], asked).argmin(axis=-1)
        maps = np.moveaxis(np.eye(6, dtype=np.float32)[nearest], -1, 0)
        found.append(maps.reshape(6, side_px, 2, side_px, 2).mean(axis=(2, 4)))
    return np.stack(found)
