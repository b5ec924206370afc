"""Print files: asked for by who holds the licence, made once by a worker, signed, revocable."""

import io

import pytest
from django.utils import timezone
from PIL import Image

from catalog.models import Grant, SignedFile
from catalog.provenance import print_files
from catalog.provenance.print_files import make_print
from catalog.provenance.reading import State, read_manifest
from catalog.services.prints import ask_print, printed
from genart.lib.errors import StateConflict
from tests.catalog.papers.conftest import paid_order

pytestmark = pytest.mark.django_db
FEW_PIXELS = 60_000
"""The works of tests have 64 x 64 pixels: four megapixels of them would take seconds."""


@pytest.fixture
def grant(work, buyer):
    paid_order([work], buyer=buyer)
    return Grant.objects.get()


def test_a_print_file_is_asked_for_made_once_and_sent(
    grant, buyer_client, drain, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(print_files, "PRINT_PIXELS", FEW_PIXELS)
    address = f"/library/{grant.pk}/print/"
    page = buyer_client.get("/library/").content.decode()
    assert "Make a print file" in page and f'action="{address}"' in page
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert buyer_client.post(address).url == "/library/"
    drain()
    row = SignedFile.objects.get(grant=None, facts__print_of=str(grant.pk))
    answer = buyer_client.get(address)
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.width * picture.height >= FEW_PIXELS
    assert picture.width / picture.height == pytest.approx(
        grant.artwork.width_px / grant.artwork.height_px, abs=0.01
    )
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{grant.artwork.slug}')
    assert "Print file, 4 megapixels" in buyer_client.get("/library/").content.decode()
    assert make_print(grant).pk == row.pk
    assert b"c2pa.resized" in answer.content and b"Real-ESRGAN" in answer.content
    assert read_manifest(answer.content, "image/png").state != State.BROKEN


def test_before_it_is_made_the_way_leads_back(grant, buyer_client):
    answer = buyer_client.get(f"/library/{grant.pk}/print/", follow=True)
    assert "ask for one beside the work" in answer.content.decode()


def test_a_stranger_and_a_revoked_licence_get_nothing(grant, buyer_client, stranger):
    assert stranger.post(f"/library/{grant.pk}/print/").status_code == 404
    Grant.objects.filter(pk=grant.pk).update(revoked_at=timezone.now(), revoked_reason="returned")
    answer = buyer_client.post(f"/library/{grant.pk}/print/", follow=True)
    assert "revoked" in answer.content.decode().lower()
    assert not printed([grant])


def test_a_large_original_is_its_own_print_file(grant):
    type(grant.artwork).objects.filter(pk=grant.artwork_id).update(width_px=2048, height_px=2048)
    with pytest.raises(StateConflict, match="large enough"):
        ask_print(grant_id=grant.pk)
