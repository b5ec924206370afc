"""How much of everything `make house-model` takes, from nothing to all weights that ship.

For: the budgets of `command.py` and the banks that trainings draw before they begin. Not for: rates
and shapes, which stand beside the networks. In samples, never in minutes, so that the same seed
gives the same weights on a slow day. A scale of 0.001 is a rehearsal: every part runs, and nothing
is learnt.
"""

from dataclasses import dataclass

DENOISER_SAMPLES, REFINER_SAMPLES, CLIP_SAMPLES = 220_000, 52_000, 280_000
READING_STEPS = 3_000
CLEAN_MAPS, WAVERING_MAPS = 5_000, 3_200
CLIP_PICTURES, CLIP_EXAM = 10_500, 840


@dataclass(frozen=True)
class Recipe:
    """Amounts of a training at a scale, 1 for the whole."""

    scale: float = 1.0

    def of(self, count: int, least: int = 1) -> int:
        """Return `count` at this scale, rounded, but never fewer than `least`."""
        return max(least, round(count * self.scale))


WHOLE = Recipe()
