"""Which seed each picture of a series has. Pure and deterministic.

`item`: its own, a hash of the spec's seed and its place. `fixed`: the spec's seed for all.
`linked`: one for pictures that differ in colours only, so that one drawing comes in several
palettes; what comes round again is drawn anew. A seed that varies is an axis: its value is taken.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from generation.sampling import hashed

SEED_BITS = 53
NOT_SEEN = ("palette", "seed", "title", "count", "collection", "tier", "budget_cents", "priority")
"""Fields of a picture's spec that its drawing does not depend on."""


def item_seeds(seed: int) -> Iterator[int]:
    """Yield the seeds of items 0, 1, 2 …, all different, each `SEED_BITS` bits of a SHA-256."""
    used: set[int] = set()
    index = 0
    while True:
        value, salt = hashed(f"genart item {seed} {index}", SEED_BITS), 0
        while value in used:
            salt += 1
            value = hashed(f"genart item {seed} {index} {salt}", SEED_BITS)
        used.add(value)
        yield value
        index += 1


class Seeds:
    """Gives out the seeds of one series, picture by picture in order."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._given: list[int] = []
        self._series = item_seeds(seed)
        self._drawings: dict[tuple[str, int], int] = {}
        self._times: Counter[str] = Counter()

    def of(self, index: int, policy: str, document: dict[str, Any]) -> int:
        """Return the seed of the next picture, whose spec `document` is."""
        if policy == "fixed":
            return self.seed
        return self._item(self._drawing(document) if policy == "linked" else index)

    def _drawing(self, document: dict[str, Any]) -> int:
        """Return the number of a picture's drawing: the first picture that has it counts on."""
        whole = _text(document, ("seed",))
        key = (_text(document, NOT_SEEN), self._times[whole])
        self._times[whole] += 1
        return self._drawings.setdefault(key, len(self._drawings))

    def _item(self, index: int) -> int:
        while len(self._given) <= index:
            self._given.append(next(self._series))
        return self._given[index]


def _text(document: dict[str, Any], without: tuple[str, ...]) -> str:
    kept = {key: value for key, value in document.items() if key not in without}
    return json.dumps(kept, sort_keys=True)
