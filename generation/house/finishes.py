"""Finishes: how the coverage maps meet the paper: flat, paper, riso, watercolour and more.

For: the pipeline's last step, declared in the model card. Not for: changing the composition.
Deterministic given the seed: numpy's PCG64 and plain arithmetic. Next: `compositing.py`.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional

from generation.house import compositing, strokes

Finish = Callable[[torch.Tensor, tuple[str, ...], np.random.Generator], np.ndarray]


def cloud(random: np.random.Generator, height: int, width: int, cell_px: float) -> np.ndarray:
    """Return smooth noise `(height, width)`, about -1..1, with blots of `cell_px` pixels."""
    shape = (int(height / cell_px) + 4, int(width / cell_px) + 4)
    coarse = torch.from_numpy(random.standard_normal(shape, dtype=np.float32))[None, None]
    large = functional.interpolate(coarse, (height, width), mode="bicubic", align_corners=False)
    return (large[0, 0] * 0.55).clamp(-1, 1).numpy()


def grain(random: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Return paper tooth `(height, width)`, zero on average, deviation about 1."""
    fine = random.standard_normal((height, width), dtype=np.float32)
    blurred = (fine + np.roll(fine, 1, 0) + np.roll(fine, 1, 1) + np.roll(fine, (1, 1), (0, 1))) / 2
    return 0.6 * blurred + 0.4 * fine


def flat(cover: torch.Tensor, slots: tuple[str, ...], random: np.random.Generator) -> np.ndarray:
    """Paint every slot in its exact colour."""
    return compositing.flat(cover, slots)


def paper(cover: torch.Tensor, slots: tuple[str, ...], random: np.random.Generator) -> np.ndarray:
    """Flat colour on a paper with a little tooth and a breath of tone."""
    picture = compositing.flat(cover, slots)
    height, width = picture.shape[:2]
    tone = 0.016 * grain(random, height, width) + 0.014 * cloud(random, height, width, width / 3)
    return picture * (1 + tone[..., None])


def riso(cover: torch.Tensor, slots: tuple[str, ...], random: np.random.Generator) -> np.ndarray:
    """Print slot by slot: a pixel or two out of register, grainy ink, slight overprint."""
    colours = compositing.colours(slots)
    height, width = cover.shape[1:]
    reach = max(1, round(min(height, width) / 400))
    ground = colours[0]
    page = np.broadcast_to(ground, (height, width, 3)).copy()
    for slot in range(1, 6):
        shift = random.integers(-reach, reach + 1, 2)
        layer = _shifted(cover[slot], int(shift[0]), int(shift[1])).numpy()
        tooth = grain(random, height, width)
        ink = layer * (1 - 0.16 * np.clip(tooth - 0.5, 0, 2))
        over = 0.65 + 0.35 * np.minimum(1, page / np.maximum(ground, 0.05))
        page = page * (1 - ink[..., None]) + colours[slot] * over * ink[..., None]
    return page * (1 + 0.008 * grain(random, height, width)[..., None])


def _shifted(layer: torch.Tensor, down: int, right: int) -> torch.Tensor:
    """Move a layer by whole pixels; what leaves the page leaves its edge behind."""
    reach = max(abs(down), abs(right), 1)
    wide = functional.pad(layer[None, None], (reach,) * 4, mode="replicate")[0, 0]
    height, width = layer.shape
    return wide[reach - down : reach - down + height, reach - right : reach - right + width]


def watercolour(
    cover: torch.Tensor, slots: tuple[str, ...], random: np.random.Generator
) -> np.ndarray:
    """Washes that pool at their edges and vary in depth, with softly wandering outlines."""
    height, width = cover.shape[1:]
    unit = min(height, width) / 512
    cover = _wandering(cover, random, 1.8 * unit)
    picture = compositing.flat(cover, slots)
    rim = _rim(cover, _odd(7 * unit)) * (1 - cover[0].numpy())
    light = picture @ np.asarray([0.299, 0.587, 0.114], dtype=np.float32)
    depth = 0.11 * cloud(random, height, width, 110 * unit)
    depth += 0.05 * cloud(random, height, width, 30 * unit)
    depth = np.clip(depth, -0.14, 0.14) * (1 - 0.75 * cover[0].numpy())
    paler = picture + (1 - picture) * (depth * (0.25 + 0.75 * light))[..., None]
    deeper = picture ** (1 - 2.4 * depth)[..., None]
    picture = np.where(depth[..., None] > 0, paler, deeper)
    picture = picture ** (1 + 0.75 * rim)[..., None]
    return picture * (1 + 0.013 * grain(random, height, width)[..., None])


def _rim(cover: torch.Tensor, reach_px: int) -> np.ndarray:
    """Return `(height, width)` in 0..1: how near the inside of a shape lies to its edge."""
    soft = functional.avg_pool2d(cover[None], reach_px, 1, reach_px // 2, count_include_pad=False)
    return (2 * (cover * (1 - soft[0])).sum(0)).clamp(0, 1).square().numpy()


def _odd(pixels: float) -> int:
    """Return the nearest odd number of at least 3."""
    return max(3, int(pixels) // 2 * 2 + 1)


def _wandering(cover: torch.Tensor, random: np.random.Generator, reach_px: float) -> torch.Tensor:
    """Displace the maps by smooth noise of up to about `reach_px` pixels."""
    height, width = cover.shape[1:]
    rows, columns = np.meshgrid(
        np.linspace(-1, 1, height, dtype=np.float32),
        np.linspace(-1, 1, width, dtype=np.float32), indexing="ij",
    )  # fmt: skip
    moved_x = columns + cloud(random, height, width, 44) * (2 * reach_px / width)
    moved_y = rows + cloud(random, height, width, 44) * (2 * reach_px / height)
    grid = torch.from_numpy(np.stack([moved_x, moved_y], axis=-1))[None]
    return functional.grid_sample(cover[None], grid, padding_mode="border", align_corners=True)[0]


FINISHES: dict[str, Finish] = {
    "flat": flat,
    "paper": paper,
    "riso": riso,
    "watercolour": watercolour,
    "gouache": strokes.gouache,
    "linocut": strokes.linocut,
}


def applied(finish: str, cover: torch.Tensor, slots: tuple[str, ...], seed: int) -> np.ndarray:
    """Return the finished picture `(height, width, 3)` as uint8."""
    random = np.random.default_rng(seed)
    picture = FINISHES[finish](cover.float().cpu(), slots, random)
    return (np.clip(picture, 0, 1) * 255).round().astype(np.uint8)
