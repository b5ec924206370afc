"""What made-up works are like: series of one style and few palettes, spread over three years.

Distributions are guesses at a grown shop, drawn from one seed: series of 100 to 1,900 works that
follow each other, of one style, in three palettes; colours follow the palette; vectors lie in
clusters by style, palette and series. The words are those that the shop's own titles are made of.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from catalog.color_words import FACETS
from catalog.texts.words import english
from genart.lib.approval import EMBEDDING_DIM

SLUGS, FAMILIES = tuple(english.FAMILIES), tuple(english.FAMILIES.values())
PALETTES = 40
SPAN = timedelta(days=3 * 365)
SIZES = {"square": ((512, 512), (1024, 1024), (2400, 2400)),
         "portrait": ((512, 768), (1024, 1536), (2000, 3000)),
         "landscape": ((768, 512), (1536, 1024), (3000, 2000))}  # fmt: skip
PRICES = (500, 900, 1200, 1900, 2900, 4900, 7900, 12900)


@dataclass(frozen=True, slots=True)
class Work:
    """What one made-up work is."""

    place: int
    style: int
    series: int
    palette: str
    colors: list[str]
    orientation: str
    size: int
    premium: bool
    price_cents: int
    title: str
    tags: list[str]
    quality: float
    views: int
    sales: int
    published_at: datetime
    vector: NDArray[np.float32]


@dataclass
class Plan:
    """Draws `count` works, the same for the same seed.

    Attributes:
        count: how many.
        until: when the last one is published.
        seed: of every draw.
    """

    count: int
    until: datetime
    seed: int = 1
    chance: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)
        draw = self.chance.normal
        self.styles = draw(size=(len(FAMILIES), EMBEDDING_DIM)).astype(np.float32)
        self.palettes = draw(size=(PALETTES, EMBEDDING_DIM)).astype(np.float32)
        names = list(FACETS)
        self.palette_colors = [
            [str(name) for name in self.chance.choice(names, 5, replace=False)]
            for _ in range(PALETTES)
        ]
        self.words = sorted({tag for family in FAMILIES for tag in family.tags})

    def series_bounds(self) -> Iterator[tuple[int, int]]:
        """Yield first and last (exclusive) place of each series."""
        marks = [0]
        while marks[-1] < self.count:
            marks.append(min(self.count, marks[-1] + int(self.chance.integers(100, 1900))))
        yield from pairwise(marks)

    def works(self) -> Iterator[list[Work]]:
        """Yield the works of each series, oldest first."""
        for number, (first, last) in enumerate(self.series_bounds()):
            yield self._series(number, first, last)

    def _series(self, number: int, first: int, last: int) -> list[Work]:
        """Return the works of one series."""
        chance, many = self.chance, last - first
        style = int(chance.integers(len(FAMILIES)))
        palettes = chance.choice(PALETTES, 3, replace=False)
        chosen = palettes[chance.integers(3, size=many)]
        centre = self.styles[style] + 0.5 * chance.normal(size=EMBEDDING_DIM)
        noise = 0.7 * chance.normal(size=(many, EMBEDDING_DIM))
        vectors = (centre + 0.7 * self.palettes[chosen] + noise).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        quality = chance.beta(5, 3, size=many)
        views = np.floor(chance.lognormal(2.5, 1.5, size=many)).astype(int)
        orientations = chance.choice(list(SIZES), size=many, p=[0.4, 0.35, 0.25])
        sizes = chance.choice(3, size=many, p=[0.6, 0.3, 0.1])
        premium = chance.random(many) < 0.15
        price = int(chance.integers(len(PRICES) - 2))
        family = FAMILIES[style]
        works = []
        for i in range(many):
            palette = int(chosen[i])
            words = [str(word) for word in chance.choice(self.words, 3, replace=False)]
            noun = family.nouns[int(chance.integers(len(family.nouns)))].text
            colors = self.palette_colors[palette]
            works.append(
                Work(
                    place=first + i,
                    style=style,
                    series=number,
                    palette=f"palette-{palette}",
                    colors=[colors[0], *(c for c in colors[1:] if chance.random() < 0.45)],
                    orientation=str(orientations[i]),
                    size=int(sizes[i]),
                    premium=bool(premium[i]),
                    price_cents=PRICES[price + 2 * int(premium[i])],
                    title=f"{colors[0].title()} {noun}, {words[0].capitalize()} {first + i}",
                    tags=[*family.tags[:4], *words],
                    quality=float(quality[i]),
                    views=int(views[i]),
                    sales=int(views[i] // 200),
                    published_at=self.until - SPAN * (1 - (first + i + 1) / self.count),
                    vector=vectors[i],
                )
            )
        return works
