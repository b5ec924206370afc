"""What buyers like: hidden, different between segments, drifting, with seasons and a jolt."""

import numpy as np

from catalog.autopilot.types import Arm
from tests.bench.market.terms import Terms

PAIRS = ((0, 1), (0, 3), (1, 3))


class Tastes:
    """Log appeal of every arm to every segment.

    Attributes:
        arms: every combination, in the order of the columns.
        number: arm → its column.
        codes: shape `(arms, 4)`, the number of each attribute's value.
        looks: shape `(arms,)`, number of the arm's look (style, palette, theme).
    """

    def __init__(self, terms: Terms, chance: np.random.Generator):
        self.terms = terms
        self.chance = chance
        self.codes = np.stack([grid.ravel() for grid in np.indices(terms.shape)], axis=1)
        self.arms = [
            Arm(f"style-{s}", f"palette-{p}", f"layout-{n}", f"theme {t}")
            for s, p, n, t in self.codes
        ]
        self.number = {arm: number for number, arm in enumerate(self.arms)}
        style, palette, _layout, theme = self.codes.T
        self.looks = (style * terms.palettes + palette) * terms.themes + theme
        self.tables = [self._draw(number, size) for number, size in enumerate(terms.shape)]
        self.pairs = [self._draw_pair(pair) for pair in PAIRS]
        self.phase = chance.uniform(0, 2 * np.pi, terms.themes)
        self.swing = chance.normal(0, terms.season_sd, terms.themes)
        self.clicky = self._clicky()

    def _spread(self, size: int) -> np.ndarray:
        """Draw unit values, shape `(segments, size)`, partly shared between segments."""
        common = self.chance.normal(size=size)
        own = self.chance.normal(size=(self.terms.segments, size))
        return np.sqrt(self.terms.shared) * common + np.sqrt(1 - self.terms.shared) * own

    def _draw(self, number: int, size: int) -> np.ndarray:
        return self.terms.taste_sd[number] * self._spread(size)

    def _draw_pair(self, pair: tuple[int, int]) -> np.ndarray:
        return self.terms.pair_sd * self._spread(self._cells(pair))

    def _cells(self, pair: tuple[int, int]) -> int:
        return self.terms.shape[pair[0]] * self.terms.shape[pair[1]]

    def _clicky(self) -> np.ndarray:
        by_style = self.chance.normal(0, self.terms.clicky_sd, self.terms.styles)
        by_theme = self.chance.normal(0, self.terms.clicky_sd, self.terms.themes)
        return by_style[self.codes[:, 0]] + by_theme[self.codes[:, 3]]

    def move(self) -> None:
        """Let one day of slow drift pass."""
        keep, fresh = self.terms.memory, np.sqrt(1 - self.terms.memory**2)
        for number, size in enumerate(self.terms.shape):
            self.tables[number] = keep * self.tables[number] + fresh * self._draw(number, size)
        for number, pair in enumerate(PAIRS):
            self.pairs[number] = keep * self.pairs[number] + fresh * self._draw_pair(pair)

    def jolt(self) -> None:
        """Draw the tastes for palettes and themes, and what they do together, anew."""
        self.tables[1] = self._draw(1, self.terms.palettes)
        self.tables[3] = self._draw(3, self.terms.themes)
        self.pairs = [self._draw_pair(pair) for pair in PAIRS]

    def affinity(self, day: int) -> np.ndarray:
        """Return what the attributes alone promise, which is what people search by."""
        wave = self.swing * np.sin(2 * np.pi * day / self.terms.season_days + self.phase)
        parts = [table[:, self.codes[:, n]] for n, table in enumerate(self.tables)]
        return sum(parts) + wave[self.codes[:, 3]]

    def appeal(self, day: int) -> np.ndarray:
        """Return log appeal, shape `(segments, arms)`."""
        total = self.affinity(day)
        for (one, other), table in zip(PAIRS, self.pairs, strict=True):
            cell = self.codes[:, one] * self.terms.shape[other] + self.codes[:, other]
            total = total + table[:, cell]
        return total
