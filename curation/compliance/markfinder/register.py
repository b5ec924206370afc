"""The logos of the register in memory: their vectors, names and silhouettes.

Read again as soon as a logo is added, switched off, or encoded anew: one small query tells.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from django.core.files.storage import storages
from django.db.models import Count, Max
from numpy.typing import NDArray

from curation.compliance.markfinder import WEIGHTS, matching
from curation.models import Mark
from curation.models.registers import MARK_DIM
from genart.ml.marks.finding import encoder_name
from genart.ml.marks.icons import SIDE, Mask, icons

SOURCE = "simple-icons"
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Register:
    """Every logo that is matched, in one order."""

    ids: tuple[int, ...]
    names: tuple[str, ...]
    drawn: tuple[tuple[str, str, str], ...]
    vectors: Floats

    def nearest(self, vectors: Floats, count: int) -> list[tuple[int, float]]:
        """Return which logos are most like any of some vectors, and how much, best first."""
        likeness = (self.vectors @ vectors.T).max(axis=1)
        order = np.argsort(-likeness)[:count]
        return [(int(at), float(likeness[at])) for at in order]

    @cached_property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.ids


_kept: dict[str, tuple[Any, Register]] = {}


def register() -> Register:
    """Return the logos in force, from memory while nothing changed."""
    state = Mark.objects.filter(kind="logo", is_active=True, encoder=encoder_name(WEIGHTS))
    seen = state.aggregate(Count("pk"), Max("pk"), Max("created_at"))
    if "now" not in _kept or _kept["now"][0] != seen:
        _kept["now"] = (seen, _read(state))
    return _kept["now"][1]


def _read(state: Any) -> Register:
    rows = list(
        state.order_by("pk").values_list("pk", "name", "source", "number", "image", "vector")
    )
    vectors = np.array([row[5] for row in rows], np.float32).reshape(len(rows), MARK_DIM)
    return Register(
        tuple(row[0] for row in rows),
        tuple(row[1] for row in rows),
        tuple((row[2], row[3], row[4]) for row in rows),
        vectors,
    )


@lru_cache(maxsize=4096)
def silhouette_of(drawn: tuple[str, str, str]) -> Mask:
    """Return a logo's silhouette by its source, number and stored picture."""
    source, number, image = drawn
    if source == SOURCE and not image:
        return _packaged()[number].mask()
    from PIL import Image

    with storages["originals"].open(image) as file:
        return np.asarray(Image.open(file).convert("L").resize((SIDE, SIDE)))


@lru_cache(maxsize=4096)
def shape_of(drawn: tuple[str, str, str]) -> Floats:
    """Return a logo's silhouette in every turn, as `matching.best_matches` wants it."""
    return matching.template(silhouette_of(drawn), matching.ANGLES, matching.CELLS)


@lru_cache(maxsize=4096)
def intricacy_of(drawn: tuple[str, str, str]) -> float:
    """Return how intricate a silhouette is: 0 for a disc, 1 for four times its outline.

    The logarithm, to base 4, of its outline's length beside that of a disc of the same area.
    """
    import cv2

    mask = (silhouette_of(drawn) > 127).astype(np.uint8)
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    length = sum(cv2.arcLength(outline, True) for outline in outlines)
    disc = 2 * np.sqrt(np.pi * max(int(mask.sum()), 1))
    return float(np.log(max(length / disc, 1.0)) / np.log(4))


@lru_cache(maxsize=1)
def _packaged() -> dict[str, Any]:
    return {icon.slug[:40]: icon for icon in icons()}
