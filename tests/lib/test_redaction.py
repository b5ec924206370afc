"""What is hidden in lines and reports, and what is not."""

import logging

import pytest

from genart import env
from genart.lib import redaction
from genart.lib.redaction import HIDDEN, redacted, redacted_tree
from genart.observability.conf import SECRET_VARIABLE


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("Authorization: Bearer abcdefgh12345", ["abcdefgh12345"]),
        ("authorization='Basic Z2VuYXJ0OnBhc3M='", ["Z2VuYXJ0OnBhc3M"]),
        ("https://s3.example.com/a.png?X-Amz-Signature=0a1b2c3d4e5f&a=1", ["0a1b2c3d4e5f"]),
        ('{"password": "hunter22", "api_key": "k-123456"}', ["hunter22", "k-123456"]),
        ("sk_live_51H8xYz0123456789", ["51H8xYz0123456789"]),
        ("sk-proj-abcdefghijklmnop", ["abcdefghijklmnop"]),
        ("AKIAIOSFODNN7EXAMPLE", ["AKIAIOSFODNN7EXAMPLE"]),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc", ["eyJzdWIiOiIxMjM0In0"]),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----", ["MIIEvQ"]),
        ("sessionid=abcd1234efgh", ["abcd1234efgh"]),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str, secrets: list[str]) -> None:
    told = redacted(f"It said {text}, and went on.")
    assert told.count(HIDDEN) >= len(secrets)
    assert [secret for secret in secrets if secret in told] == []


def test_the_password_of_an_address_goes_and_the_address_stays() -> None:
    told = redacted("connection to postgresql://genart:s3cr3t@db.example:5432/shop failed")
    assert told == f"connection to postgresql://{HIDDEN}@db.example:5432/shop failed"


@pytest.mark.parametrize(
    "line",
    [
        "Render 4 of 12 took 3.2 s at 512 x 512 px.",
        "max_tokens=77 and 12 tokens were left",
        "Set METRICS_TOKEN as a bearer token.",
        "https://shop.example/browse/?q=key+west",
        "The keynote of this series is calm.",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert redacted(line) == line


def test_secrets_known_by_their_value_are_hidden_wherever_they_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redaction, "_values", ())
    redaction.remember({"A_KEY": "tall-grass-in-wind", "SHORT": "on"})
    assert redacted("on the hill: tall-grass-in-wind!") == f"on the hill: {HIDDEN}!"


def test_the_variables_that_hold_secrets_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    file = tmp_path / "key"  # type: ignore[operator]
    file.write_text("from-a-mounted-file\n")
    monkeypatch.setenv("RUNPOD_API_KEY", "runpod-12345")
    monkeypatch.setenv("STRIPE_SECRET_KEY_FILE", str(file))
    monkeypatch.setenv("SITE_NAME", "genart")
    found = env.matching(SECRET_VARIABLE)
    assert found["RUNPOD_API_KEY"] == "runpod-12345"
    assert found["STRIPE_SECRET_KEY"] == "from-a-mounted-file"
    assert "SITE_NAME" not in found


def test_a_secret_of_the_present_work_is_hidden_while_it_lasts() -> None:
    with redaction.hiding() as secrets:
        secrets.append("order-door-key-77")
        assert redacted("/o/order-door-key-77/") == f"/o/{HIDDEN}/"
    assert redacted("/o/order-door-key-77/") == "/o/order-door-key-77/"


def test_fields_with_a_secrets_name_are_hidden_in_data() -> None:
    told = redacted_tree(
        {"headers": {"Cookie": "a=b", "Host": "shop"}, "list": ["Bearer abcdefgh1"], "otp": ""}
    )
    assert told == {
        "headers": {"Cookie": HIDDEN, "Host": "shop"},
        "list": [f"Bearer {HIDDEN}"],
        "otp": "",
    }


def test_a_record_loses_its_secrets_with_its_traceback() -> None:
    try:
        raise ValueError("token=abcdefgh")
    except ValueError as error:
        exc_info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("a", 40, "", 0, "password=%s", ("hunter22",), exc_info)
    assert redaction.Redaction().filter(record)
    assert record.getMessage() == f"password={HIDDEN}"
    assert "abcdefgh" not in (record.exc_text or "")
    assert "ValueError" in (record.exc_text or "")
