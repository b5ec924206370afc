"""While the database or the disk is away, people and programs are told to come again."""

from errno import ENOSPC

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.urls import path

from genart import urls

ERRORS = {
    "database": OperationalError("the database system is starting up"),
    "disk": OSError(ENOSPC, "No space left on device"),
    "ours": RuntimeError("a mistake"),
}
handler500 = urls.handler500


def fail(request: HttpRequest, what: str) -> HttpResponse:
    raise ERRORS[what]


urlpatterns = [path("fail/<what>", fail), path("api/fail/<what>", fail), *urls.urlpatterns]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("what", ["database", "disk"])
def test_a_page_says_that_it_passes(visitor: Client, what: str) -> None:
    """Without a database: the answer itself asks it nothing."""
    answer = visitor.get(f"/fail/{what}")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer["Cache-Control"] == "no-store"
    assert "Back in a moment" in answer.content.decode()
    assert str(ERRORS[what]) not in answer.content.decode()


def test_so_it_is_under_asgi() -> None:
    visitor = AsyncClient(raise_request_exception=False)

    assert async_to_sync(visitor.get)("/fail/database").status_code == 503


def test_a_program_is_told_in_its_own_words(visitor: Client) -> None:
    answer = visitor.get("/api/fail/database")

    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert answer["Retry-After"] == "5"


def test_a_mistake_of_ours_stays_one(visitor: Client) -> None:
    answer = visitor.get("/fail/ours")

    assert answer.status_code == 500
    assert "Retry-After" not in answer
