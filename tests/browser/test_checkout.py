"""A guest buys with the keyboard, VAT follows his country, and axe finds nothing."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe

from catalog import defaults
from catalog.models import Order
from tests.factories import make_artwork


@pytest.fixture
def shop(transactional_db, settings):
    defaults.load()
    settings.VAT_MODE, settings.SHOP_COUNTRY = "oss", "DE"
    return make_artwork(), make_artwork()


def put_in_cart(page, *works):
    for work in works:
        page.goto(work.get_absolute_url())
        page.locator("form[action='/cart/add/'] button[type=submit]").first.click()
        page.wait_for_load_state("networkidle")


def shoot(page, name):
    """Keep a picture where `SHOTS` names a folder."""
    if os.environ.get("SHOTS"):
        for width in (390, 1440):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                page.screenshot(
                    path=f"{os.environ['SHOTS']}/{name}-{width}-{scheme}.png", full_page=True
                )


def found_by_axe(page):
    """Return what is hard to use for some, in words; nothing where all is well."""
    results = Axe().run(page)
    return results.generate_report() if results.violations_count else ""


def test_a_guest_pays_and_sees_vat_follow_his_country(page, shop, broker):
    put_in_cart(page, *shop)
    page.goto("/cart/")
    shoot(page, "cart")
    assert found_by_axe(page) == ""
    page.get_by_role("link", name="Go to checkout").click()
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Country").select_option("FR")
    page.get_by_text("Of it 20 % VAT (FR)").wait_for()
    shoot(page, "checkout")
    assert found_by_axe(page) == ""
    page.get_by_label("Deliver at once").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Pay €").press("Enter")
    page.get_by_text("No money moves").wait_for()
    shoot(page, "test-pay")
    page.get_by_role("button", name="Pay €18").click()
    page.get_by_text("Thank you").first.wait_for()
    shoot(page, "order")
    assert Order.objects.get().state == "paid"


def test_a_wrong_form_says_so_at_its_fields(page, shop, broker):
    put_in_cart(page, shop[0])
    page.goto("/checkout/")
    page.get_by_role("button", name="Pay €").click()
    page.get_by_text("Tick this box").wait_for()
    shoot(page, "checkout-wrong")
    assert page.get_by_label("E-mail").get_attribute("aria-invalid") == "true"
    assert found_by_axe(page) == ""
