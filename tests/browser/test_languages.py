"""A purchase in German, and no page of it wider than its window: German words are long."""

import os
import re

import pytest
from playwright.sync_api import Page, expect

from catalog import defaults
from tests.factories import make_artwork, make_job, make_picture

SHOTS = os.environ.get("SHOTS", "")
"""Where pictures of the pages go, to be looked at; empty: none are taken."""
LOOKS = [(390, "light"), (1440, "dark"), (390, "dark"), (1440, "light")]


@pytest.fixture
def works():
    defaults.load()
    job = make_job(title="Quiet rooms", collection="quiet-rooms")
    return [
        make_artwork(render_fields={"job": job, "picture": make_picture(96, 64, seed=n)})
        for n in range(4)
    ]


def looked_at(page: Page, name: str) -> None:
    """Open everything, measure, and keep a picture where one is wanted."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert over <= 0, (name, width)
        spilt = page.evaluate(
            "[...document.querySelectorAll('.button')].filter((one) => one.offsetParent"
            " && one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)"
        )
        assert spilt == [], (name, width)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/I-{name}-{width}-{scheme}.png", full_page=True)


@pytest.mark.slow
def test_a_guest_buys_in_german(page: Page, works, broker, settings):
    settings.VAT_MODE = "oss"
    page.goto("/")
    page.locator(".site-footer").get_by_role("link", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    looked_at(page, "home")
    page.get_by_role("link", name="4 Werke ansehen").or_(
        page.get_by_role("link", name="Alle Werke ansehen")
    ).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alle Werke")
    looked_at(page, "browse")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("#listing .wall .label__title a").first.click()
    expect(page.get_by_role("button", name="In den Warenkorb")).to_be_visible()
    looked_at(page, "artwork")
    page.get_by_label("Kommerziell").check()
    page.get_by_role("button", name="In den Warenkorb").click()
    expect(page.locator(".toast")).to_contain_text("liegt in Ihrem Warenkorb")
    page.get_by_role("link", name="Zum Warenkorb").click()
    expect(page.locator(".cart-sum .stat__value")).to_have_text("39\xa0€")
    looked_at(page, "cart")
    page.get_by_role("link", name="Zur Kasse").click()
    page.get_by_label("E-Mail").fill("ada@example.com")
    page.get_by_label("Land", exact=True).select_option(label="Deutschland")
    page.get_by_label(re.compile("Bitte sofort liefern")).check()
    expect(page.locator("#sum")).to_contain_text("MwSt.")
    looked_at(page, "checkout")
    page.get_by_role("button", name=re.compile("bezahlen")).click()
    page.get_by_role("button", name=re.compile("^39")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vielen Dank")
    assert "/de/orders/" in page.url
    looked_at(page, "order")
