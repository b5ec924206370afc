"""What pictures are seen beside: the approved works of their style, and their series.

Gathered for a batch: one query for its series, one for each style that was not asked for within the
last minutes. Reads only.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import numpy as np

from curation.models import Candidate, CandidateEmbedding
from curation.scorers.consistency import LEAST_WORKS
from curation.scorers.contract import Company, Floats
from genart.ml.weights import clip_folder
from generation.models import Render

State = Candidate.State
WORKS, SIBLINGS = 64, 200
REMEMBER_SECONDS = 120.0
STANDING = (State.SCORING, State.HELD, State.REVIEW, State.APPROVED)
"""Siblings that count: what was rejected or withdrawn repeats nothing that is for sale."""

_Style = tuple[Floats | None, int, tuple[float, float]]
_styles: dict[tuple[int, str], tuple[float, _Style]] = {}


def companies(renders: Sequence[Render], vectors: Sequence[Floats | None]) -> list[Company]:
    """Return the company of each render; `vectors` are those of the batch, as they are stored."""
    known = _series({render.job_id for render in renders})
    batch = {
        render.pk: (render, vector)
        for render, vector in zip(renders, vectors, strict=True)
        if vector is not None
    }
    found = []
    for render in renders:
        style, works, spread = style_of(render.style_version.style_id)
        before = [
            vector
            for pk, index, vector in known[render.job_id]
            if index < render.index and pk not in batch
        ]
        before += [
            vector
            for other, vector in batch.values()
            if other.job_id == render.job_id and other.index < render.index
        ]
        siblings = np.stack(before) if before else None
        found.append(Company(style, works, spread, siblings))
    return found


def style_of(style_id: int) -> _Style:
    """Return the middle of a style's newest approved works, how many they are, and their spread."""
    key = (style_id, clip_folder().encoder)
    kept = _styles.get(key)
    if kept and time.monotonic() - kept[0] < REMEMBER_SECONDS:
        return kept[1]
    newest = (
        CandidateEmbedding.objects.filter(
            encoder=key[1],
            candidate__state=State.APPROVED,
            candidate__render__style_version__style=style_id,
        )
        .order_by("-candidate__decided_at")
        .values_list("vector", flat=True)[:WORKS]
    )
    _styles[key] = (time.monotonic(), middle_of([np.asarray(vector) for vector in newest]))
    return _styles[key][1]


def middle_of(works: Sequence[Floats]) -> _Style:
    """Return the unit mean of unit vectors, their number, and mean and spread of their cosines."""
    if len(works) < LEAST_WORKS:
        return None, len(works), (0.0, 0.0)
    rows = np.stack(works)
    middle = rows.mean(axis=0)
    middle /= np.linalg.norm(middle) + 1e-12
    cosines = rows @ middle
    return middle, len(works), (float(cosines.mean()), float(cosines.std()))


def forget() -> None:
    """Ask for every style anew."""
    _styles.clear()


def _series(jobs: set[UUID]) -> dict[UUID, list[tuple[UUID, int, Floats]]]:
    """Return render, place and vector of the standing candidates of some jobs."""
    rows = (
        CandidateEmbedding.objects.filter(
            encoder=clip_folder().encoder,
            candidate__state__in=STANDING,
            candidate__render__job__in=jobs,
        )
        .order_by("-candidate__created_at")
        .values_list(
            "candidate__render__job", "candidate__render", "candidate__render__index", "vector"
        )[: SIBLINGS * len(jobs)]
    )
    found = defaultdict(list)
    for job_id, render_id, index, vector in rows:
        found[job_id].append((render_id, index, np.asarray(vector)))
    return found
