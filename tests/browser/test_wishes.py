"""Nothing found, asked to be told, told: as people see it."""

import os
from pathlib import Path

import pytest

from catalog.demand import services
from catalog.models import SearchRecord, Wish
from tests.factories import make_artwork, make_listings, make_user

pytestmark = pytest.mark.slow
SHOTS = os.environ.get("SHOTS", "")


def look(page, name):
    """Keep pictures of the page in both widths and colours, where `SHOTS` names a folder."""
    for width in (390, 1440) if SHOTS else ():
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            path = Path(SHOTS) / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=path, full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_guest_asks_and_an_account_reads_that_it_is_there(page, sign_in):
    make_listings(6)
    page.goto("/browse/?q=quokka+unicycle")
    look(page, "nothing-guest")
    page.set_viewport_size({"width": 390, "height": 800})
    assert no_sideways_scroll(page)
    page.get_by_label("E-mail", exact=True).fill("nobody")
    page.get_by_role("button", name="Tell me").click()
    page.get_by_text("Write your address").wait_for()
    look(page, "nothing-guest-odd")
    page.get_by_label("E-mail", exact=True).fill("ada@example.com")
    page.get_by_role("button", name="Tell me").click()
    page.get_by_text("Look into your mail").wait_for()
    look(page, "asked-guest")
    wish = Wish.objects.get()
    from catalog.demand.services.wishes import sign_wish

    page.goto(f"/wishes/{sign_wish(wish)}/")
    look(page, "confirm")
    page.get_by_role("button", name="Yes, tell me").click()
    page.get_by_role("heading", name="We will tell you").wait_for()

    person = make_user("ada")
    sign_in(person)
    page.goto("/browse/?q=quokka+unicycle")
    look(page, "nothing-account")
    page.get_by_role("button", name="Tell me").click()
    page.get_by_role("heading", name="We will tell you").wait_for()
    work = make_artwork()
    services.fill_gap(gap_id=wish.gap_id, artwork_id=work.pk)
    services.make_wish(text="walrus", user=person)
    page.goto("/saved/")
    look(page, "saved")
    page.get_by_role("link", name=work.title).wait_for()
    assert no_sideways_scroll(page)


def test_the_owner_reads_the_gaps(page, sign_in):
    for text, times in (("foxes in snow", 7), ("snow fox cub", 3), ("blue whale", 4)):
        for number in range(times):
            SearchRecord.objects.create(text=text, found=0, visitor=f"{text}{number}")
    services.find_gaps()
    sign_in(make_user("boss", is_staff=True, is_superuser=True))
    page.goto("/admin/catalog/demandgap/")
    look(page, "admin-gaps")
    page.get_by_role("link", name="foxes in snow").click()
    look(page, "admin-gap")
    page.get_by_text("snow fox cub").first.wait_for()
