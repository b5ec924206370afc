"""What a curator waits for: finding a copy, and the way from one key to the next picture.

The queue is synthetic (1,000 waiting pictures that share one file, 5,000 known ones); the pages are
whole, templates and permissions included.
"""

import time
import uuid
from collections.abc import Iterator

import numpy as np
from django.test import Client
from django.urls import reverse

from curation import defaults
from curation.fingerprint import METHOD, SIGNATURE_DIM
from curation.models import Brand, Candidate, CandidateEmbedding, Score, Signature
from curation.scorers import SCORERS
from curation.similar import nearest_copy
from genart.accounts.services import ensure_roles
from genart.lib.approval import EMBEDDING_DIM
from genart.ml.weights import clip_folder
from generation.models import Render
from tests.bench import Figure, percentile, timed_ms
from tests.conftest import make_user
from tests.factories import COLORS, make_job, make_picture, make_render, make_style

SIDE = 512
WAITING, KNOWN, DECISIONS = 1_000, 5_000, 120


def figures() -> Iterator[Figure]:
    """Yield the figures of the queue."""
    defaults.load()
    ensure_roles()
    fill()
    yield from copies()
    yield from reviewing()


def fill() -> None:
    """Write the synthetic queue and the known pictures."""
    chance = np.random.default_rng(1)
    model = make_render(picture=make_picture(SIDE, SIDE, seed=1), index=0)
    brand, style, job = Brand.objects.get(slug="house"), make_style(), make_job()
    fields = {
        field.attname: getattr(model, field.attname) for field in Render._meta.concrete_fields
    }
    renders = Render.objects.bulk_create(
        Render(**fields | {"id": uuid.uuid4(), "job_id": job.pk, "index": index})
        for index in range(WAITING + KNOWN)
    )
    candidates = Candidate.objects.bulk_create(
        Candidate(
            render=render,
            brand=brand,
            tier=style.tier,
            state="review" if index < WAITING else "approved",
            doubt=float(chance.random()),
            reasons=["It is soft: sharpness 0.18 is under 0.20."],
            colors=[[color, 1 / 6] for color in COLORS],
        )
        for index, render in enumerate(renders)
    )
    vectors = chance.normal(size=(len(candidates), EMBEDDING_DIM)).astype(np.float32)
    CandidateEmbedding.objects.bulk_create(
        CandidateEmbedding(candidate=candidate, encoder=clip_folder().encoder, vector=vector)
        for candidate, vector in zip(candidates, vectors, strict=True)
    )
    cells = chance.normal(0, 0.15, size=(len(candidates), SIGNATURE_DIM)).astype(np.float32)
    Signature.objects.bulk_create(
        Signature(candidate=candidate, method=METHOD, vector=vector)
        for candidate, vector in zip(candidates, cells, strict=True)
    )
    Score.objects.bulk_create(
        Score(candidate=candidate, scorer=name, version="1", value=float(chance.random()))
        for candidate in candidates[:WAITING]
        for name in SCORERS
    )


def copies() -> Iterator[Figure]:
    """Measure the search for a copy in all eight views."""
    chance = np.random.default_rng(2)
    times = [
        timed_ms(
            nearest_copy,
            signature=chance.normal(0, 0.15, size=SIGNATURE_DIM).astype(np.float32),
            vector=None,
            encoder="",
            exclude=uuid.uuid4(),
        )
        for _ in range(20)
    ]
    yield Figure("find_copy_among_6000_p95", percentile(times, 0.95), "ms", "<=250")


def reviewing() -> Iterator[Figure]:
    """Measure one key: the decision, the next card, and its picture."""
    client = Client(headers={"host": "localhost"})
    client.force_login(make_user("bench", "curators"))
    shown = Candidate.objects.filter(state="review").order_by("-doubt", "created_at").first()
    assert shown is not None
    client.get(reverse("curation:candidate", args=[shown.pk]))
    decided, fetched = [], []
    for _ in range(DECISIONS):
        started = time.perf_counter()
        answer = client.post(
            reverse("curation:decide", args=[shown.pk]),
            {"verdict": "reject", "reason": "taste"},
            headers={"hx-request": "true"},
        )
        decided.append(1000 * (time.perf_counter() - started))
        assert answer.status_code == 200, answer.content
        shown = Candidate.objects.get(pk=answer.headers["HX-Push-Url"].split("/")[2])
        fetched.append(timed_ms(fetch, client, shown))
    yield Figure("decide_to_next_card_p50", percentile(decided, 0.5), "ms")
    yield Figure("decide_to_next_card_p95", percentile(decided, 0.95), "ms", "<=100")
    yield Figure("next_image_p95", percentile(fetched, 0.95), "ms", "<=100")
    yield Figure("decisions_per_minute", 60_000 * len(decided) / sum(decided), "per_min", ">=60")


def fetch(client: Client, candidate: Candidate) -> bytes:
    """Read a candidate's whole picture."""
    answer = client.get(reverse("curation:image", args=[candidate.pk]))
    return b"".join(answer.streaming_content)
