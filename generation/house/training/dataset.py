"""Endless training batches, drawn on the fly: maps or pictures with their captions.

For: the training loops. Not for: how a picture is drawn (`painters/`) or worded
(`captions.py`). Next: `denoiser.py`, `clip.py`.
"""

from random import Random

import numpy as np
import torch
from torch.nn import functional

from generation.house import painters
from generation.house.captions import caption

PATCH = 4
MAP_CENTRE, MAP_SCALE = 1 / 6, 2.5


def latents_from_maps(maps: torch.Tensor) -> torch.Tensor:
    """Pack `(n, 6, h, w)` coverage maps into `(n, 96, h / 4, w / 4)` latents, without loss."""
    return functional.pixel_unshuffle((maps - MAP_CENTRE) * MAP_SCALE, PATCH)


def map_batch(random: Random, size: int, square_share: float = 0.8) -> tuple[torch.Tensor, list[str]]:
    """Draw `size` scenes of one aspect; return maps `(size, 6, h, w)` and their captions."""
    aspect = painters.ASPECTS[0]
    if random.random() > square_share:
        aspect = random.choice(painters.ASPECTS[1:])
    scenes = [painters.random_scene(random, aspect=aspect) for _ in range(size)]
    maps = torch.from_numpy(np.stack([painters.draw(scene) for scene in scenes]))
    texts = [
        caption(scene.family, scene.layout, scene.density, scene.motifs, random)
        for scene in scenes
    ]
    return maps, texts
