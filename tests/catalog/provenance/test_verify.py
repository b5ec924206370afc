import io
import json

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageEnhance

from catalog.models import Grant, Order, OrderLine, SignedFile
from catalog.provenance.delivery import deliver
from catalog.provenance.manifest import preview_manifest
from catalog.provenance.reading import State, read_manifest
from catalog.provenance.signing import sign
from catalog.provenance.verdicts import verdict_on
from catalog.provenance.verify import examine
from catalog.services.sealing import seal_artwork
from genart.lib.errors import InvalidInput
from tests.catalog.provenance.pictures import textured
from tests.factories import make_artwork, make_licence, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def licence():
    return make_licence("personal", 900)


@pytest.fixture
def work(licence):
    work = make_artwork(render_fields={"picture": textured(512, 512)})
    seal_artwork(artwork_id=work.pk)
    work.refresh_from_db()
    return work


@pytest.fixture
def grant(work, licence):
    buyer = make_user("buyer")
    order = Order.objects.create(
        buyer=buyer, state="paid", paid_at=timezone.now(), total_cents=900, net_cents=900,
        currency="EUR", gateway="test",
    )  # fmt: skip
    line = OrderLine.objects.create(order=order, artwork=work, licence=licence, price_cents=900)
    return Grant.objects.create(buyer=buyer, artwork=work, licence=licence, order_line=line)


def saved(picture, kind="JPEG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def opened(data):
    return Image.open(io.BytesIO(data)).convert("RGB")


def code_of(data):
    return verdict_on(examine(data)).code


def test_a_delivered_file_is_known_to_the_byte_with_its_certificate(grant):
    data = deliver(grant).data
    found = examine(data)
    verdict = verdict_on(found)
    assert (verdict.code, verdict.tone) == ("original", "good")
    assert found.grant == grant
    assert any(grant.serial in line for line in verdict.known)
    assert any("not on the public trust list" in line for line in verdict.known)
    assert deliver(grant).data == data


def test_a_lost_delivery_is_made_again(grant):
    deliver(grant)
    row = SignedFile.objects.get(grant=grant)
    storages["originals"].delete(row.name)
    again = deliver(grant).data
    assert code_of(again) == "original"
    assert SignedFile.objects.filter(grant=grant).count() == 1


def test_the_delivery_tells_how_the_picture_was_made(grant):
    reading = read_manifest(deliver(grant).data, "image/png")
    assert reading.state is State.OURS
    assert reading.says_generated
    assert reading.ingredients[0]["relationship"] == "parentOf"
    assert reading.assertions["org.genart.licence"]["serial"] == grant.serial


def test_a_revoked_licence_is_said(grant):
    data = deliver(grant).data
    Grant.objects.update(revoked_at=timezone.now(), revoked_reason="Refunded")
    assert any("taken back" in line for line in verdict_on(examine(data)).known)


def test_a_flipped_byte_is_found_wherever_it_is(grant):
    data = deliver(grant).data
    places = [60, len(data) // 3, len(data) // 2, len(data) - 30]
    places += range(100, 14_000, 997)  # the signature itself, and its filling
    places.append(data.index(b"caBX"))  # the way to it
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1
        found = examine(bytes(changed))
        assert verdict_on(found).code == "broken", place
        assert verdict_on(found).tone == "bad"
        assert not any(grant.serial in line for line in verdict_on(found).known)


def test_a_stripped_file_is_known_by_its_pixels(grant, work):
    found = examine(saved(opened(deliver(grant).data), "PNG"))
    assert verdict_on(found).code == "stripped"
    assert found.work == work
    assert found.reading.state is State.NONE


def test_a_preview_and_the_judged_original_are_known(work):
    preview = storages["default"].open(work.derivatives["webp"]["512"]).read()
    assert code_of(preview) == "original"
    judged = storages["originals"].open(work.original).read()
    assert code_of(judged) == "original"


@pytest.mark.parametrize(
    "change",
    [
        lambda p: saved(p, quality=75),
        lambda p: saved(p, "WEBP", quality=80),
        lambda p: saved(p.resize((256, 256)), quality=80),
        lambda p: saved(p.crop((20, 31, 490, 500)), quality=85),
        lambda p: saved(ImageEnhance.Brightness(p).enhance(1.1), quality=85),
    ],
    ids=["jpeg", "webp", "half", "cropped", "brighter"],
)
def test_a_changed_copy_leads_to_the_work(grant, work, change):
    assert work.mark is not None
    found = examine(change(opened(deliver(grant).data)))
    assert found.work == work
    assert verdict_on(found).code == "changed"
    assert found.number.number == work.mark


def test_a_copy_without_a_number_is_known_by_its_look(licence):
    work = make_artwork(render_fields={"picture": textured(240, 320, seed=3)})
    seal_artwork(artwork_id=work.pk)
    work.refresh_from_db()
    assert work.mark is None
    preview = opened(storages["default"].open(work.derivatives["webp"]["240"]).read())
    found = examine(saved(preview.resize((150, 200)), quality=70))
    assert verdict_on(found).code == "lookalike"
    assert found.work == work


def test_a_foreign_file_is_not_known(work):
    found = examine(saved(textured(500, 500, seed=99)))
    assert verdict_on(found).code == "unknown"
    assert found.work is None
    assert found.neighbour[0] == work
    assert any("a likeness and no more" in line for line in verdict_on(found).known)


def test_a_foreign_signature_is_said_to_be_foreign(work, settings, tmp_path):
    own = settings.DATA_DIR
    settings.DATA_DIR = tmp_path  # another shop with a certificate of the same name
    manifest = preview_manifest(work, {}, mime_type="image/jpeg", width_px=1)
    data = sign(saved(textured(300, 300, seed=8)), "image/jpeg", manifest).data
    settings.DATA_DIR = own
    found = examine(data)
    assert found.reading.state is State.FOREIGN
    assert verdict_on(found).code == "foreign"


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"GIF89a"])
def test_what_is_no_picture_gets_a_sentence(data):
    with pytest.raises(InvalidInput) as caught:
        examine(data)
    assert "file" in caught.value.where


def test_too_large_a_file_gets_a_sentence(settings):
    settings.VERIFY_BYTES = 1024
    with pytest.raises(InvalidInput, match="at most"):
        examine(b"\x89PNG" + b"0" * 2000)


def test_the_page_answers_without_an_account(grant):
    page = Client()
    assert page.get("/verify/").status_code == 200
    sent = SimpleUploadedFile("mine.png", deliver(grant).data, "image/png")
    answer = page.post("/verify/", {"file": sent})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "exactly as it left us" in text
    assert grant.serial in text
    assert page.post("/verify/").status_code == 422
    bad = page.post("/verify/", {"file": SimpleUploadedFile("x.png", b"no", "image/png")})
    assert bad.status_code == 422
    assert "not a picture we can read" in bad.content.decode()


def test_programs_get_the_same_answer(grant):
    sent = SimpleUploadedFile("mine.png", deliver(grant).data, "image/png")
    answer = Client().post("/api/v1/verify", {"file": sent})
    assert answer.status_code == 200, answer.content
    body = json.loads(answer.content)
    assert body["verdict"] == "original"
    assert body["certificate"] == grant.serial
    assert body["signature"]["state"] == "ours"
    assert body["signature"]["on_trust_list"] is False
