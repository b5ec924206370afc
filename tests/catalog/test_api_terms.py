"""Licences, prices and collections over the API."""

import hashlib

import pytest

from catalog import defaults
from catalog.models import Licence, PriceRule
from catalog.services import revise_licence, withdraw_artwork
from tests.factories import make_artwork, make_collection, make_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def work():
    defaults.load()
    return make_artwork(render_fields={"job": make_job(collection="quiet-rooms", title="Quiet")})


def test_licences_tell_terms_and_prices(work, client):
    first = client.get("/api/v1/licences").json()[0]
    licence = Licence.objects.get(slug="personal")
    assert (first["slug"], first["prices"]["commodity"]) == ("personal", 900)
    assert first["terms_sha256"] == hashlib.sha256(licence.text.encode()).hexdigest()
    assert first["url"].endswith("/licences/personal/?version=1")


def test_an_older_version_can_still_be_read(work, client):
    revise_licence(licence=Licence.objects.get(slug="personal"), text="New.")
    assert client.get("/api/v1/licences/personal").json()["version"] == 2
    old = client.get("/api/v1/licences/personal?version=1").json()
    assert (old["version"], old["is_active"]) == (1, False)
    for asked in ("none", "personal?version=9"):
        assert client.get(f"/api/v1/licences/{asked}").status_code == 404
    assert client.get("/api/v1/licences/personal?version=0").status_code == 422


def test_prices_of_a_work_are_those_of_now(work, client):
    PriceRule.objects.create(name="Half", licence_slug="personal", factor_percent=50)
    first = client.get(f"/api/v1/artworks/{work.pk}/prices").json()[0]
    assert (first["amount_cents"], first["list_cents"]) == (450, 900)
    withdraw_artwork(render_id=work.render_id, reason="gone", by="shop")
    assert client.get(f"/api/v1/artworks/{work.pk}/prices").status_code == 404


def test_collections_come_in_pages(work, client):
    empty = make_collection()
    for number in range(3):
        make_collection(slug=f"by-hand-{number}", kind="hand")
    seen, after = [], ""
    while after is not None:
        page = client.get(f"/api/v1/collections?limit=2&after={after}").json()
        seen += [one["slug"] for one in page["items"]]
        after = page["next"]
    assert seen == ["by-hand-2", "by-hand-1", "by-hand-0", "quiet-rooms"]
    assert client.get("/api/v1/collections/quiet-rooms").json()["works"] == 1
    assert client.get(f"/api/v1/collections/{empty.slug}").status_code == 404
    assert client.get("/api/v1/collections?after=x").status_code == 422
