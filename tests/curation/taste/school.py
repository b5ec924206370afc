"""Decided pictures without pictures: rows alone, from which a taste can be learnt."""

import uuid
from typing import Any

import numpy as np

from curation.models import Attributes, Brand, Candidate, CandidateEmbedding, Decision, Score
from curation.scorers import SCORERS
from curation.taste.attributes import ATTRIBUTES, VERSION
from genart.accounts.models import User
from genart.lib.approval import EMBEDDING_DIM
from genart.ml.weights import clip_folder
from generation.models import Render
from tests.factories import COLORS, make_job, make_style


def make_candidates(
    brand: Brand, values: Any, *, seed: int = 0, series: int = 8, **job: Any
) -> list[Candidate]:
    """Make candidates that wait, with attributes of `values`, shape `(n, attributes)`.

    Vectors and scores are chance. Every `series` of them belong to one job; fields go to the jobs.
    """
    chance = np.random.default_rng(seed)
    version = make_style().current_version
    assert version is not None
    jobs = [make_job(**job) for _ in range(-(-len(values) // series))]
    renders = Render.objects.bulk_create(
        Render(
            id=uuid.uuid4(),
            job=jobs[index // series],
            style_version=version,
            checkpoint=version.checkpoint,
            state=Render.State.QUEUED,
            index=index,
            width_px=64,
            height_px=64,
            prompt="boho arches",
            palette=[{"hex": color, "weight": 1 / 6} for color in COLORS],
            slots=list(COLORS),
            seed=index,
            steps=2,
            guidance=3.0,
            group_key="test",
            layout="centered",
            density=0.4,
        )
        for index in range(len(values))
    )
    candidates = Candidate.objects.bulk_create(
        Candidate(render=render, brand=brand, tier="commodity", state=Candidate.State.REVIEW)
        for render in renders
    )
    vectors = chance.normal(size=(len(values), EMBEDDING_DIM))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    encoder = clip_folder().encoder
    CandidateEmbedding.objects.bulk_create(
        CandidateEmbedding(candidate=candidate, encoder=encoder, vector=vector)
        for candidate, vector in zip(candidates, vectors, strict=True)
    )
    Attributes.objects.bulk_create(
        Attributes(
            candidate=candidate,
            version=VERSION,
            values=dict(zip(ATTRIBUTES, map(float, row), strict=True)),
        )
        for candidate, row in zip(candidates, values, strict=True)
    )
    Score.objects.bulk_create(
        Score(candidate=candidate, scorer=name, version="1", value=float(chance.random()))
        for candidate in candidates
        for name in SCORERS
    )
    return candidates


def warm_values(count: int, seed: int = 0) -> Any:
    """Return attributes by chance, shape `(count, attributes)`; the first is warmth."""
    return np.random.default_rng(seed).random((count, len(ATTRIBUTES)))


def decide_by_warmth(
    candidates: list[Candidate], values: Any, user: User, *, turned: bool = False
) -> list[Decision]:
    """Decide as somebody does who wants what is warm, or what is cool."""
    return Decision.objects.bulk_create(
        Decision(
            candidate=candidate,
            verdict="approve" if (row[0] > 0.5) != turned else "reject",
            reason="" if (row[0] > 0.5) != turned else "taste",
            user=user,
        )
        for candidate, row in zip(candidates, values, strict=True)
    )
