"""Library and certificates for programs."""

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Grant
from genart.accounts.services import create_token
from tests.catalog.papers.conftest import paid_order
from tests.factories import make_listings, make_user

pytestmark = pytest.mark.django_db


def caller(user, *scopes):
    _token, secret = create_token(user=user, name="t", scopes=list(scopes))
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_the_library_is_read_in_pages_and_only_ones_own(buyer):
    paid_order(make_listings(5), buyer=buyer)
    paid_order(make_listings(1), buyer=make_user())
    client, seen, after = caller(buyer, "orders:read"), [], ""
    for _ in range(9):
        page = client.get("/api/v1/library", {"limit": 2, "after": after}).json()
        seen += [grant["serial"] for grant in page["items"]]
        after = page["next"]
        if not after:
            break
    assert len(seen) == 5
    assert set(seen) == set(Grant.objects.filter(buyer=buyer).values_list("serial", flat=True))
    for odd in ("x", "2026-01-01,x", "2026-01-01T00:00:00,00000000-0000-0000-0000-000000000000"):
        assert client.get("/api/v1/library", {"after": odd}).status_code == 422


def test_a_program_gets_a_link_that_opens_without_a_token(work, buyer):
    paid_order([work], buyer=buyer)
    grant = Grant.objects.get()
    path = f"/api/v1/library/{grant.pk}/links"
    answer = caller(buyer, "orders:write").post(path)
    assert answer.status_code == 200
    assert answer.json()["downloads_left"] == 49
    opened = Client().get("/" + answer.json()["url"].split("/", 3)[3])
    assert opened.status_code == 200
    assert Client().post(path).status_code == 401
    assert caller(buyer, "orders:read").post(path).status_code == 403
    assert caller(make_user(), "orders:write").post(path).status_code == 404
    Grant.objects.update(download_limit=1)
    assert caller(buyer, "orders:write").post(path).status_code == 429
    Grant.objects.update(revoked_at=timezone.now())
    assert caller(buyer, "orders:write").post(path).status_code == 410


def test_a_certificate_is_read_by_its_serial_without_the_buyer(listing):
    paid_order([listing])
    grant = Grant.objects.get()
    path = f"/api/v1/certificates/{grant.serial.lower()}"
    answer = Client().get(path)
    said = answer.json()
    assert (said["state"], said["licensee"], said["serial"]) == ("valid", "", grant.serial)
    assert said["licence"]["terms_sha256"] and said["work"]["title"] == listing.title
    assert "guest@example.com" not in answer.content.decode()
    Grant.objects.update(revoked_at=timezone.now(), names_licensee=True)
    said = Client().get(path).json()
    assert (said["state"], said["licensee"]) == ("revoked", "Ada Lovelace")
    assert Client().get("/api/v1/certificates/GA-2222-2222-2222").status_code == 404
