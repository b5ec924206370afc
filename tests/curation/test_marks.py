"""The registers of pictures: seeding, uploads, and what is refused."""

import io

import pytest
from django.core.files.storage import storages
from django.urls import reverse
from PIL import Image, ImageDraw

from curation import services
from curation.models import Mark, ProtectedWork, Signature
from genart.lib.errors import InvalidInput
from tests.factories import make_picture, make_user, png_bytes


def logo(color="#123456", ground="white"):
    image = Image.new("RGB", (200, 160), ground)
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 30, 80, 130), fill=color)
    pen.ellipse((90, 40, 170, 120), outline=color, width=14)
    return io.BytesIO(png_bytes(image))


def test_seeding_twice_adds_once(db):
    added = services.seed_logos()
    assert added > 2000 and services.seed_logos() == 0
    assert Mark.objects.filter(kind="logo", vector__isnull=False).count() == added


def test_a_logo_that_an_admin_switched_off_stays_so(db):
    services.seed_logos()
    Mark.objects.filter(name="3M").update(is_active=False)
    services.seed_logos()
    assert not Mark.objects.get(name="3M", kind="logo").is_active


def test_an_uploaded_logo_gets_its_vector_by_a_worker(db):
    mark = services.add_logo(name="Acme", owner="Acme Ltd", nice_classes=[16], image=logo())
    assert mark.vector is None and mark.image.startswith("marks/")
    assert services.encode_logos() == 1 and services.encode_logos() == 0
    mark.refresh_from_db()
    assert len(mark.vector) == 128


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": " "}, "whose logo"),
        ({"nice_classes": [46]}, "1 to 45"),
        ({"image": io.BytesIO(b"no picture")}, "not a picture we can read"),
        ({"image": logo(color="white")}, "plain ground"),
    ],
)
def test_what_is_no_logo_is_refused_and_nothing_written(db, fields, says):
    values = {"name": "Acme", "image": logo()} | fields
    with pytest.raises(InvalidInput, match=says):
        services.add_logo(**values)
    assert not Mark.objects.exists()
    originals = storages["originals"]
    assert not originals.exists("marks") or originals.listdir("marks")[1] == []


def test_an_admin_adds_a_protected_work(db, client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    picture = io.BytesIO(png_bytes(make_picture(200, 200)))
    picture.name = "work.png"
    sent = {"title": "Harbour", "holder": "A. Painter", "source": "letter", "picture": picture}
    answer = client.post(reverse("admin:curation_protectedwork_add"), sent)
    assert answer.status_code == 302
    work = ProtectedWork.objects.get()
    assert (work.title, work.source) == ("Harbour", "letter") and len(bytes(work.thumb)) == 6912


def test_the_admin_says_what_is_wrong_with_a_picture(db, client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    picture = io.BytesIO(b"no picture")
    picture.name = "work.png"
    sent = {"title": "Harbour", "holder": "", "source": "letter", "picture": picture}
    answer = client.post(reverse("admin:curation_protectedwork_add"), sent)
    assert answer.status_code == 200 and b"not a picture we can read" in answer.content
    assert not ProtectedWork.objects.exists()


def test_missing_signatures_are_made(lenient, judged):
    candidate = judged()
    Signature.objects.all().delete()
    assert services.sign_missing() == 1 and services.sign_missing() == 0
    assert candidate.signature.method
