"""Registry of painters: the families of pictures that the house model learns from.

For: drawing training pictures whose captions are exact. Not for: pictures to sell; the shop
only shows what the trained model makes. Next: one file a family; `scene.py`, `brush.py`.
"""

from random import Random

import numpy as np

from generation.house.families import FAMILIES
from generation.house.painters import (
    arches,
    bauhaus,
    blobs,
    boats,
    botanical,
    cacti,
    cutouts,
    fields,
    halves,
    hills,
    lines,
    memphis,
    mountains,
    neoplastic,
    night,
    phases,
    quilt,
    ripples,
    starbursts,
    stripes,
    sunburst,
    terrazzo,
    tulips,
    vases,
    waves,
)
from generation.house.painters.brush import Brush
from generation.house.painters.scene import Paint, Scene

PAINTERS: dict[str, Paint] = {
    "boho-arches": arches.paint,
    "sun-and-hills": hills.paint,
    "mountains": mountains.paint,
    "bauhaus-tiles": bauhaus.paint,
    "neoplastic-grid": neoplastic.paint,
    "ripples": ripples.paint,
    "waves": waves.paint,
    "flowing-lines": lines.paint,
    "terrazzo": terrazzo.paint,
    "botanical-leaf": botanical.paint,
    "moon-night": night.paint,
    "memphis": memphis.paint,
    "colour-field": fields.paint,
    "paper-cut-outs": cutouts.paint,
    "abstract-blobs": blobs.paint,
    "starbursts": starbursts.paint,
    "vases": vases.paint,
    "stripes": stripes.paint,
    "quilt": quilt.paint,
    "sunrise-rays": sunburst.paint,
    "moon-phases": phases.paint,
    "sailing-boats": boats.paint,
    "half-circles": halves.paint,
    "tulips": tulips.paint,
    "desert-cactus": cacti.paint,
}
ASPECTS: tuple[tuple[float, float], ...] = ((1.0, 1.0), (1.0, 1.25), (1.25, 1.0))


def random_scene(
    random: Random, family: str | None = None, aspect: tuple[float, float] = (1.0, 1.0)
) -> Scene:
    """Return a scene with every choice at random; `family` fixes the family."""
    chosen = FAMILIES[family or random.choice(tuple(PAINTERS))]
    return Scene(
        family=chosen.slug,
        layout=random.choice(chosen.layouts),
        density=random.random(),
        motifs=tuple(motif for motif in chosen.motifs if random.random() < 0.4),
        seed=random.getrandbits(48),
        width=aspect[0],
        height=aspect[1],
    )


def draw(scene: Scene, short_px: int = 64) -> np.ndarray:
    """Return the scene's coverage maps, `(6, height_px, width_px)`, summing to 1 at each pixel."""
    brush = Brush(scene.width, scene.height, 2 * short_px, margin_px=1)
    PAINTERS[scene.family](brush, scene, Random(scene.seed))  # noqa: S311
    return halved(brush.maps())


def halved(maps: np.ndarray) -> np.ndarray:
    """Halve both sides with a (1, 3, 3, 1)/8 filter, so that edges can be enlarged smoothly.

    `maps` carry a margin of one pixel on each side, which the filter uses up.
    """
    for axis in (1, 2):
        lines = np.moveaxis(maps, axis, 0)
        taps = [lines[start : start + len(lines) - 3 : 2] for start in range(4)]
        maps = np.moveaxis((taps[0] + 3 * taps[1] + 3 * taps[2] + taps[3]) / 8, 0, axis)
    return np.ascontiguousarray(maps, dtype=np.float32)
