"""The sales page and the pages of the shop's admin, as people see them."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from catalog.models import Collection, SearchRecord
from catalog.services.collections import pick_works
from catalog.services.outlets import make_export, start_export
from tests.catalog.test_sales import sell
from tests.factories import make_artwork, make_licence, make_listings, make_user

SHOTS = os.environ.get("SHOTS", "")
STYLES = ("Boho arches", "Waves", "Terrazzo", "Sun and hills", "Botanical leaf")


def look(page, name):
    """Keep a picture of the page, where `SHOTS` names a folder."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture
def shop(sign_in):
    boss = make_user("boss", is_staff=True, is_superuser=True)
    now = timezone.now()
    works = make_listings(
        30,
        style_name=lambda place: STYLES[place % 5],
        palette_name=lambda place: ("terracotta", "pine", "dusk")[place % 3],
        tier=lambda place: "premium" if place % 4 == 0 else "commodity",
        published_at=lambda place: now - timedelta(days=9 * place),
    )
    for place in range(24):
        chosen = works[(place * 7) % 30 : (place * 7) % 30 + 1 + place % 2]
        sell(
            *chosen, at=now - timedelta(days=place % 13 + place), cents=900 + 400 * (place % 4),
            country=("DE", "FR", "AT", "US")[place % 4],
        )  # fmt: skip
    for text, times in (("foxes in snow", 4), ("blue whale", 2)):
        for number in range(times):
            SearchRecord.objects.create(text=text, found=0, visitor=str(number))
    sign_in(boss)
    return boss


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_sales_fit_every_screen(page, base_url, shop, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto("/studio/sales/")
    assert page.get_by_role("heading", name="By style").is_visible()
    assert no_sideways_scroll(page)
    look(page, f"sales-{width}-{scheme}")
    page.get_by_role("link", name="A year").click()
    assert page.get_by_text("Licences sold, by week").first.is_visible()


def test_the_admin_runs_the_shop(page, base_url, shop):
    make_licence()
    works = [make_artwork(price_cents=900, category="abstract") for _ in range(3)]
    export = start_export(outlet="etsy", artwork_ids=[work.pk for work in works])
    make_export(export_id=export.pk)
    row = Collection.objects.create(slug="picked", title="Picked", kind="hand")
    pick_works(collection=row, artwork_ids=[work.pk for work in works])
    order = sell(works[0], at=timezone.now())
    for name, address in {
        "bundle": f"outletexport/{export.pk}/change/",
        "begin": "outletexport/add/",
        "collection": f"collection/{row.pk}/change/",
        "collections": "collection/",
        "order": f"order/{order.pk}/change/",
        "refund": f"order/{order.pk}/refund/",
        "works": "artwork/",
    }.items():
        page.goto(f"/admin/catalog/{address}")
        assert page.locator("#content").is_visible()
        look(page, f"admin-{name}")
    page.goto("/collections/picked/")
    look(page, "picked")
