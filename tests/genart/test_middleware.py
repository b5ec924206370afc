"""The edges of every answer: the content security policy, and what is compressed."""

import gzip
import re

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from catalog import defaults
from genart.bundles import OF_SHOP, SHEETS, sheet_names
from genart.middleware import CompressionMiddleware, policy
from tests.factories import make_artwork


def sources(settings, **changed):
    for name, value in changed.items():
        setattr(settings, name, value)
    return dict(part.split(" ", 1) for part in policy().split("; ") if " " in part)


def test_nothing_inline_and_nothing_from_elsewhere(settings):
    told = sources(settings)
    assert told["script-src"] == told["style-src"] == told["default-src"] == "'self'"
    assert "unsafe" not in policy() and "*" not in policy()
    assert told["img-src"].split() == ["'self'", "data:", "blob:"]
    assert told["object-src"] == told["base-uri"] == told["frame-ancestors"] == "'none'"


def test_sockets_go_where_the_site_is(settings):
    assert sources(settings, SITE_URL="https://shop.example")["connect-src"].endswith(
        "wss://shop.example"
    )


def test_pictures_may_come_from_where_they_are_kept(settings):
    assert "https://cdn.example" in sources(settings, MEDIA_URL="https://cdn.example/p/")["img-src"]
    settings.MEDIA_URL = "/media/"
    bucket = {"BACKEND": "x", "OPTIONS": {"bucket_name": "art", "custom_domain": "img.example"}}
    told = sources(settings, STORAGES=settings.STORAGES | {"default": bucket})
    assert "https://img.example" in told["img-src"].split()


def test_a_form_may_lead_to_the_gateway_that_is_used(settings):
    assert sources(settings, PAYMENT_GATEWAY="test")["form-action"] == "'self'"
    assert (
        "https://checkout.stripe.com" in sources(settings, PAYMENT_GATEWAY="stripe")["form-action"]
    )


def test_text_is_compressed_and_pictures_are_not():
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})
    squeeze = CompressionMiddleware(lambda request: HttpResponse())
    text = squeeze.process_response(request, HttpResponse("word " * 900))
    assert gzip.decompress(text.content) == b"word " * 900
    picture = HttpResponse(b"\0" * 9000, content_type="image/avif")
    assert not squeeze.process_response(request, picture).has_header("Content-Encoding")


@pytest.mark.django_db
def test_pages_and_errors_carry_the_policy(client: Client):
    defaults.load()
    work = make_artwork()
    for path in ("/", work.get_absolute_url(), "/none/", "/api/v1/licences", "/admin/login/"):
        assert "script-src 'self'" in client.get(path)["Content-Security-Policy"], path


def test_style_sheets_are_apart_where_nothing_is_collected():
    assert sheet_names() == SHEETS
    assert sheet_names("shop") == (*SHEETS, *OF_SHOP)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "face"),
    [("/browse/", "newsreader-italic-basic"), ("/de/browse/", "newsreader-italic")],
)
def test_a_page_asks_for_the_faces_that_its_language_needs(client: Client, path: str, face: str):
    defaults.load()
    page = client.get(path).content.decode()
    asked = re.findall(r'<link rel="preload" href="/static/fonts/([^"]+)\.woff2"', page)
    assert asked == [face.replace("newsreader-italic", "bricolage-grotesque"), face]


def test_collected_style_sheets_are_one(settings, tmp_path):
    from django.core.management import call_command

    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "genart.bundles.BundledStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    (joined,) = tmp_path.glob("css/site.????????????.css")
    text = joined.read_text()
    assert text.index("@layer reset, tokens") < text.index(".site-header") < text.index(".button ")
    assert 'url("../fonts/bricolage-grotesque.' in text
    (of_shop,) = tmp_path.glob("css/shop.????????????.css")
    shop = of_shop.read_text()
    assert shop.startswith(text)
    assert shop.index(".hang__niche") < shop.index(".saved__form") < shop.index(".code-form")


@pytest.mark.django_db
def test_text_that_no_column_can_hold_is_said_to_be_so(admin_client):
    answer = admin_client.get("/admin/catalog/autopilotentry/?kind=a%00b")
    assert answer.status_code == 422
    assert "U+0000" in answer.content.decode()
