"""What was found by machines calling the API with nonsense, so that it stays mended."""

import pytest
from django.test import Client

from genart.accounts.services import create_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(admin_user):
    _token, secret = create_token(
        user=admin_user,
        scopes=["orders:read", "orders:write", "candidates:read", "scores:write", "jobs:write"],
    )
    client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {secret}"})

    def send(method, path, body=b"", kind="application/json"):
        return client.generic(method, f"/api/v1{path}", body, content_type=kind)

    return send


@pytest.mark.parametrize("path", ["/verify", "/scores", "/pictures", "/artworks/search-by-picture"])
@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_multipart_body_without_boundary_is_refused_in_the_shape_of_all_errors(call, path, kind):
    answer = call("POST", path, b"x", kind)

    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "detail"}


@pytest.mark.parametrize("body", [b"[null, null]", b'"AAA"', b"7", b"null", b"{", b"\xff", b"NaN"])
def test_a_body_that_is_no_object_is_refused(call, body):
    answer = call("PUT", "/cart/code", body)

    assert answer.status_code == 400
    assert answer.json()["detail"][0]["msg"] == "Send the body as a JSON object."


def test_a_number_is_no_moment(call):
    assert call("GET", "/candidates?since=0.5").status_code == 422
    assert call("GET", "/candidates?since=1700000000").status_code == 422
    assert call("GET", "/candidates?since=2026-01-01T00:00:00Z").status_code == 200


@pytest.mark.parametrize("value", ["0", "1", '"yes"', "null"])
def test_only_true_and_false_say_whether_credits_are_used(call, value):
    body = f'{{"country": "DE", "use_credits": {value}}}'

    assert call("POST", "/cart/quote", body.encode()).status_code == 422


def test_text_that_no_column_can_hold_is_refused(call):
    answer = call("PUT", "/cart/code", b'{"code": "a\\u0000b"}')

    assert answer.status_code == 422
    assert "U+0000" in answer.json()["detail"][0]["msg"]
