"""Which latent grid serves a requested picture size, and the crop that makes it exact.

For: the pipeline. Not for: prices or print sizes. Next: `pipeline.py`.
"""

import math

GRIDS: tuple[tuple[int, int], ...] = ((16, 16), (20, 16), (16, 20))
SMALLEST_PX, LARGEST_PX, MULTIPLE_PX = 256, 1024, 8


def check_size(height: int, width: int) -> None:
    """Raise ValueError unless both sides are multiples of 8 from 256 to 1024 pixels."""
    for name, side in (("height", height), ("width", width)):
        if not SMALLEST_PX <= side <= LARGEST_PX or side % MULTIPLE_PX:
            raise ValueError(
                f"The {name} must be a multiple of {MULTIPLE_PX} from {SMALLEST_PX} to "
                f"{LARGEST_PX} pixels, not {side}."
            )


def grid_for(height: int, width: int) -> tuple[int, int]:
    """Return the latent grid (rows, columns) whose shape is nearest to the requested one."""
    return min(GRIDS, key=lambda grid: abs(math.log(grid[0] / grid[1] * width / height)))


def covering(rows: int, columns: int, height: int, width: int) -> tuple[int, int]:
    """Return the size (height, width) of the maps' shape that just covers the request."""
    scale = max(height / rows, width / columns)
    return max(height, round(rows * scale)), max(width, round(columns * scale))
