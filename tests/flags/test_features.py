"""Features that a flag takes away: on the page, behind it, and in the API."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from genart.flags import services
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", b"no picture", content_type="image/png")


def test_search_by_picture_goes_from_page_form_and_api(stranger: Client) -> None:
    assert "Search by picture" in stranger.get("/browse/").content.decode()
    assert stranger.get("/search/picture/").status_code == 200

    services.switch(name="search-by-picture", state="off")

    assert "Search by picture" not in stranger.get("/browse/").content.decode()
    answer = stranger.get("/search/picture/")
    assert answer.status_code == 404
    assert "words and colours" in answer.content.decode()
    api = stranger.post("/api/v1/artworks/search-by-picture", {"file": picture()})
    assert api.status_code == 404
    assert api.json()["code"] == "not_found"


def test_search_by_picture_stays_for_those_who_have_it(buyer: object, other_buyer: object) -> None:
    services.switch(name="search-by-picture", state="partly", persons=[buyer.pk])  # type: ignore[attr-defined]
    assert "Search by picture" in signed_in(buyer).get("/browse/").content.decode()
    assert signed_in(buyer).get("/search/picture/").status_code == 200
    assert "Search by picture" not in signed_in(other_buyer).get("/browse/").content.decode()
    assert signed_in(other_buyer).get("/search/picture/").status_code == 404


def test_without_wishes_nobody_is_asked_for_an_address(stranger: Client) -> None:
    assert "Tell me when you have this" in stranger.get("/browse/?q=zeppelin").content.decode()

    services.switch(name="wishes", state="off")

    assert "Tell me when" not in stranger.get("/browse/?q=zeppelin").content.decode()
    answer = stranger.post("/wishes/", {"q": "zeppelin", "email": "a@example.com"})
    assert answer.status_code == 404


def test_every_page_tells_of_maintenance(stranger: Client) -> None:
    assert "being worked on" not in stranger.get("/").content.decode()
    services.begin_maintenance(message="New shelves come in.")
    page = stranger.get("/").content.decode()
    assert "being worked on" in page
    assert "New shelves come in." in page


def test_kept_pages_follow_the_switches(stranger: Client, settings: Any) -> None:
    settings.PAGE_SECONDS = 60
    assert "Search by picture" in stranger.get("/browse/").content.decode()
    services.switch(name="search-by-picture", state="off")
    assert "Search by picture" not in stranger.get("/browse/").content.decode()
    services.begin_maintenance()
    assert "being worked on" in stranger.get("/browse/").content.decode()
    services.end_maintenance()
    assert "being worked on" not in stranger.get("/browse/").content.decode()
