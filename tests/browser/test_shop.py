"""What a visitor does in the shop; without JavaScript and by keyboard: `test_by_hand.py`."""

import re

import pytest
from playwright.sync_api import Page, expect

from catalog import defaults
from tests.factories import make_artwork, make_job, make_picture, make_style


@pytest.fixture
def works():
    """Two and a bit pages of works in two styles; the last one has a picture of its own."""
    defaults.load()
    arches = make_style(slug="boho-arches", name="Boho arches")
    waves = make_style(slug="waves", name="Waves", version_fields={"motif": "waves"})
    job, picture = make_job(collection="quiet-rooms"), make_picture(64, 64)
    return [
        make_artwork(
            render_fields={"style": waves if n % 5 == 0 else arches, "job": job, "picture": picture}
        )
        for n in range(30)
    ]


def shown(page: Page) -> int:
    return page.locator("#listing .wall .hang").count()


def test_filters_change_the_listing_in_place_and_back_undoes_it(page: Page, works):
    page.goto("/browse/")
    page.evaluate("window.stayed = true")
    page.locator("#f-style-waves").click()
    expect(page).to_have_url(re.compile(r"style=waves"))
    expect(page.locator("#listing .wall .hang")).to_have_count(6)
    assert page.title().startswith("Waves")
    assert page.evaluate("window.stayed") is True
    page.go_back()
    expect(page.locator("#listing .wall .hang")).to_have_count(24)


def test_load_more_appends_and_survives_back(page: Page, works):
    page.goto("/browse/")
    page.locator("#more a").click()
    expect(page.locator("#listing .wall .hang")).to_have_count(30)
    names = page.locator("#listing .wall .label__title").all_inner_texts()
    assert len(set(names)) == 30
    page.locator("#listing .wall .label__title a").nth(28).click()
    expect(page.locator(".work__title")).to_be_visible()
    page.go_back()
    expect(page.locator("#listing .wall .hang")).to_have_count(30)
    assert page.locator(".site-header").count() == 1


def test_a_work_goes_into_the_cart_without_leaving_its_page(page: Page, works):
    page.goto(works[0].get_absolute_url())
    page.get_by_label("Commercial").check()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator(".cart-count")).to_have_text("1")
    expect(page.locator(".toast")).to_contain_text(works[0].title)
    expect(page).to_have_url(re.compile(works[0].slug))
    page.goto("/cart/")
    page.get_by_label(f"Licence for {works[0].title}").select_option("extended")
    expect(page.locator(".cart-sum .stat__value")).to_have_text("€149")


def test_the_theme_is_switched_and_kept(page: Page, works):
    page.emulate_media(color_scheme="light")
    page.goto("/licences/")
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto("/browse/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_is_wider_than_its_window(page: Page, works, width):
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/browse/", works[0].get_absolute_url(), "/collections/", "/licences/",
                 "/cart/", "/accounts/signup/", "/ui/", "/nothing/"):  # fmt: skip
        page.goto(path)
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert over <= 0, path
