"""What one picture is made from: family, layout, density, motifs, seed and canvas.

For: describing a picture exactly, so that its caption cannot lie. Not for: drawing (`brush.py`)
or wording (`generation/house/captions.py`). Next: `__init__.py`, the registry of families.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from generation.house.painters.brush import Brush


@dataclass(frozen=True)
class Scene:
    """One picture to draw. `density` in 0..1; `width` and `height` in short sides (1..1.25)."""

    family: str
    layout: str
    density: float
    motifs: tuple[str, ...]
    seed: int
    width: float = 1.0
    height: float = 1.0

    @property
    def level(self) -> int:
        """Return 0 (sparse), 1 (balanced) or 2 (dense)."""
        return min(2, int(self.density * 3))

    @property
    def focus(self) -> tuple[float, float]:
        """Return the point where the layout puts the main thing."""
        x = {"left": 0.32, "right": 0.68, "diagonal": 0.34}.get(self.layout, 0.5)
        y = {"high": 0.32, "low": 0.68, "diagonal": 0.34}.get(self.layout, 0.5)
        return x * self.width, y * self.height


Paint = Callable[[Brush, Scene, Random], None]
