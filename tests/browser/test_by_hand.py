"""The whole shop with the keyboard alone, and the whole shop without JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog import defaults
from catalog.models import Grant
from tests.factories import make_artwork, make_job, make_picture, make_style

MOST_TABS = 120


@pytest.fixture
def works():
    defaults.load()
    waves = make_style(slug="waves", name="Waves", version_fields={"motif": "waves"})
    arches = make_style(slug="boho-arches", name="Boho arches")
    job = make_job(collection="quiet-rooms")
    return [
        make_artwork(
            render_fields={"style": style, "job": job, "picture": make_picture(64, 64, seed=n)}
        )
        for n, style in enumerate([waves, arches, arches])
    ]


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what a selector names has the focus, and is seen to have it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            shown = page.evaluate(
                "() => { const style = getComputedStyle(document.activeElement);"
                " return style.outlineStyle !== 'none' || style.boxShadow !== 'none' }"
            )
            assert shown, f"nothing shows that {selector} has the focus"
            return
    raise AssertionError(f"{selector} cannot be reached by Tab on {page.url}")


def press(page: Page, selector: str, key: str = "Enter", leads_to: str = "") -> None:
    tab_to(page, selector)
    page.keyboard.press(key)
    if leads_to:
        expect(page).to_have_url(re.compile(leads_to))
        page.wait_for_load_state()


def test_from_home_to_the_file_with_the_keyboard_alone(page: Page, works, broker):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    press(page, ".hero a.button[href='/browse/']", leads_to="/browse/$")
    press(page, "#f-style-waves")
    expect(page.locator("#listing .wall .hang")).to_have_count(1)
    press(page, ".label__title a", leads_to="/art/")
    expect(page.locator(".work__title")).to_have_text(works[0].title)
    tab_to(page, "input[name=licence]")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "commercial"
    press(page, "#buy button[type=submit]")
    expect(page.locator("#buy .notice--good")).to_be_visible()
    press(page, "#buy a[href='/cart/']", leads_to="/cart/$")
    press(page, "a.button[href^='/checkout/']", leads_to="/checkout/")
    tab_to(page, "[name=email]")
    page.keyboard.type("ada@example.com")
    tab_to(page, "[name=country]")
    page.keyboard.type("Germany")
    press(page, "[name=agree]", "Space")
    page.wait_for_load_state("networkidle")  # the sum for this country is there
    press(page, "button[name=do][value=pay].button--accent", leads_to="/pay/")
    press(page, "button[name=answer][value=pay]", leads_to="/orders/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    tab_to(page, "a[href*='/download/'], a[href*='/files/']")
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    assert Path(started.value.path()).read_bytes().startswith(b"\x89PNG")
    assert Grant.objects.get().licence.slug == "commercial"


def test_the_whole_shop_without_javascript(browser: Browser, base_url: str, works, broker):
    context = browser.new_context(
        base_url=base_url, java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto("/browse/")
    page.locator(".facets summary").first.click()
    page.locator("#f-style-waves").click()
    expect(page.locator("#listing .wall .hang")).to_have_count(1)
    page.locator("#listing .label__title a").click()
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Go to checkout").click()
    page.locator("[name=email]").fill("ada@example.com")
    page.locator("[name=country]").select_option("DE")
    page.locator("[name=agree]").check()
    page.locator("button[name=do][value=pay].button--accent").click()
    page.get_by_role("button", name="Pay €9").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile("^Download")).first.click()
    assert Path(started.value.path()).read_bytes().startswith(b"\x89PNG")
    page.locator("a[href^='/certificates/']").first.click()
    expect(page.get_by_role("main")).to_contain_text(Grant.objects.get().serial)
    context.close()
