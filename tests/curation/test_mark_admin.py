"""Logos in the admin: added by a picture, switched off and on, never removed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw

from curation.models import Mark
from tests.factories import png_bytes

ADD = "/admin/curation/mark/add/"


def upload(picture):
    return SimpleUploadedFile("logo.png", png_bytes(picture), content_type="image/png")


@pytest.fixture
def star():
    picture = Image.new("RGB", (200, 200), "white")
    corners = [(100, 10), (130, 80), (190, 90), (140, 130), (160, 190), (100, 150), (30, 180)]
    ImageDraw.Draw(picture).polygon(corners, fill="navy")
    return picture


def asked(logo, **changes):
    return {"name": "Sternwerk", "owner": "", "nice_classes": "16,25", "picture": logo} | changes


def test_a_logo_is_added_by_its_picture(db, admin_client, star):
    assert admin_client.get(ADD).status_code == 200
    assert admin_client.post(ADD, asked(upload(star))).status_code == 302
    mark = Mark.objects.get(name="Sternwerk")
    assert (mark.kind, mark.source, mark.nice_classes, mark.is_active) == (
        "logo", "upload", [16, 25], True,
    )  # fmt: skip
    assert mark.image and mark.vector is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nice_classes": "46"}, "Nice classes are numbers from 1 to 45."),
        ({"name": ""}, "This field is required."),
        ({"picture": SimpleUploadedFile("x.png", b"no picture")}, "picture"),
        ({"picture": upload(Image.new("RGB", (90, 90), "white"))}, "plain ground"),
    ],
)
def test_what_shows_no_logo_is_refused_at_its_field(db, admin_client, star, changes, said):
    answer = admin_client.post(ADD, asked(upload(star), **changes))
    assert answer.status_code == 200 and said in answer.content.decode()
    assert not Mark.objects.exists()


def test_marks_are_switched_and_never_removed(db, admin_client, star):
    admin_client.post(ADD, asked(upload(star)))
    mark = Mark.objects.get()
    address = reverse("admin:curation_mark_changelist")
    for action, active in (("switch_off", False), ("switch_on", True)):
        admin_client.post(address, {"action": action, "_selected_action": [mark.pk]})
        mark.refresh_from_db()
        assert mark.is_active is active
    assert admin_client.post(f"/admin/curation/mark/{mark.pk}/delete/").status_code == 403


def test_a_curator_may_not(curator_client):
    assert curator_client.get(ADD).status_code in (302, 403)
