"""Reports of errors: what one has, and what never leaves the house."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import dramatiq
import pytest
import sentry_sdk
from django.test import Client

from genart.lib import tracing
from genart.observability import sentry
from tests.observability.collector import Collector, collecting

# Reports have lines of source beside those of a traceback: what must not be found stands here.
COOKIE, TOKEN, QUERY = "cookie-of-a-visitor", "visitors-own-token", "of-the-query"


@dramatiq.actor(queue_name="default", actor_name="tests.crash")
def crash(order_id: str) -> None:
    password = "correct horse battery"  # a local variable must not travel
    raise ArithmeticError(f"it does not add up, token=abcdefgh{len(password)}xyz")


@pytest.fixture
def reports(settings: Any) -> Iterator[Collector]:
    """A server that takes reports; `flush` sends what is held back."""
    with collecting() as server:
        settings.SENTRY_DSN = f"http://public@127.0.0.1:{server.server_address[1]}/1"
        assert sentry.start()
        server.flush = lambda: sentry_sdk.flush(5)  # type: ignore[attr-defined]
        yield server
        sentry_sdk.get_client().close(timeout=2)
        sentry_sdk.init()


def test_without_a_dsn_nothing_starts(settings: Any) -> None:
    settings.SENTRY_DSN = ""
    assert sentry.start() is False


@pytest.mark.django_db
def test_a_broken_page_is_reported_with_its_ids_and_without_the_visitor(
    reports: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the shelf fell, password=hunter22")

    monkeypatch.setattr("genart.health.figures.exposition", broken)
    client.raise_request_exception = False
    client.cookies["sessionid"] = COOKIE
    headers = {"X-Request-ID": "proxy-98765", "Authorization": f"Bearer {TOKEN}"}
    answer = client.get(f"/metrics?word={QUERY}", headers=headers)
    assert answer.status_code == 500
    reports.flush()
    event = reports.events[0]
    assert event["tags"]["request_id"] == "proxy-98765"
    assert event["exception"]["values"][0]["value"] == "the shelf fell, password=[hidden]"
    said = json.dumps(reports.events)
    for secret in ("hunter22", COOKIE, TOKEN, QUERY):
        assert secret not in said
    assert "server_name" not in event


def test_a_broken_actor_is_reported_once_with_what_it_was_about(
    reports: Any, drain: Any, broker: Any, transactional_db: None
) -> None:
    with tracing.bind(request_id="req-77"):
        crash.send("order-5")
    with pytest.raises(ArithmeticError):
        drain()
    reports.flush()
    (event,) = [event for event in reports.events if event.get("exception")]
    assert event["tags"]["order_id"] == "order-5"
    assert event["tags"]["actor"] == "tests.crash"
    assert event["tags"]["request_id"] == "req-77"
    assert "correct horse" not in json.dumps(event)
    assert "abcdefgh" not in json.dumps(event)


def test_an_error_that_is_only_logged_is_reported_too(reports: Any) -> None:
    with tracing.bind(job_id="job-3"):
        logging.getLogger("generation.work").error("Rendering failed: %s", "Bearer abcdefghijk")
    reports.flush()
    (event,) = reports.events
    assert event["tags"]["job_id"] == "job-3"
    assert "abcdefghijk" not in json.dumps(event)
