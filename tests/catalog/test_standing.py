"""Pages that are kept for all guests: who gets them, and what is of each visitor alone."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from catalog.demand import visitors
from catalog.models import Artwork, ArtworkStats, DemandEvent
from catalog.services import withdraw_artwork
from catalog.standing import key_of
from tests.factories import make_artwork, make_licence, make_listings

pytestmark = pytest.mark.django_db

PERSON = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64)"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w{64})"')


@pytest.fixture(autouse=True)
def kept(settings: Any) -> Any:
    settings.PAGE_SECONDS = 60
    cache.clear()
    yield
    cache.clear()


def read(client: Client, path: str = "/browse/", **words: Any) -> str:
    return client.get(path, **words).content.decode()


def test_guests_get_the_page_of_the_moment_it_was_made(django_assert_max_num_queries: Any) -> None:
    make_listings(1, title="The first")
    read(Client())
    make_listings(1, title="The second")

    with django_assert_max_num_queries(0):
        page = read(Client())

    assert "The first" in page
    assert "The second" not in page


def test_whoever_has_something_of_his_own_gets_a_page_of_his_own(buyer_client: Client) -> None:
    make_licence()
    work = make_artwork()
    read(Client(), "/")
    guest = Client()
    guest.post("/cart/add/", {"artwork": work.pk, "licence": "personal"})
    keeper = Client()
    keeper.post("/lightboxes/add/", {"artwork": work.pk})

    assert "Cart, 1 work" in read(guest, "/")
    assert "Cart, 0 works" in read(Client(), "/")
    assert "Take" in read(keeper, "/browse/")
    assert "Sign in" not in read(buyer_client, "/")
    assert "Sign in" in read(Client(), "/")


def test_each_visitor_gets_a_secret_of_his_own_and_it_works() -> None:
    work = make_artwork()
    make_licence()
    secrets = []
    for _ in range(2):
        visitor = Client(enforce_csrf_checks=True)
        found = set(TOKEN.findall(read(visitor, work.get_absolute_url())))
        secrets.append((visitor.cookies["csrftoken"].value, found))
        data = {"artwork": work.pk, "licence": "personal", "csrfmiddlewaretoken": found.pop()}
        assert visitor.post("/cart/add/", data).status_code == 302

    assert secrets[0][0] != secrets[1][0]
    stolen = Client(enforce_csrf_checks=True)
    stolen.cookies["csrftoken"] = secrets[0][0]
    other = TOKEN.search(read(Client(), work.get_absolute_url()))
    assert other is not None
    data = {"artwork": work.pk, "licence": "personal", "csrfmiddlewaretoken": other[1]}
    assert stolen.post("/cart/add/", data).status_code == 403


def test_a_part_of_a_page_and_the_dark_page_are_kept_apart() -> None:
    make_listings(30)
    whole = read(Client())
    part = read(Client(), headers={"hx-request": "true", "hx-target": "listing"})
    dark = Client()
    dark.cookies["theme"] = "dark"

    assert "<html" in whole
    assert "<html" not in part
    assert 'data-theme="dark"' in read(dark)
    assert 'data-theme="' not in read(Client())


def test_each_visit_counts() -> None:
    visitors._today.clear()
    work = make_artwork()
    for _ in range(2):
        read(Client(headers=PERSON), work.get_absolute_url())

    assert DemandEvent.objects.filter(kind="view", artwork=work.pk).count() == 2
    assert ArtworkStats.objects.get(artwork=work).views == 2


def test_a_withdrawn_work_is_gone_at_once() -> None:
    work = make_artwork()
    assert Client().get(work.get_absolute_url()).status_code == 200
    withdraw_artwork(render_id=work.render_id, reason="A better right was shown.")

    assert Client().get(work.get_absolute_url()).status_code == 410


def test_searches_and_posts_and_unknown_pages_are_not_kept() -> None:
    make_listings(1, title="Quiet arches")
    before = read(Client(), "/browse/?q=arches")
    Client().get("/art/nothing/")
    Artwork.objects.update(title="Loud arches")

    assert "Quiet arches" in before
    assert "Loud arches" in read(Client(), "/browse/?q=arches")


def test_an_old_page_is_given_while_somebody_makes_it_anew() -> None:
    make_listings(1, title="The first")
    name = key_of(RequestFactory().get("/browse/"))
    read(Client())
    Artwork.objects.update(title="The second")
    cache.set(name, cache.get(name)._replace(good_until=0.0), 60)
    cache.add(f"{name}:making", 1, 10)

    assert "The first" in read(Client())
    cache.delete(f"{name}:making")
    assert "The second" in read(Client())
    assert "The second" in read(Client())
