"""What a criterion makes of a picture's vector: a value of 0 … 1, high being as the brand wishes.

Words are a direction in the space of the CLIP, towards the words and away from their opposites.
Reference pictures are places in it, and the nearest few count. Neither has a scale of its own:
which reading counts as one half, and how far is far, is taken from the crowd of pictures that were
made before, and is fixed when the criterion goes live.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curation.models import CandidateEmbedding, Criterion, Reference
from genart.lib.approval import EMBEDDING_DIM
from genart.ml.text import encode_texts
from genart.ml.weights import clip_folder

Floats = NDArray[np.float32]

CROWD = 500
CROWD_LEAST = 20
NEAREST = 3
"""A picture is as near to the references as to the nearest three of them, on average."""


class Scale(NamedTuple):
    """The reading that counts as one half, and how much more of it gives 0.73."""

    middle: float
    width: float


UNKNOWN = {"words": Scale(0.0, 0.08), "pictures": Scale(0.7, 0.08)}
"""Used while there are fewer than `CROWD_LEAST` pictures to compare with."""


@dataclass(frozen=True, eq=False)
class Sense:
    """A criterion, ready to look at vectors.

    Attributes:
        direction: of the words, or `None` where there are none.
        places: unit rows of the references, shape `(n, dim)`.
        scales: by `words` and `pictures`.
        wanted: whether its presence is good.
    """

    direction: Floats | None
    places: Floats
    scales: Mapping[str, Scale]
    wanted: bool

    def values(self, vectors: Floats) -> NDArray[np.float64]:
        """Return a value for each unit row, shape `(n,)`; one half where it knows nothing."""
        parts = [
            (reading - self.scales[kind].middle) / self.scales[kind].width
            for kind, reading in self.readings(vectors).items()
        ]
        odds = np.mean(parts, axis=0) if parts else np.zeros(len(vectors))
        return 1 / (1 + np.exp(-np.clip(odds if self.wanted else -odds, -30, 30)))

    def readings(self, vectors: Floats) -> dict[str, NDArray[np.float64]]:
        """Return what words and pictures say of each row, on their own scales."""
        found: dict[str, NDArray[np.float64]] = {}
        if self.direction is not None:
            found["words"] = np.asarray(vectors @ self.direction, np.float64)
        if len(self.places):
            cosines = np.sort(vectors @ self.places.T, axis=1)[:, -NEAREST:]
            found["pictures"] = np.asarray(cosines.mean(axis=1), np.float64)
        return found


def sense_of(criterion: Criterion, references: Iterable[Reference]) -> Sense:
    """Return a criterion as the encoder in use understands it.

    Raises:
        Unavailable: the scoring CLIP is missing, or cannot read words without torch.
    """
    encoder = clip_folder().encoder
    places = [row.vector for row in references if row.encoder == encoder]
    raw = criterion.calibration.get(encoder, {})
    scales = {kind: Scale(*raw[kind]) if kind in raw else UNKNOWN[kind] for kind in UNKNOWN}
    return Sense(
        direction=_direction(criterion.words, criterion.opposite),
        places=np.array(places, np.float32).reshape(len(places), EMBEDDING_DIM),
        scales=scales,
        wanted=criterion.wanted,
    )


def senses(criteria: Sequence[Criterion]) -> dict[int, Sense]:
    """Return criteria, by their ids, as the encoder in use understands them. One query."""
    references: dict[int, list[Reference]] = {}
    for row in Reference.objects.filter(criterion__in=[criterion.pk for criterion in criteria]):
        references.setdefault(row.criterion_id, []).append(row)
    return {
        criterion.pk: sense_of(criterion, references.get(criterion.pk, []))
        for criterion in criteria
    }


def live_of(brand_ids: Iterable[int]) -> list[Criterion]:
    """Return the criteria of brands that count."""
    return list(Criterion.objects.filter(brand__in=brand_ids, state=Criterion.State.LIVE))


def hard_version(brand_id: int) -> str:
    """Return what stands for the live hard criteria of a brand: never edited, so their ids do."""
    hard = Criterion.objects.filter(brand=brand_id, state=Criterion.State.LIVE, is_hard=True)
    return ",".join(str(pk) for pk in hard.order_by("pk").values_list("pk", flat=True))


def calibration_of(criterion: Criterion) -> dict[str, Any]:
    """Return the scales that the crowd of today gives a criterion, as `Criterion.calibration`."""
    encoder = clip_folder().encoder
    crowd = _crowd(encoder, criterion.brand_id)
    if len(crowd) < CROWD_LEAST:
        return {encoder: {}}
    readings = sense_of(criterion, criterion.references.all()).readings(crowd)
    return {encoder: {kind: list(_scale(values)) for kind, values in readings.items()}}


def _direction(words: Sequence[str], opposite: Sequence[str]) -> Floats | None:
    if not words and not opposite:
        return None
    towards = encode_texts(words).mean(axis=0) if words else 0.0
    away = encode_texts(opposite).mean(axis=0) if opposite else 0.0
    return np.asarray(towards - away, np.float32)


def _crowd(encoder: str, brand_id: int) -> Floats:
    """Return vectors of recent pictures: the brand's own, or everybody's where it has few."""
    known = CandidateEmbedding.objects.filter(encoder=encoder).order_by("-pk")
    own = list(known.filter(candidate__brand=brand_id).values_list("vector", flat=True)[:CROWD])
    if len(own) < CROWD_LEAST:
        own = list(known.values_list("vector", flat=True)[:CROWD])
    return np.array(own, np.float32).reshape(len(own), EMBEDDING_DIM)


def _scale(values: NDArray[np.float64]) -> Scale:
    """Return a scale on which the upper quarter of the crowd begins at 0.75."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    width = max(float(high - low) / 2 / np.log(3), 1e-3)
    return Scale(round(float(middle), 5), round(width, 5))
