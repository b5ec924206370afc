"""The sketch: what the text encoder expects the page to look like on average, coarsely.

For: the pipeline and the training, which both append it to the noisy latents. Not for: the
picture itself. The text encoder (a `CLIPTextModelWithProjection`) projects a caption to 6 x 32 x
32 numbers, trained to be the mean of all pictures with that caption; the denoiser makes one
picture out of it. Why: from noise alone, a small network learns composition very slowly.
Next: `pipeline.py`, `training/denoiser.py`.
"""

import torch
from torch.nn import functional

from generation.house.compositing import MAP_CENTRE, MAP_SCALE

SIDE = 32
SIZE = 6 * SIDE * SIDE
CHANNELS = 6 * 4


def sketch_channels(embeds: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Turn projected captions `(n, 6144)` into input channels `(n, 24, rows, columns)`."""
    sketch = embeds.view(-1, 6, SIDE, SIDE)
    if (rows, columns) != (SIDE // 2, SIDE // 2):
        size = (2 * rows, 2 * columns)
        sketch = functional.interpolate(sketch, size, mode="bilinear", align_corners=False)
    return functional.pixel_unshuffle(sketch, 2)


def sketch_targets(maps: torch.Tensor) -> torch.Tensor:
    """Return what a sketch should be for maps `(n, 6, h, w)`, as `(n, 6144)`."""
    small = functional.interpolate(maps, (SIDE, SIDE), mode="area")
    return ((small - MAP_CENTRE) * MAP_SCALE).flatten(1)
