"""Two finishes made by hand movements: gouache with its brush strokes, and linocut.

For: `finishes.py`, which lists them. Not for: composition. Plain arithmetic on the coverage maps,
deterministic given the generator. Next: `finishes.py`.
"""

import math

import numpy as np
import torch
from torch.nn import functional

from generation.house import compositing


def strokes(
    random: np.random.Generator, height: int, width: int, long_px: float, thin_px: float
) -> np.ndarray:
    """Return noise `(height, width)`, about -1..1, drawn out along one direction of its own."""
    turn = random.uniform(-0.6, 0.6) + (math.pi / 2 if random.random() < 0.3 else 0.0)
    side = 1.5 * math.hypot(height, width)
    shape = (int(side / thin_px) + 4, int(side / long_px) + 4)
    coarse = torch.from_numpy(random.standard_normal(shape, dtype=np.float32))[None, None]
    rows, columns = np.meshgrid(
        np.linspace(-height / side, height / side, height, dtype=np.float32),
        np.linspace(-width / side, width / side, width, dtype=np.float32), indexing="ij",
    )  # fmt: skip
    cos, sin = math.cos(turn), math.sin(turn)
    places = np.stack([columns * cos - rows * sin, columns * sin + rows * cos], axis=-1)
    grid = torch.from_numpy(places.astype(np.float32))[None]
    found = functional.grid_sample(coarse, grid, "bicubic", "reflection", align_corners=False)
    return (found[0, 0] * 0.6).clamp(-1, 1).numpy()


def nearness(cover: torch.Tensor, reach_px: int) -> torch.Tensor:
    """Return coverage blurred over `reach_px` pixels, an odd number."""
    return functional.avg_pool2d(cover[None], reach_px, 1, reach_px // 2, count_include_pad=False)[
        0
    ]


def _odd(pixels: float) -> int:
    return max(3, int(pixels) // 2 * 2 + 1)


def gouache(cover: torch.Tensor, slots: tuple[str, ...], random: np.random.Generator) -> np.ndarray:
    """Opaque paint: each colour laid in strokes of its own, ragged where a stroke runs dry."""
    height, width = cover.shape[1:]
    unit = min(height, width) / 512
    bristles = [strokes(random, height, width, 90 * unit, 2.2 * unit) for _ in range(len(slots))]
    pull = torch.from_numpy(np.stack(bristles))
    soft = nearness(cover, _odd(5 * unit))
    laid = torch.softmax((soft + 0.16 * pull * (soft * (1 - soft) * 4)) * 34, dim=0)
    picture = compositing.flat(laid, slots)
    tone = sum(
        laid[slot].numpy() * (0.045 * bristles[slot] + 0.03 * strokes(
            random, height, width, 260 * unit, 26 * unit))
        for slot in range(len(slots))
    )  # fmt: skip
    return picture * (1 + tone[..., None])


def linocut(cover: torch.Tensor, slots: tuple[str, ...], random: np.random.Generator) -> np.ndarray:
    """Ink from a carved block: mottled colour, and ridges that the gouge left around the shapes."""
    height, width = cover.shape[1:]
    unit = min(height, width) / 512
    soft = nearness(cover, _odd(3 * unit))
    knife = torch.from_numpy(strokes(random, height, width, 16 * unit, 5 * unit))
    cut = torch.softmax((soft + 0.1 * knife * (soft * (1 - soft) * 4)) * 40, dim=0)
    picture = compositing.flat(cut, slots)
    ground = compositing.colours(slots)[0]
    clear = cut[0].numpy()
    salt = strokes(random, height, width, 2.6 * unit, 1.9 * unit)
    thin = 0.74 - 0.16 * strokes(random, height, width, 70 * unit, 50 * unit)
    bare = 0.6 * (np.clip((salt - thin) * 3.5, 0, 1) * (1 - clear))[..., None]
    picture = picture * (1 - bare) + ground * bare
    around = nearness(cover, _odd(26 * unit))
    inks = around[1:] / around[1:].sum(0, keepdim=True).clamp(min=1e-3)
    table = torch.from_numpy(compositing.colours(slots)[1:])
    ink = torch.einsum("shw,sc->hwc", inks, table).numpy()
    near = np.clip((1 - around[0].numpy()) * 2.2, 0, 1) * np.clip(clear * 6 - 5, 0, 1)
    ridges = np.clip((strokes(random, height, width, 30 * unit, 3.2 * unit) - 0.5) * 6, 0, 1)
    left = (0.85 * ridges * near)[..., None]
    picture = picture * (1 - left) + ink * left
    mottle = 0.03 * strokes(random, height, width, 9 * unit, 9 * unit) * (1 - clear)
    return picture * (1 + mottle[..., None])
