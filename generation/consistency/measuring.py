"""Measures a finished series: how alike its pictures are, style by style, and who is a stranger."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from generation.consistency.likeness import Likeness, likeness_of, outliers
from generation.consistency.looks import Floats, encoder, looks_of
from generation.models import Job, Render, StyleEmbedding, StyleVersion

VERSION = "1"
COLLECTION_LIMIT = 400
"""Works of a collection that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A render that does not belong to its series, and why."""

    render_id: UUID
    index: int
    likeness: float
    reason: str
    enforced: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What `Job.consistency` will say, and whom it concerns."""

    record: dict[str, Any]
    strangers: list[Stranger]


def series_of(job: Job) -> list[Render]:
    """Return the finished renders of a job, in order."""
    rows = job.renders.filter(state=Render.State.RENDERED).exclude(thumbnail="")
    return list(rows.select_related("style_version__style", "style_version__embedding"))


def findings_of(job: Job, renders: list[Render]) -> Findings:
    """Measure a series; outliers are sought within each style, whose corridor applies."""
    rows = looks_of(renders)
    places: dict[StyleVersion, list[int]] = defaultdict(list)
    for place, render in enumerate(renders):
        places[render.style_version].append(place)
    strangers: list[Stranger] = []
    styles: list[dict[str, Any]] = []
    for version, mine in places.items():
        looks = rows[mine]
        found = likeness_of(looks)
        corridor = corridor_of(version)
        for outlier in outliers(looks, corridor):
            render = renders[mine[outlier.place]]
            strangers.append(
                Stranger(
                    render.pk,
                    render.index,
                    round(outlier.likeness, 4),
                    outlier.reason,
                    bool(corridor),
                )
            )
        styles.append(_style_record(version, looks, found))
    record = {
        "version": VERSION,
        "encoder": encoder(),
        "pictures": len(renders),
        "mean": _mean(likeness_of(rows)),
        "styles": styles,
        "collection": _collection_record(job, renders, rows),
    }
    return Findings(record, strangers)


def corridor_of(version: StyleVersion) -> dict[str, float]:
    """Return how alike the works of a style should be, as far as its settings say so in numbers."""
    asked = version.corridor if isinstance(version.corridor, dict) else {}
    return {
        name: float(asked[name])
        for name in ("least", "most")
        if isinstance(asked.get(name), int | float) and not isinstance(asked[name], bool)
    }


def _style_record(version: StyleVersion, looks: Floats, found: Likeness | None) -> dict[str, Any]:
    """Return what is kept of the pictures of one style."""
    record = {
        "style": version.style.slug,
        "number": version.number,
        "pictures": len(looks),
        "mean": _mean(found),
        "least": round(min(found.each), 4) if found else None,
        "corridor": corridor_of(version),
    }
    return record | _against(version.embedding, looks)


def _against(embedding: StyleEmbedding | None, looks: Floats) -> dict[str, Any]:
    """Return how near the pictures are to their style's embedding, where one can tell."""
    if embedding is None or embedding.encoder != encoder():
        return {}
    cosines = looks @ np.array(embedding.vector, dtype=np.float32)
    name = f"{embedding.slug}@{embedding.version}"
    return {"embedding": name, "to_embedding": round(float(cosines.mean()), 4)}


def _collection_record(job: Job, renders: list[Render], rows: Floats) -> dict[str, Any] | None:
    """Return how alike all works of the job's collection are, those of other jobs included."""
    if not job.collection:
        return None
    others = Render.objects.filter(
        job__collection=job.collection, job__purpose=job.purpose, state=Render.State.RENDERED
    ).exclude(job=job)
    more = list(others.exclude(thumbnail="").order_by("-finished_at")[:COLLECTION_LIMIT])
    together = np.concatenate([rows, looks_of(more)])
    return {"works": len(together), "mean": _mean(likeness_of(together))}


def _mean(found: Likeness | None) -> float | None:
    return round(found.mean, 4) if found else None
