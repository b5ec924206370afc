"""Endless training batches, drawn on the fly: maps or pictures with their captions.

For: the training loops. Not for: how a picture is drawn (`painters/`) or worded
(`captions.py`). Next: `denoiser.py`, `clip.py`.
"""

from random import Random

import numpy as np
import torch
from torch.nn import functional

from generation.house import painters
from generation.house.captions import caption, palette_caption
from generation.house.compositing import colours
from generation.house.families import FAMILIES
from generation.house.painters.scene import Scene
from generation.palettes import PALETTES

TAUGHT = tuple(slug for slug, family in FAMILIES.items() if family.taught)
SHARES = tuple(FAMILIES[slug].share for slug in TAUGHT)


def map_batch(
    random: Random, size: int, square_share: float = 0.88
) -> tuple[torch.Tensor, list[str]]:
    """Draw `size` scenes of one aspect; return maps `(size, 6, h, w)` and their captions."""
    aspect = painters.ASPECTS[0]
    if random.random() > square_share:
        aspect = random.choice(painters.ASPECTS[1:])
    families = random.choices(TAUGHT, SHARES, k=size)
    scenes = [painters.random_scene(random, family, aspect) for family in families]
    maps = torch.from_numpy(np.stack([painters.draw(scene) for scene in scenes]))
    texts = [
        caption(scene.family, scene.layout, scene.density, scene.motifs, random) for scene in scenes
    ]
    return maps, texts


class PictureBank:
    """Small pictures with captions for the scoring CLIP: scenes once drawn, coloured anew.

    Scenes are kept as uint8 maps; every batch paints them with other palettes, jittered colours
    and the tone of a finish, so that words for colours are learnt apart from shapes.
    """

    def __init__(self, random: Random, count: int, size_px: int = 64) -> None:
        self.scenes: list[Scene] = []
        self.maps = np.empty((count, 6, size_px, size_px), dtype=np.uint8)
        families = tuple(painters.PAINTERS)
        for index in range(count):
            aspect = (
                painters.ASPECTS[0] if random.random() < 0.8 else random.choice(painters.ASPECTS)
            )
            scene = painters.random_scene(random, families[index % len(families)], aspect)
            maps = torch.from_numpy(painters.draw(scene, size_px))[None]
            squashed = functional.interpolate(maps, (size_px, size_px), mode="area")[0]
            self.maps[index] = (squashed * 255).round().numpy().astype(np.uint8)
            self.scenes.append(scene)

    def batch(
        self, chosen: list[int], palettes: list[str], random: Random
    ) -> tuple[torch.Tensor, list[str]]:
        """Return pictures `(n, 3, h, w)` in 0..1 and one caption each, with the palette named."""
        maps = torch.from_numpy(self.maps[chosen]).float() / 255
        if random.random() < 0.7:
            maps = torch.softmax(maps * random.uniform(7, 20), dim=1)
        table = torch.stack([torch.from_numpy(colours(PALETTES[slug].slots)) for slug in palettes])
        count = len(chosen)
        table = (table + 0.012 * torch.randn(count, 6, 3)).clamp(0, 1)
        pictures = torch.einsum("nshw,nsc->nchw", maps, table)
        tone = functional.interpolate(torch.randn(count, 1, 4, 4), maps.shape[2:], mode="bicubic")
        amount = 0.02 * torch.rand(count, 1, 1, 1)
        pictures = pictures * (1 + amount * (tone + torch.randn(count, 1, *maps.shape[2:])))
        return pictures.clamp(0, 1), [
            self._caption(self.scenes[index], slug, random)
            for index, slug in zip(chosen, palettes, strict=True)
        ]

    @staticmethod
    def _caption(scene: Scene, palette: str, random: Random) -> str:
        """Return a caption that names the palette; one in eight names nothing else."""
        name = PALETTES[palette].name.lower()
        if random.random() < 0.12:
            return random.choice((name, f"{name} colours", f"{name} palette"))
        text = caption(scene.family, scene.layout, scene.density, scene.motifs, random)
        return palette_caption(text, name, random) if random.random() < 0.85 else text
