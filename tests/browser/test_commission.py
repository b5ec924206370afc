"""The form for a series in a real browser: it counts while it is filled in, in both themes."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from generation import defaults
from generation.models import Job, WordList
from tests.browser.elsewhere import elsewhere
from tests.conftest import make_user

pytestmark = pytest.mark.slow


@pytest.fixture
def curator(transactional_db):
    elsewhere(defaults.load)
    WordList.objects.create(slug="hour", name="Hours", words=["dawn", "noon", "dusk", "night"])
    return make_user("curator", "studio")


def choose(page: Page, name: str, value: str) -> None:
    """Tick a choice by its card."""
    page.locator(f'label:has(input[name={name}][value="{value}"])').click()


def test_the_form_counts_while_it_is_filled_in(page: Page, sign_in, curator):
    sign_in(curator)
    page.goto("/studio/jobs/new/")
    expect(page.locator("#outlook")).to_contain_text("Still to choose")
    page.locator('input[name=style][value="boho-arches"]').check()
    page.locator("textarea[name=subject]").fill("arches over low hills")
    choose(page, "palettes", "terracotta")
    choose(page, "layouts", "left")
    expect(page.locator("#outlook")).to_contain_text("2 pictures")
    choose(page, "palettes", "sage")
    expect(page.locator("#outlook")).to_contain_text("4 pictures")

    page.locator("textarea[name=subject]").fill("arches at ")
    page.get_by_role("button", name=re.compile("hour")).click()
    expect(page.locator("textarea[name=subject]")).to_have_value("arches at {hour}")
    expect(page.locator("#outlook")).to_contain_text("16 pictures")
    expect(page.locator("#outlook")).to_contain_text("Pairs would do with 8")
    page.locator('input[name=sampling][value="pairwise"]').check()
    expect(page.locator("#outlook")).to_contain_text("8 pictures")

    page.locator("select[name=size]").select_option("1024x1024")
    page.locator("input[name=count]").fill("401")
    expect(page.locator("#fault-count")).to_contain_text("at most 400")
    page.locator("input[name=count]").fill("")
    page.get_by_role("button", name="As JSON").click()
    document = json.loads(page.locator("textarea[name=spec]").input_value())
    assert document["sampling"] == "pairwise"
    page.get_by_role("button", name="With fields").click()
    expect(page.locator("textarea[name=subject]")).to_have_value("arches at {hour}")
    expect(page.locator("#outlook")).to_contain_text("8 pictures")
    page.get_by_role("button", name="Commission it", exact=True).last.click()
    page.wait_for_url(re.compile(r"/studio/jobs/[0-9a-f-]{36}/"))
    assert Job.objects.get().renders.count() == 8


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark"), (390, "dark")])
def test_nothing_is_to_mend_on_the_form(page: Page, sign_in, curator, width: int, scheme: str):
    sign_in(curator)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for path in ("/studio/jobs/new/", "/studio/jobs/new/?as=json", "/studio/pictures/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert findings_here(page) == []


def findings_here(page: Page) -> list[object]:
    """Return what axe has against a page with everything folded out, and what juts out of it."""
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    found = Axe().run(page).response["violations"]
    over = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    wide = [("overflow", over)] if over > 0 else []
    return wide + [(rule["id"], [node["html"] for node in rule["nodes"][:3]]) for rule in found]
