"""Pictures that specs may follow: kept once, whoever sends them, and shown to the studio only."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from genart.accounts.services import create_token
from genart.lib.errors import InvalidInput
from generation import originals
from generation.models import ControlImage
from generation.services import keep_picture
from tests.factories import make_picture, png_bytes

pytestmark = pytest.mark.django_db
PAGE = reverse("generation:pictures")


def keep(content: bytes, **fields: Any) -> tuple[ControlImage, bool]:
    return keep_picture(content=content, **{"name": "Lines", "rights": "own", "by": None} | fields)


def test_the_same_pixels_are_kept_once() -> None:
    picture = make_picture(80, 64)
    again = io.BytesIO()
    picture.save(again, "PNG", compress_level=0)

    first, is_new = keep(png_bytes(picture))
    second, is_new_again = keep(again.getvalue(), name="Other")

    assert (first, is_new, is_new_again) == (second, True, False)
    assert (first.width_px, first.height_px) == (80, 64)
    with Image.open(io.BytesIO(originals.read(first.file))) as kept:
        assert kept.tobytes() == picture.tobytes()


def gif() -> bytes:
    out = io.BytesIO()
    make_picture().save(out, "GIF")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "fields", "where"),
    [
        (b"", {}, "image"),
        (b"\x89PNG nonsense", {}, "image"),
        (gif(), {}, "image"),
        (png_bytes(make_picture(32, 64)), {}, "image"),
        (png_bytes(make_picture()), {"rights": " "}, "rights"),
        (png_bytes(make_picture()), {"name": ""}, "name"),
    ],
)
def test_what_cannot_serve_is_refused(content: bytes, fields: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        keep(content, **fields)

    assert refusal.value.where == where
    assert not ControlImage.objects.exists()


def test_the_studio_adds_and_sees_pictures(curator_client: Client, buyer_client: Client) -> None:
    content = png_bytes(make_picture())
    file = SimpleUploadedFile("lines.png", content, "image/png")

    answer = curator_client.post(PAGE, {"image": file, "name": "Lines", "rights": "own drawing"})

    assert answer.status_code == 302
    row = ControlImage.objects.get()
    address = reverse("generation:picture", args=[row.sha256])
    assert curator_client.get(address)["Content-Type"] == "image/png"
    assert row.sha256 in curator_client.get(PAGE).content.decode()
    assert buyer_client.get(address).status_code == buyer_client.get(PAGE).status_code == 403
    broken = SimpleUploadedFile("lines.png", b"x", "image/png")
    answer = curator_client.post(PAGE, {"image": broken, "name": "Lines", "rights": "own"})
    assert answer.status_code == 422
    assert "Send a PNG, JPEG or WebP file." in answer.content.decode()


def test_a_program_adds_a_picture(curator: Any, broker: Any) -> None:
    _token, secret = create_token(user=curator, scopes=["jobs:write"])
    headers = {"authorization": f"Bearer {secret}"}

    def send(content: bytes) -> Any:
        file = SimpleUploadedFile("lines.png", content, "image/png")
        data = {"image": file, "name": "Lines", "rights": "own"}
        return Client().post("/api/v1/pictures", data, headers=headers)

    codes = [send(png_bytes(make_picture())).status_code for _ in range(2)]
    bad = send(b"x")

    assert codes == [201, 200]
    assert bad.status_code == 422
    assert bad.json()["detail"][0]["loc"] == ["image"]


@pytest.mark.parametrize(
    "body",
    [
        '{"spec": ' + "[" * 50_000,
        '{"spec": {"seed": ' + "9" * 5000 + "}}",
        '{"spec": "\\ud800"}',
        "[]",
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/jobs", "/api/v1/jobs/preview"])
def test_a_hostile_body_is_no_failure(curator: Any, broker: Any, path: str, body: str) -> None:
    _token, secret = create_token(user=curator, scopes=["jobs:write"])
    client = Client(raise_request_exception=False)

    answer = client.post(
        path, body, "application/json", headers={"authorization": f"Bearer {secret}"}
    )

    assert answer.status_code in (400, 422)
