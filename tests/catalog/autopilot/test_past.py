"""What was used, made and learnt before, read from rows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.autopilot import past
from catalog.autopilot.types import Arm
from catalog.models import ArtworkEmbedding, AutopilotCycle, AutopilotProposal
from generation.models import Checkpoint, Offer, Provider, Render
from tests.catalog.autopilot.conftest import set_mode
from tests.catalog.test_sales import sell
from tests.factories import make_job, make_listings, make_style, make_vector

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate()


def proposed(*, renders=4, style="waves", state="submitted", at=NOW, job=None):
    """Write a proposal that was decided on at a moment."""
    cycle, _new = AutopilotCycle.objects.get_or_create(
        slot="one",
        defaults={"rules": set_mode("auto"), "mode": "auto", "today": TODAY, "seed": 1},
    )
    return AutopilotProposal.objects.create(
        cycle=cycle, position=cycle.proposals.count(), style=style, palette="sage",
        layout="centered", theme="waves", kind="exploit", renders=renders, propensity=0.5,
        sentence="x", spec={}, state=state, decided_at=at, expires_at=NOW,
        job=(job or make_job()) if state == "submitted" else None,
    )  # fmt: skip


def test_a_day_counts_what_was_made_and_what_is_about_to_be():
    proposed(renders=4)
    proposed(renders=3, state="approved")
    proposed(renders=9, state="waiting")
    proposed(renders=9, at=NOW - timedelta(days=2))
    proposed(renders=1, at=NOW + timedelta(days=40))  # a clock that was put back
    used = past.used_on(TODAY)
    assert used.renders == 8
    assert used.gpu_seconds == 8 * past.USUAL_SECONDS
    assert past.recent_styles(TODAY) == {"waves": 17}


def test_what_is_rendered_counts_as_measured():
    (work,) = make_listings(1)
    proposal = proposed(renders=2)
    Render.objects.filter(pk=work.render_id).update(
        job=proposal.job, state="rendered", file="a.png", sha256="0" * 64, cost_cents="1.5",
        started_at=NOW - timedelta(seconds=40), finished_at=NOW, fingerprint={"batch_size": 4},
    )  # fmt: skip
    used = past.used_on(TODAY)
    # one of four that shared 40 s, and another that is expected to take as long
    assert (used.renders, used.gpu_seconds, used.cents) == (2, 20.0, 1.5)


def test_styles_of_other_peoples_compute_cost_what_the_cheapest_offer_asks():
    checkpoint = Checkpoint.objects.create(
        slug="far", name="Far", family="sdxl", source="remote", licence="x",
        allows_commercial_use=True,
    )  # fmt: skip
    make_style(slug="far-away", version_fields={"checkpoint": checkpoint})
    for number, cents in enumerate(("4.0", "2.5")):
        provider = Provider.objects.create(
            slug=f"p{number}", name="P", kind="openai", base_url="https://example.com"
        )
        Offer.objects.create(provider=provider, checkpoint=checkpoint, price_cents=cents)
    assert past.cents_by_style() == {"far-away": 2.5}


def test_look_alikes_on_sale_are_counted():
    works = make_listings(4, style_slug="waves", palette_name="sage")
    arm = Arm("waves", "sage", "centered", "waves")
    for number, work in enumerate(works):
        ArtworkEmbedding.objects.create(artwork=work, vector=list(make_vector(max(number, 1))))
    assert past.near_duplicates([arm]) == {arm: 2}
    assert past.near_duplicates([Arm("waves", "ink", "centered", "waves")]) == {}


def test_sales_refunds_and_the_largest_buyer():
    works = make_listings(6)
    for work in works[:4]:
        sell(work, at=NOW, email="fan@example.com")
    order = sell(works[4], at=NOW, email="other@example.com")
    order.lines.update(refunded_cents=500)
    sell(works[5], at=NOW - timedelta(days=90))
    assert past.sales_of_late(TODAY) == (5, 1, 4)
