"""Coverage maps and six colours to a picture of any size, with clean edges.

For: the pipeline, the dataset of the scoring CLIP. Not for: paper, grain and wash
(`finishes.py`). Next: `pipeline.py`.
"""

import math

import numpy as np
import torch
from torch.nn import functional

from generation.palettes import rgb

SHARPNESS = 60.0  # nearly one slot per fine pixel; averaging fine pixels smooths the edge
PATCH = 4
MAP_CENTRE, MAP_SCALE = 1 / 6, 2.5
LATENT_LOW, LATENT_HIGH = -MAP_CENTRE * MAP_SCALE, (1 - MAP_CENTRE) * MAP_SCALE


def latents_from_maps(maps: torch.Tensor) -> torch.Tensor:
    """Pack `(n, 6, h, w)` coverage maps into `(n, 96, h / 4, w / 4)` latents, without loss."""
    return functional.pixel_unshuffle((maps - MAP_CENTRE) * MAP_SCALE, PATCH)


def maps_from_latents(latents: torch.Tensor) -> torch.Tensor:
    """Unpack latents into coverage maps in float32; the inverse of `latents_from_maps`."""
    return functional.pixel_shuffle(latents.float(), PATCH) / MAP_SCALE + MAP_CENTRE


def blurred(maps: torch.Tensor, sigma: float) -> torch.Tensor:
    """Blur `(n, 6, h, w)` maps by `sigma` map pixels, edges repeated."""
    if sigma <= 0:
        return maps
    reach = max(1, int(3 * sigma + 0.5))
    offsets = torch.arange(-reach, reach + 1, dtype=maps.dtype, device=maps.device)
    kernel = torch.exp(-0.5 * (offsets / sigma) ** 2)
    kernel = (kernel / kernel.sum()).view(1, 1, 1, -1).expand(maps.shape[1], 1, 1, -1)
    padded = _continued(maps, reach)
    rows = functional.conv2d(padded, kernel, groups=maps.shape[1])
    return functional.conv2d(rows, kernel.transpose(2, 3), groups=maps.shape[1])


def _continued(maps: torch.Tensor, reach: int) -> torch.Tensor:
    """Pad all sides by `reach`, going on in a straight line, so that edges keep their angle."""
    padded = functional.pad(maps, (reach, reach, reach, reach), mode="replicate")
    mirrored = functional.pad(maps, (reach, reach, reach, reach), mode="reflect")
    return 2 * padded - mirrored


def coverage(maps: torch.Tensor, height: int, width: int, smooth: float = 0.9) -> torch.Tensor:
    """Return `(n, 6, height, width)` sharp coverage in 0..1 that sums to 1.

    `maps` are `(n, 6, h, w)` soft coverages; edges come out one to two output pixels wide.
    """
    soft = _continued(blurred(maps, smooth), 4)
    scale = max(height / maps.shape[2], width / maps.shape[3])
    finer = max(2, math.ceil(4 / scale - 1e-6))
    steps = (height * finer / maps.shape[2], width * finer / maps.shape[3])
    size = [round(soft.shape[axis + 2] * steps[axis]) for axis in (0, 1)]
    large = functional.interpolate(soft, size, mode="bicubic", align_corners=False)
    top, left = ((size[0] - height * finer) // 2, (size[1] - width * finer) // 2)
    large = large[:, :, top : top + height * finer, left : left + width * finer]
    sharp = torch.softmax(large * SHARPNESS, dim=1)
    return functional.avg_pool2d(sharp, finer)


def colours(slots: tuple[str, ...]) -> np.ndarray:
    """Return the slots' colours as float32 `(6, 3)` in 0..1."""
    return np.asarray([rgb(color) for color in slots], dtype=np.float32) / 255


def flat(cover: torch.Tensor, slots: tuple[str, ...]) -> np.ndarray:
    """Return one picture `(height, width, 3)` float32 in 0..1 from `(6, height, width)`."""
    table = torch.from_numpy(colours(slots)).to(cover)
    return torch.einsum("shw,sc->hwc", cover, table).cpu().numpy()
