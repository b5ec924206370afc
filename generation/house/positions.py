"""Where on the page a latent cell lies: extra input channels for the denoiser.

For: the pipeline and the training, which both append these channels to the noisy latents.
Not for: text positions. Why: composition is about places, and a small network that is told the
place learns it from far fewer pictures. Next: `pipeline.py`, `training/denoiser.py`.
"""

import math

import torch

FREQUENCIES = (0.5, 1.0, 2.0, 4.0)
CHANNELS = 4 * len(FREQUENCIES)


def page_positions(rows: int, columns: int) -> torch.Tensor:
    """Return `(1, 16, rows, columns)`: sine and cosine of both coordinates, each 0..1."""
    down = (torch.arange(rows, dtype=torch.float32) + 0.5) / rows
    across = (torch.arange(columns, dtype=torch.float32) + 0.5) / columns
    grids = torch.meshgrid(down, across, indexing="ij")
    waves = [
        wave(math.tau * frequency * grid)
        for grid in grids
        for frequency in FREQUENCIES
        for wave in (torch.sin, torch.cos)
    ]
    return torch.stack(waves)[None]


def with_positions(latents: torch.Tensor) -> torch.Tensor:
    """Append the position channels to `(n, channels, rows, columns)` latents."""
    places = page_positions(*latents.shape[2:]).to(latents)
    return torch.cat([latents, places.expand(len(latents), -1, -1, -1)], dim=1)
