"""What a plan would have earned, from rows: by money that came in, once works had time to sell."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.autopilot.documents import plan_document
from catalog.autopilot.judging import RIPE, judged
from catalog.autopilot.types import Arm, Choice, Plan
from catalog.models import AutopilotCycle, AutopilotProposal
from generation.models import Render
from tests.catalog.autopilot.conftest import set_mode
from tests.catalog.test_sales import sell
from tests.factories import make_job, make_listings

pytestmark = pytest.mark.django_db
GOOD, BAD = (Arm("waves", palette, "centered", "waves") for palette in ("sage", "ink"))
NOW = timezone.now()


def made(number, arm, works, *, sold, rules):
    """Write a proposal that was made long ago, with works of which so many were sold."""
    cycle, _new = AutopilotCycle.objects.get_or_create(
        slot=str(number), defaults={"rules": rules, "mode": "auto", "today": NOW, "seed": number}
    )
    job, long_ago = make_job(), NOW - RIPE - timedelta(days=1)
    AutopilotProposal.objects.create(
        cycle=cycle, position=cycle.proposals.count(), style=arm.style, palette=arm.palette,
        layout=arm.layout, theme=arm.theme, kind="exploit", renders=len(works), propensity=0.5,
        sentence="x", spec={}, state="submitted", job=job, submitted_at=long_ago, expires_at=NOW,
    )  # fmt: skip
    Render.objects.filter(pk__in=[work.render_id for work in works]).update(job=job)
    for work in works[:sold]:
        sell(work, at=NOW - timedelta(days=2), cents=1000)


def plan_of_only(arm):
    return plan_document(Plan((Choice(arm, 8, 1.0, "exploit"),)))


def test_without_a_past_it_says_that_it_cannot_tell():
    found = judged(plan_of_only(GOOD))
    assert not found["enough"] and found["said"].startswith("Not enough data")


def test_more_of_what_sold_would_have_earned_more():
    rules = set_mode("auto")
    works = make_listings(240)
    for number in range(15):
        of_round = works[16 * number : 16 * number + 16]
        made(number, GOOD, of_round[:8], sold=4 + number % 3, rules=rules)
        made(number, BAD, of_round[8:], sold=number % 2, rules=rules)
    good, bad = judged(plan_of_only(GOOD)), judged(plan_of_only(BAD))
    assert good["enough"] and bad["enough"], (good, bad)
    dr = good["by_method"]["dr"]
    assert dr["low"] < 625 < dr["high"] and dr["low"] > bad["by_method"]["dr"]["high"]
    assert "cents a render" in good["said"]
    unripe = judged(plan_of_only(GOOD), now=NOW - timedelta(days=5))
    assert not unripe["enough"]
