"""What is bought steers what is made; what is missed is made, and who asked is told."""

import time

import pytest
from django.core import mail

from catalog.autopilot.cycle import run_cycle
from catalog.demand import services as demand
from catalog.models import Artwork, AutopilotEntry, DemandGap, Wish
from catalog.tasks_demand import check_gaps, find_gaps
from curation import defaults as curation_defaults
from curation import services as curation
from curation.models import Candidate
from generation.models import Job, Render
from tests.catalog.autopilot.conftest import factory, listed, set_mode  # noqa: F401  (fixtures)
from tests.catalog.buying import buy
from tests.catalog.demand.conftest import visitor_number
from tests.conftest import forget_messages

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WANTED = "moon over mountains"
PATIENCE = 300
"""Seconds for a loaded machine to render, judge and publish ten pictures."""
SMALL = {"width_px": 256, "height_px": 256}


def test_what_sells_and_what_is_missed_is_made_and_sold(listed, buyer, curator, broker, request):  # noqa: F811
    curation_defaults.load()
    shop_buys_sage(listed)
    forget_messages(broker)  # the test gateway's events find no site to go to, and try for minutes
    request.getfixturevalue("worker")
    miss_a_moon(buyer)
    gap = DemandGap.objects.get(phrase=WANTED)
    assert (gap.state, gap.visitors) == ("open", 5)

    set_mode("auto", renders_per_day=10, arm_cap=2, diversity_floor=2.0, parent_specs=small_specs())
    cycle = run_cycle(slot="one")
    assert cycle.state == "done", cycle.error
    proposals = list(cycle.proposals.all())
    assert {one.state for one in proposals} == {"submitted"}
    renders = sum(one.renders for one in proposals)
    in_sage = [one for one in proposals if one.palette == "sage" and one.kind != "gap"]
    assert sum(one.renders for one in in_sage) > renders / 3
    log = " ".join(AutopilotEntry.objects.filter(kind="made").values_list("sentence", flat=True))
    assert "in sage because sage sold" in log and "times for “moon over mountains”" in log

    wait_until(is_judged)
    for_gap = Job.objects.get(proposal__kind="gap")
    assert approve_one_of(for_gap, curator)
    more_sage = next(one for one in in_sage if approve_one_of(one.job, curator))
    works = Artwork.objects.filter(render__job__proposal__isnull=False, withdrawn_at=None)
    wanted = {for_gap.pk, more_sage.job_id}
    wait_until(lambda: wanted <= set(works.values_list("render__job", flat=True)))
    assert works.filter(render__job=more_sage.job_id).first().palette_name == "sage"

    check_gaps()
    gap.refresh_from_db()
    assert gap.state == "filled" and gap.artwork.render.job_id == for_gap.pk
    assert Wish.objects.get().state == "told"
    assert gap.artwork.get_absolute_url() in mail.outbox[-1].body
    assert mail.outbox[-1].to == [buyer.email]


def shop_buys_sage(works):
    """Let six people buy works in sage, by way of every page."""
    sage = [work for work in works if work.palette_name == "sage"]
    for number in range(6):
        client = visitor_number(number)
        for work in sage[number % 2 :: 2]:
            assert "/orders/" in buy(client, work, email=f"p{number}@example.com")


def miss_a_moon(buyer):
    """Let five visitors look for what is not there, and one ask to be told."""
    for number in range(10, 15):
        answer = visitor_number(number).get("/browse/", {"q": WANTED})
        b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.close()
    demand.make_wish(text=WANTED, user=buyer)
    find_gaps()


def small_specs():
    """Return parent specs that render small pictures."""
    return {
        style: {
            "version": 1, "style": style, "subject": style.replace("-", " "),
            "palette": {"name": "ink"}, "size": SMALL,
        }
        for style in ("boho-arches", "sun-and-hills", "mountains", "waves")
    }  # fmt: skip


def approve_one_of(job, curator):
    """Let a person approve a picture of a series, unless the gate has; tell whether one is."""
    candidates = Candidate.objects.filter(render__job=job).order_by("render__index")
    waiting = candidates.filter(state="review").first()
    if waiting is not None and not candidates.filter(state="approved").exists():
        curation.decide(candidate_id=waiting.pk, user=curator, verdict="approve")
    return candidates.filter(state="approved").exists()


def is_judged():
    """Tell whether every picture of the autopilot is rendered and judged."""
    renders = Render.objects.filter(job__proposal__isnull=False)
    judged = renders.filter(candidate__state__in=["review", "approved", "rejected"])
    return judged.count() == renders.count()


def wait_until(holds):
    """Wait until the worker has brought something about."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, list(Render.objects.values_list("state", "error"))
        time.sleep(0.2)
