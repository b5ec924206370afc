"""Every page of the shop, light and dark, on a phone and a desk: axe finds nothing to mend.

The browser's console is watched by the `page` fixture: a breach of the content security policy on
any of these pages fails its test.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from catalog import defaults
from catalog.models import Grant, Order
from catalog.services import withdraw_artwork
from tests.catalog.buying import buy
from tests.factories import make_artwork, make_job, make_picture

LOOKS = [
    (390, "light"),
    pytest.param(1440, "dark", marks=pytest.mark.slow),
    pytest.param(390, "dark", marks=pytest.mark.slow),
    pytest.param(1440, "light", marks=pytest.mark.slow),
]


@pytest.fixture
def works():
    defaults.load()
    job = make_job(title="Quiet rooms", collection="quiet-rooms")
    return [
        make_artwork(render_fields={"job": job, "picture": make_picture(96, 64, seed=n)})
        for n in range(3)
    ]


@pytest.fixture
def client_in(page: Page, base_url: str):
    """A Django client whose session the browser shares."""
    client = Client()

    def share() -> None:
        page.context.add_cookies(
            [
                {"name": cookie.key, "value": cookie.value, "url": base_url}
                for cookie in client.cookies.values()
                if cookie.key == "sessionid"
            ]
        )

    client.share = share  # type: ignore[attr-defined]
    return client


def findings(page: Page, path: str) -> list[tuple[str, str, str]]:
    """Return what axe has against a page with everything folded out."""
    page.goto(path)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    found = Axe().run(page).response["violations"]
    over = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    wide = [(path, "wider than its window", f"{over} px")] if over > 0 else []
    return [(path, one["id"], one["nodes"][0]["html"][:160]) for one in found] + wide


def everybodys_pages(works) -> list[str]:
    work = works[0]
    return [
        "/", "/browse/", "/browse/?q=arches", "/browse/?q=zzzz", "/browse/?color=red",
        f"/browse/{work.style_slug}/", "/browse/colour/red/", work.get_absolute_url(),
        "/collections/", work.collection.get_absolute_url(), "/licences/", "/licences/personal/",
        "/creator/", "/verify/", "/certificates/", "/library/find/", "/accounts/login/",
        "/accounts/signup/", "/cart/", "/nothing/", "/art/quiet-archs/", "/lightboxes/",
        works[2].get_absolute_url(),
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_of_everybody(page: Page, works, width, scheme):
    withdraw_artwork(render_id=works[2].render_id, reason="gone", by="shop")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    found = [one for path in everybodys_pages(works) for one in findings(page, path)]
    assert found == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_of_a_buyer(page: Page, works, broker, buyer, client_in, width, scheme):
    client_in.force_login(buyer)
    buy(client_in, works[0])
    client_in.post("/cart/add/", {"artwork": works[1].pk, "licence": "personal"})
    client_in.share()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    order, grant = Order.objects.get(), Grant.objects.get()
    own = [f"/orders/{order.pk}/", f"/certificates/{grant.serial}/"]
    paths = ["/cart/", "/checkout/", "/library/", "/orders/", "/accounts/", "/credits/", *own]
    paths += ["/saved/", "/saved/new/"]
    assert [one for path in paths for one in findings(page, path)] == []
