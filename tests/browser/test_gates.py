"""The page of gates in a browser: axe finds nothing, nothing is cut off, it works by hand."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from curation import services
from curation.models import Brand, Gate
from tests.conftest import make_user
from tests.curation.conftest import SOUND, certify, make_gate
from tests.curation.judging import judge_many
from tests.factories import make_style

LOOKS = [(width, scheme) for width in (390, 1440) for scheme in ("light", "dark")]


@pytest.fixture
def lead(db):
    return make_user("lead", "leads")


@pytest.fixture
def house(db):
    """A gate in every state: certified, on trial, suspended, learning, premium."""
    brand = Brand.objects.create(slug="house", name="House", criteria="One clear idea.")
    gate = certify(make_gate(brand, SOUND), steps=STEPS)
    judge_many(gate, [step / 150 for step in range(150)])
    for state in ("shadow", "suspended", "learning"):
        style = make_style(slug=state, name=state.title(), brand="house")
        own = services.revise_gate(
            brand=brand, tier="commodity", rules=SOUND, user=None, style=style
        )
        services.activate_gate(gate=own)
        if state != "learning":
            certify(own)
        if state == "suspended":
            services.suspend_gate(gate=own, reason="The scores drifted.", user=None)
        Gate.objects.filter(pk=own.pk).update(autonomy=state)
    make_gate(brand, SOUND, "premium")
    return gate


STEPS = [
    {"share": share / 20, "threshold": 1 - share / 20, "accepted": 10 * share, "failures": 0}
    | {"upper_bound": 0.3 / share, "passed": []}
    for share in range(1, 21)
]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing(page, sign_in, lead, house, width, scheme):
    sign_in(lead)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto("/review/gates/")
    for summary in page.locator("article summary").all():
        summary.click()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_lead_promotes_and_suspends(page, sign_in, lead, house):
    sign_in(lead)
    page.goto("/review/gates/")
    trial = page.locator("article", has=page.get_by_role("heading", name="Shadow"))
    trial.get_by_role("button", name="Let it publish by itself").click()
    expect(page.get_by_text("publishes by itself from now on")).to_be_visible()
    expect(trial.get_by_text("Publishes by itself")).to_be_visible()
    trial.get_by_text("Suspend", exact=True).click()
    trial.get_by_label("Why?").fill("A complaint came in.")
    trial.get_by_role("button", name="Suspend this gate").click()
    expect(trial.get_by_text("A complaint came in.").first).to_be_visible()
    expect(trial.get_by_text("of 160 random labels")).to_be_visible()
