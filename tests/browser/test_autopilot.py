"""The autopilot's page, as people see it and use it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from catalog.autopilot import services
from catalog.autopilot.cycle import run_cycle
from catalog.models import AutopilotProposal, DemandGap
from tests.catalog.autopilot.conftest import factory, listed, shop  # noqa: F401  (fixtures)

pytestmark = pytest.mark.slow
SHOTS = os.environ.get("SHOTS", "")


def look(page, name):
    """Keep a picture of the page, where `SHOTS` names a folder."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def boss(admin_user, sign_in):
    sign_in(admin_user)
    return admin_user


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_it_fits_every_screen_full_and_empty(page, base_url, boss, request):
    page.goto("/studio/autopilot/")
    assert page.get_by_text("Nothing waits for you").is_visible()
    look(page, "autopilot-empty-1440-light")
    request.getfixturevalue("shop")
    for place, phrase in enumerate(("waves in sage", "a blue moon over mountains", "unicorn")):
        DemandGap.objects.create(
            phrase=phrase, searches=9 - place, visitors=5 - place, lost_cents=2400 - 700 * place,
            lost_low_cents=900, lost_high_cents=4100, last_seen_at=timezone.now() - timedelta(1),
        )  # fmt: skip
    run_cycle(slot="one")
    chosen = AutopilotProposal.objects.order_by("position")[1]
    services.approve_proposal(proposal_id=chosen.pk, user=boss)
    for width in (390, 1440):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.goto("/studio/autopilot/")
            assert page.get_by_role("heading", name="What it believes").is_visible()
            assert no_sideways_scroll(page)
            look(page, f"autopilot-{width}-{scheme}")


def test_freezing_and_approving_show_at_once(page, base_url, boss, shop):  # noqa: F811
    run_cycle(slot="one")
    page.goto("/studio/autopilot/")
    page.locator("[data-live='live']").wait_for()
    first = AutopilotProposal.objects.order_by("position").first()
    page.get_by_role("button", name=f"Approve {first}: {first.theme}, {first.layout}").click()
    page.locator(".toast").get_by_text("Approved:").wait_for()
    page.get_by_text(f"Made {first.sentence}").wait_for()
    page.get_by_label("Why it is stopped").fill("a flood of clicks")
    page.get_by_role("button", name="Freeze").click()
    page.get_by_role("button", name="Let it go on").wait_for()
    assert page.get_by_role("alert").get_by_text("a flood of clicks").is_visible()
    services.unfreeze(reason="from the command line")
    page.get_by_role("button", name="Freeze").wait_for()
