"""Maintenance as visitors see it, with and without JavaScript, and the admin's switches."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from genart.flags import services
from tests import factories

pytestmark = pytest.mark.slow

SHOTS = os.environ.get("SHOTS", "")
SIZES = ((390, 844), (1440, 900))


def shoot(page: Page, name: str) -> None:
    """Keep pictures of a page for whoever wants to look, in every size and scheme."""
    if not SHOTS:
        return
    for width, height in SIZES:
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)


def test_a_visitor_looks_around_and_is_told_when_to_come_back(page: Page, browser: Browser) -> None:
    factories.make_listings(3)
    services.begin_maintenance(message="New shelves come in.", minutes=20)

    page.goto("/browse/")
    expect(page.get_by_role("status").filter(has_text="being worked on")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="New shelves come in.")).to_be_visible()
    shoot(page, "C-closed-browse")

    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(page.url.replace("/browse/", "/lightboxes/"))
    plain.get_by_label("New lightbox").fill("Blue things")
    plain.get_by_role("button", name="Make").first.click()
    expect(plain.get_by_role("heading", name="The shop is being worked on")).to_be_visible()
    expect(plain.get_by_text("Nothing of yours is lost")).to_be_visible()
    shoot(plain, "C-closed-form")
    plain.context.close()


def test_an_admin_switches_a_feature_off(
    page: Page, sign_in: Callable[[Any], None], admin_user: Any
) -> None:
    sign_in(admin_user)
    page.goto("/admin/flags/flag/add/")
    page.get_by_label("Name").select_option("wishes")
    page.get_by_label("State").select_option("off")
    page.get_by_label("Note").fill("Too many mails.")
    shoot(page, "C-flag-add")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    shoot(page, "C-flags")
