"""What holds for every call of the API: limits, ETags, and what it says of itself."""

import pytest
from django.core.cache import cache

from catalog import defaults
from genart.accounts.services import create_token
from genart.api import api
from genart.api.frame import WINDOW_SECONDS
from tests.factories import make_artwork

pytestmark = pytest.mark.django_db
LICENCES = "/api/v1/licences"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def limits(settings):
    settings.API_LIMITS = {"anonymous": 3, "token": 5, "address": 8}
    return settings.API_LIMITS


@pytest.fixture(autouse=True)
def _one_window(monkeypatch):
    """All calls of a test fall into one minute."""
    monkeypatch.setattr("genart.api.frame.time.time", lambda: 60.0 * 1000 + 5)


def test_calls_are_counted_and_the_last_is_refused_in_the_shape_of_errors(client, limits):
    left = [int(client.get(LICENCES)["RateLimit-Remaining"]) for _ in range(3)]
    assert left == [2, 1, 0]
    answer = client.get(LICENCES)
    assert answer.status_code == 429
    assert answer.json()["code"] == "too_many_calls"
    assert set(answer.json()["detail"][0]) == {"loc", "msg"}
    assert answer["Retry-After"] == answer["RateLimit-Reset"] == str(WINDOW_SECONDS - 5)
    assert client.get(LICENCES, REMOTE_ADDR="10.0.0.9").status_code == 200


def test_the_next_minute_begins_anew(client, limits, monkeypatch):
    assert [client.get(LICENCES).status_code for _ in range(4)] == [200, 200, 200, 429]
    monkeypatch.setattr("genart.api.frame.time.time", lambda: 60.0 * 1001 + 1)
    assert client.get(LICENCES).status_code == 200


def test_a_token_has_a_limit_of_its_own(client, curator, limits):
    _token, secret = create_token(user=curator, scopes=["jobs:read"])
    asked = {"Authorization": f"Bearer {secret}"}
    assert [client.get(LICENCES, headers=asked).status_code for _ in range(6)] == [200] * 5 + [429]
    assert client.get(LICENCES).status_code == 200


def test_invented_tokens_gain_nothing(client, limits):
    asked = [client.get(LICENCES, headers={"Authorization": f"Bearer {n}"}) for n in range(9)]
    assert [answer.status_code for answer in asked] == [200] * 8 + [429]


def test_without_a_cache_calls_are_let_through(client, limits, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    answer = client.get(LICENCES)
    assert answer.status_code == 200 and "RateLimit-Limit" not in answer


def test_pages_are_not_counted(client, limits):
    defaults.load()
    assert [client.get("/licences/").status_code for _ in range(5)] == [200] * 5


def test_an_answer_that_is_known_is_not_sent_again(client):
    defaults.load()
    first = client.get(LICENCES)
    again = client.get(LICENCES, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"] and "RateLimit-Remaining" in again
    work = make_artwork()
    one = client.get(f"/api/v1/artworks/{work.pk}")
    assert one["ETag"] != first["ETag"] and one["Cache-Control"] == "public, no-cache"
    type(work).objects.filter(pk=work.pk).update(title="Another")
    asked = {"If-None-Match": one["ETag"]}
    assert client.get(f"/api/v1/artworks/{work.pk}", headers=asked).status_code == 200


def test_errors_have_one_shape(client):
    for path, status in (("/api/v1/candidates", 401), ("/api/v1/licences/none", 404),
                         ("/api/v1/artworks?limit=0", 422)):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == status, path
        assert answer.json()["code"] and set(answer.json()["detail"][0]) == {"loc", "msg"}
        assert "ETag" not in answer
    assert client.get("/api/v1/candidates")["WWW-Authenticate"] == "Bearer"


# -- what it says of itself


def calls():
    schema = api.get_openapi_schema()
    return [
        (f"{method.upper()} {path}", call)
        for path, methods in schema["paths"].items()
        for method, call in methods.items()
    ]


def test_every_call_has_a_summary_a_token_statement_and_the_shape_of_its_errors():
    error = {"$ref": "#/components/schemas/Error"}
    for name, call in calls():
        assert call["summary"] and call["tags"], name
        assert "Needs no token." in call["description"] or "Needs a token" in call["description"]
        assert bool(call["security"]) == ("Needs a token" in call["description"]), name
        assert call["responses"][429]["content"]["application/json"]["schema"] == error, name
        if call["security"]:
            assert {401, 403} <= set(call["responses"]), name
        if "{" in name:
            assert {404, 422} <= set(call["responses"]), name


def test_every_tag_is_explained():
    schema = api.get_openapi_schema()
    assert [tag["name"] for tag in schema["tags"] if not tag["description"]] == []
    assert "after=" in schema["info"]["description"]


def test_reading_the_shop_needs_no_token_and_writing_always_does():
    for name, call in calls():
        is_open = not call["security"]
        if (
            any(word in name for word in ("/licences", "/collections", "/artworks"))
            and name[0] == "G"
        ):
            assert is_open, name
        if name.startswith(("POST /api/v1/jobs", "DELETE", "PATCH", "PUT")):
            assert not is_open, name


def test_the_documentation_needs_nothing_from_elsewhere(client):
    html = client.get("/api/v1/docs").content.decode()
    assert "//cdn" not in html and "https://" not in html
    assert client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.")
