"""Judged pictures by the hundred, without files: what a gate decided and what people said."""

import uuid
from copy import copy

from django.utils import timezone

from curation.campaigns import LABEL_SHARE, campaign_of
from curation.models import Candidate, Decision, Score
from generation.models import Render
from tests.curation.conftest import MAKER
from tests.factories import make_render, number


def judge_many(gate, values, said=None, user=None, *, drawn=True, maker=MAKER, state=None):
    """Write pictures that passed a gate's rules, each with its ranking value.

    `said` are verdicts of `user`: true, false, or nothing yet. `drawn`: as random labels.
    """
    said = [None] * len(values) if said is None else said
    renders = Render.objects.bulk_create(_copies(len(values)))
    states = {True: "approved", False: "rejected", None: "review"}
    candidates = Candidate.objects.bulk_create(
        Candidate(
            render=render,
            brand_id=gate.brand_id,
            tier=gate.tier,
            state=state or states[verdict],
            sample_share=LABEL_SHARE if drawn else None,
            decided_at=timezone.now(),
        )
        for render, verdict in zip(renders, said, strict=True)
    )
    rank(candidates, values)
    certificate = gate.certificates.filter(ended_at=None).first()
    decide_many(gate, candidates, values, certificate, maker)
    Decision.objects.bulk_create(
        Decision(candidate=candidate, verdict="approve" if verdict else "reject", user=user)
        for candidate, verdict in zip(candidates, said, strict=True)
        if verdict is not None
    )
    return candidates


def rank(candidates, values):
    """Write the one score by which the rules of `conftest.RANKED` rank."""
    Score.objects.bulk_create(
        Score(candidate=candidate, scorer="sharpness", version="1", value=float(value))
        for candidate, value in zip(candidates, values, strict=True)
    )


def decide_many(gate, candidates, values, certificate, maker):
    campaign = campaign_of(gate)

    def evidence(value):
        would = value >= certificate.threshold if certificate else None
        return {
            "ranking": {"value": float(value), "by": "rules"},
            "maker": maker,
            "campaign": campaign,
            "certificate": certificate.pk if certificate else None,
            "would": "" if would is None else "approve" if would else "review",
        }

    Decision.objects.bulk_create(
        Decision(
            candidate=candidate,
            gate=gate,
            verdict="approve" if candidate.state == "approved" and _publishes(gate) else "review",
            evidence=evidence(value),
        )
        for candidate, value in zip(candidates, values, strict=True)
    )


def _publishes(gate):
    return gate.autonomy == "certified"


def _copies(count):
    """Return unsaved renders of one job, all with the file of the first."""
    first = make_render()
    rows = []
    for _ in range(count):
        row = copy(first)
        row.pk, row.index = uuid.uuid4(), number()
        rows.append(row)
    return rows
