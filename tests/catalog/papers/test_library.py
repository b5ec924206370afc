"""Library and downloads: who gets what, links that end, limits, archives."""

import hashlib
import io
import threading
import zipfile
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connections
from django.utils import timezone

from catalog.models import Grant, SignedFile
from catalog.services import library
from catalog.services.papers import issue_invoice
from genart.lib.errors import InvalidInput, NotFound
from tests.catalog.papers.conftest import paid_order
from tests.factories import make_artwork, make_licence, make_listings

pytestmark = pytest.mark.django_db


@pytest.fixture
def grant(work, buyer):
    paid_order([work], buyer=buyer)
    return Grant.objects.get()


def fetch(client, grant, **extra):
    """Follow the way to a file; return the answer with the file."""
    answer = client.get(f"/library/{grant.pk}/download/")
    assert answer.status_code == 302
    return client.get(answer.url, **extra)


# -- links


def test_a_download_leads_to_a_link_that_needs_nothing_else(grant, buyer_client, stranger):
    link = buyer_client.get(f"/library/{grant.pk}/download/").url
    answer = stranger.get(link)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    assert answer["X-Content-SHA256"] == hashlib.sha256(answer.content).hexdigest()
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{grant.artwork.slug}')
    assert int(answer["Content-Length"]) == len(answer.content)


def test_a_link_counts_once_and_may_be_repeated(grant, buyer_client):
    link = buyer_client.get(f"/library/{grant.pk}/download/").url
    for _ in range(3):
        assert buyer_client.get(link).status_code == 200
    assert buyer_client.head(f"/library/{grant.pk}/download/").status_code == 200
    grant.refresh_from_db()
    assert grant.downloads == 1


def test_a_link_ends_and_a_changed_one_was_never_there(grant, stranger, monkeypatch):
    link = library.make_link(grant_id=grant.pk)
    seconds = library.lifetime_seconds(grant.artwork.file_bytes)
    assert 0 <= seconds - (link.expires_at - timezone.now()).total_seconds() < 5
    for wrong in (link.path[:-3] + "x/", "/files/x/", "/files/a:b:c/", f"/files/{grant.pk}/"):
        assert stranger.get(wrong).status_code == 404
    later = timezone.now() + timedelta(seconds=seconds + 2)
    monkeypatch.setattr(library.timezone, "now", lambda: later)
    answer = stranger.get(link.path)
    assert answer.status_code == 410
    assert "This link has ended" in answer.content.decode()


@pytest.mark.parametrize(
    ("size", "seconds"),
    [(0, 600), (100_000, 601), (60_000_000, 1200), (10**9, 10_600), (10**10, 10_800)],
)
def test_large_files_get_more_time_within_bounds(size, seconds):
    assert library.lifetime_seconds(size) == seconds


def test_a_revoked_grant_opens_nothing_whatever_link_there_is(grant, buyer_client):
    link = library.make_link(grant_id=grant.pk)
    Grant.objects.update(revoked_at=timezone.now(), revoked_reason="The payment was taken back.")
    for path in (link.path, f"/library/{grant.pk}/download/"):
        answer = buyer_client.get(path)
        assert answer.status_code == 410
        assert "The payment was taken back" in answer.content.decode()
    assert buyer_client.head(f"/library/{grant.pk}/download/").status_code == 410


# -- limits


def test_the_last_download_is_the_last(grant, buyer_client):
    Grant.objects.update(download_limit=2)
    for _ in range(2):
        assert buyer_client.get(f"/library/{grant.pk}/download/").status_code == 302
    answer = buyer_client.get(f"/library/{grant.pk}/download/")
    html = answer.content.decode()
    assert answer.status_code == 429
    assert "All downloads are used" in html and grant.serial in html and "shop@localhost" in html
    library.allow_more(grant_id=grant.pk, downloads=1)
    assert buyer_client.get(f"/library/{grant.pk}/download/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_the_limit():
    order = paid_order(make_listings(1))
    Grant.objects.update(download_limit=5)
    grant, outcomes = order.lines.get().grant, []

    def take():
        try:
            library.make_link(grant_id=grant.pk)
            outcomes.append("link")
        except library.LimitReached:
            outcomes.append("limit")
        except Exception as error:  # shown by the assertion below
            outcomes.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["limit"] * 11 + ["link"] * 5
    grant.refresh_from_db()
    assert grant.downloads == 5


# -- parts of a file


def test_a_broken_download_can_go_on(grant, buyer_client):
    whole = fetch(buyer_client, grant)
    link = library.make_link(grant_id=grant.pk).path
    size, etag = len(whole.content), whole["ETag"]
    part = buyer_client.get(link, headers={"Range": "bytes=10-", "If-Range": etag})
    assert part.status_code == 206
    assert part.content == whole.content[10:]
    assert part["Content-Range"] == f"bytes 10-{size - 1}/{size}"
    assert buyer_client.get(link, headers={"Range": "bytes=0-0"}).content == whole.content[:1]
    assert buyer_client.get(link, headers={"Range": "bytes=-5"}).content == whole.content[-5:]
    other = buyer_client.get(link, headers={"Range": "bytes=10-", "If-Range": '"other"'})
    assert (other.status_code, len(other.content)) == (200, size)


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=5-2", "bytes=-0"])
def test_a_part_that_is_not_there_is_answered_416(grant, buyer_client, asked):
    assert fetch(buyer_client, grant, headers={"Range": asked}).status_code == 416


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=0-1,5-9", "lines=1-2", "bytes=a-b", ""])
def test_what_is_not_one_part_is_answered_with_all(grant, buyer_client, asked):
    assert fetch(buyer_client, grant, headers={"Range": asked}).status_code == 200


# -- S3


def test_an_s3_store_signs_an_address_of_its_own(grant, settings, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    SignedFile.objects.filter(grant=grant).delete()
    SignedFile.objects.create(
        artwork=grant.artwork, grant=grant, kind="delivery", storage="originals",
        name="delivery/a.png", sha256="0" * 64, signer="test", signed_at=timezone.now(),
    )  # fmt: skip
    assert library.storage_url(grant, 60) == ""
    settings.STORAGES = settings.STORAGES | {
        "originals": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "b", "endpoint_url": "http://127.0.0.1:9", "location": "originals",
                "querystring_auth": True, "querystring_expire": 300, "region_name": "eu-west-1",
            },
        }
    }  # fmt: skip
    url = urlsplit(library.storage_url(grant, 77))
    said = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert url.path.endswith("originals/delivery/a.png")
    assert (
        said["response-content-disposition"] == f'attachment; filename="{grant.artwork.slug}.png"'
    )
    assert said.get("X-Amz-Expires", "77") == "77"
    assert "Signature" in url.query


# -- archives


def test_an_order_comes_as_one_archive(buyer, buyer_client, other_buyer_client):
    order = paid_order([make_artwork(), make_artwork()], buyer=buyer)
    path = f"/orders/{order.pk}/files.zip"
    assert other_buyer_client.get(path).status_code == 404
    answer = buyer_client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert len(names) == 4 and sum(name.endswith("-certificate.pdf") for name in names) == 2
    assert set(Grant.objects.values_list("downloads", flat=True)) == {1}


def test_an_archive_keeps_to_limits_and_leaves_out_what_was_revoked(buyer, settings):
    works = make_listings(3, file_bytes=40_000_000)
    order = paid_order(works, buyer=buyer)
    with pytest.raises(InvalidInput):
        library.bundle(order=order)
    assert set(Grant.objects.values_list("downloads", flat=True)) == {0}
    Grant.objects.update(revoked_at=timezone.now())
    with pytest.raises(InvalidInput):
        library.bundle(order=order)


# -- the library's pages


def test_the_library_is_searched_and_paged(buyer, buyer_client):
    works = make_listings(30, title=lambda place: "Amber zebra" if place == 29 else "Hills")
    paid_order(works[:29], buyer=buyer)
    order = paid_order(works[29:], buyer=buyer, licence=make_licence("commercial"), bill_to="Ada")
    issue_invoice(order=order)
    first = buyer_client.get("/library/").content.decode()
    assert first.count('class="shelf__item"') == 24 and "Page 1 of 2" in first
    second = buyer_client.get("/library/", {"page": 2}).content.decode()
    assert second.count('class="shelf__item"') == 6
    for query in ("zebra amb", "COMMERCIAL", str(order.pk)[:8], order.lines.get().grant.serial):
        html = buyer_client.get("/library/", {"q": query}).content.decode()
        assert html.count('class="shelf__item"') == 1 and "Amber zebra" in html, query
    assert f"/invoices/{order.invoices.get().pk}.pdf" in html
    for odd in ("zzz", "%", "\x00", "' OR 1", "x" * 5000):
        assert buyer_client.get("/library/", {"q": odd}).status_code == 200
    assert buyer_client.get("/library/", {"page": "x"}).status_code == 200


def test_pages_ask_as_often_for_many_works_as_for_one(
    buyer, buyer_client, django_assert_max_num_queries
):
    paid_order(make_listings(20), buyer=buyer)
    for path in ("/library/", "/orders/"):
        with django_assert_max_num_queries(12):
            buyer_client.get(path)


def test_a_guest_opens_order_library_and_papers_by_the_secret_alone(
    guest_order, stranger, buyer_client
):
    invoice, grant = issue_invoice(order=guest_order), Grant.objects.get()
    order = f"/orders/{guest_order.pk}/"
    paper = f"{order}invoices/{invoice.pk}.pdf"
    assert stranger.get(order).status_code == 302
    assert stranger.get("/library/").status_code == 302
    for path in (paper, f"/library/{grant.pk}/download/", f"{order}?key=wrong"):
        assert stranger.get(path).status_code == 404, path
        assert buyer_client.get(path).status_code == 404, path
    answer = stranger.get(f"{order}?key={guest_order.secret}")
    assert answer.status_code == 200 and 'content="same-origin"' in answer.content.decode()
    assert stranger.get(paper).content.startswith(b"%PDF-")
    assert grant.artwork.title in stranger.get("/library/").content.decode()
    assert fetch(stranger, grant).status_code == 200


def test_an_invoice_belongs_to_its_order(buyer, buyer_client, listing):
    mine, other = paid_order([listing], buyer=buyer), paid_order([listing])
    paper = issue_invoice(order=other)
    assert buyer_client.get(f"/orders/{mine.pk}/invoices/{paper.pk}.pdf").status_code == 404


def test_an_address_is_corrected_on_the_order_page(buyer, buyer_client, listing):
    order = paid_order([listing], buyer=buyer, bill_to="Ada")
    issue_invoice(order=order)
    path = f"/orders/{order.pk}/correct/"
    answer = buyer_client.post(path, {"bill_to": "\x00"})
    assert answer.status_code == 422 and "Write the name" in answer.content.decode()
    assert buyer_client.post(path, {"bill_to": "Ada Lovelace"}).status_code == 302
    assert buyer_client.post(path, {"bill_to": "Once more"}).status_code == 409
    assert (
        "Correct name and address" not in buyer_client.get(f"/orders/{order.pk}/").content.decode()
    )


def test_every_state_of_an_order_has_a_page(buyer, buyer_client, listing):
    order = paid_order([listing], buyer=buyer)
    order.refunds.create(amount_cents=900, reason="Taken back", state="done")
    for state in ("paid", "refunded"):
        type(order).objects.update(state=state, refunded_cents=900)
        assert buyer_client.get(f"/orders/{order.pk}/").status_code == 200
    type(order).objects.update(state="cancelled", paid_at=None, refunded_cents=0)
    assert "was not paid" in buyer_client.get(f"/orders/{order.pk}/").content.decode()
    assert buyer_client.get("/orders/").status_code == 200


def test_a_link_of_nothing_is_not_found():
    import uuid

    with pytest.raises(NotFound):
        library.make_link(grant_id=uuid.uuid4())
