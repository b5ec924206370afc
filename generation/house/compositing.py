"""Coverage maps and six colours to a picture of any size, with clean edges.

For: the pipeline, the dataset of the scoring CLIP. Not for: paper, grain and wash
(`finishes.py`). Next: `pipeline.py`.
"""

import math

import numpy as np
import torch
from torch.nn import functional

from generation.palettes import rgb

SHARPNESS = 15.0


def blurred(maps: torch.Tensor, sigma: float) -> torch.Tensor:
    """Blur `(n, 6, h, w)` maps by `sigma` map pixels, edges repeated."""
    if sigma <= 0:
        return maps
    reach = max(1, int(3 * sigma + 0.5))
    offsets = torch.arange(-reach, reach + 1, dtype=maps.dtype, device=maps.device)
    kernel = torch.exp(-0.5 * (offsets / sigma) ** 2)
    kernel = (kernel / kernel.sum()).view(1, 1, 1, -1).expand(maps.shape[1], 1, 1, -1)
    padded = functional.pad(maps, (reach, reach, reach, reach), mode="replicate")
    rows = functional.conv2d(padded, kernel, groups=maps.shape[1])
    return functional.conv2d(rows, kernel.transpose(2, 3), groups=maps.shape[1])


def coverage(maps: torch.Tensor, height: int, width: int, smooth: float = 0.6) -> torch.Tensor:
    """Return `(n, 6, height, width)` sharp coverage in 0..1 that sums to 1.

    `maps` are `(n, 6, h, w)` soft coverages; edges come out about 1.5 output pixels wide.
    """
    soft = blurred(maps, smooth)
    scale = max(height / maps.shape[2], width / maps.shape[3])
    finer = max(1, math.ceil(8 / scale - 1e-6))
    size = (height * finer, width * finer)
    large = functional.interpolate(soft, size, mode="bicubic", align_corners=False)
    sharp = torch.softmax(large * (SHARPNESS * scale * finer / 8), dim=1)
    return functional.avg_pool2d(sharp, finer) if finer > 1 else sharp


def colours(slots: tuple[str, ...]) -> np.ndarray:
    """Return the slots' colours as float32 `(6, 3)` in 0..1."""
    return np.asarray([rgb(color) for color in slots], dtype=np.float32) / 255


def flat(cover: torch.Tensor, slots: tuple[str, ...]) -> np.ndarray:
    """Return one picture `(height, width, 3)` float32 in 0..1 from `(6, height, width)`."""
    table = torch.from_numpy(colours(slots)).to(cover)
    return torch.einsum("shw,sc->hwc", cover, table).cpu().numpy()
