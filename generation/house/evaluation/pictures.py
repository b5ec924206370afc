"""Painters' pictures through every finish, small, with their labels: what the judge learns from.

For: `judge.py`, and the drawn sets that generated pictures are compared with. Not for: training
the model, which never sees a finish or a colour. Next: `requests.py`.
"""

from collections.abc import Sequence
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from generation.house import painters
from generation.house.compositing import coverage
from generation.house.families import FAMILIES
from generation.house.finishes import FINISHES, applied
from generation.house.painters.scene import Scene
from generation.palettes import PALETTES

Pixels = NDArray[np.uint8]

SIDE_PX = 80
"""What the judge sees of a picture, squashed to a square."""
DRAWN_PX = 256


def drawn(scene: Scene, slots: tuple[str, ...], finish: str, short_px: int) -> Image.Image:
    """Return the painter's picture of a scene."""
    maps = torch.from_numpy(painters.draw(scene))[None]
    height, width = (round(short_px * side / 8) * 8 for side in (scene.height, scene.width))
    cover = coverage(maps, height, width)[0]
    return Image.fromarray(applied(finish, cover, slots, scene.seed % 2**32))


def small(picture: Image.Image, side_px: int = SIDE_PX) -> Pixels:
    """Return a square copy `(side, side, 3)`, averaged over areas."""
    return np.asarray(picture.convert("RGB").resize((side_px, side_px), Image.Resampling.BOX))


class Lessons:
    """Pictures of all families with random palettes and finishes.

    Attributes:
        scenes: what was drawn, family by family.
        pixels: `(n, side, side, 3)` bytes.
    """

    def __init__(self, per_family: int, seed: int) -> None:
        random = Random(seed)  # noqa: S311
        self.scenes = [scene_of(slug, random) for _ in range(per_family) for slug in FAMILIES]
        palettes, looks = list(PALETTES), list(FINISHES)
        self.pixels = np.stack(
            [
                small(
                    drawn(scene, PALETTES[random.choice(palettes)].slots, random.choice(looks), 160)
                )
                for scene in self.scenes
            ]
        )


def scene_of(slug: str, random: Random) -> Scene:
    """Return a random scene of a family; three in four are square."""
    aspect = painters.ASPECTS[0] if random.random() < 0.75 else random.choice(painters.ASPECTS[1:])
    return painters.random_scene(random, slug, aspect)


def labels(scenes: Sequence[Scene]) -> dict[str, NDArray[np.int64]]:
    """Return the numbers of family, layout (-1 where a family has only one) and density level."""
    from generation.house.captions import LAYOUT_WORDS

    families, layouts = list(FAMILIES), list(LAYOUT_WORDS)
    placed = [
        layouts.index(scene.layout) if len(FAMILIES[scene.family].layouts) > 1 else -1
        for scene in scenes
    ]
    return {
        "family": np.array([families.index(scene.family) for scene in scenes]),
        "layout": np.array(placed),
        "density": np.array([scene.level for scene in scenes]),
    }
