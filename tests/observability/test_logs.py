"""Log lines: one JSON object each, with ids that go from a request to its messages."""

import json
import logging
import logging.config
from io import StringIO
from typing import Any

import dramatiq
import pytest
import uvicorn
from django.test import Client
from django.urls import reverse

from genart.flags import services
from genart.lib import tracing
from genart.lib.queue import send_on_commit
from genart.lib.redaction import Redaction
from genart.observability import logs

seen: list[dict[str, str]] = []


@dramatiq.actor(queue_name="default", actor_name="tests.look")
def look(order_id: str, often: int) -> None:
    seen.append(tracing.current())
    if often:
        look.send(order_id, often - 1)


@dramatiq.actor(queue_name="default", actor_name="tests.stumble")
def stumble() -> None:
    raise ArithmeticError("it does not add up, token=abcdefgh1234")


@pytest.fixture
def lines() -> Any:
    """Every JSON line that is written, as the console's handler would."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(Redaction())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)


def test_a_line_has_time_level_message_ids_and_fields(lines: Any) -> None:
    with tracing.bind(request_id="abc", job_id=None, user_id=lambda: 7):
        logging.getLogger("shop").warning("%s are gone", 3, extra={"fields": {"shelf": "blue"}})
    line = lines()[-1]
    assert line["time"].endswith("Z")
    del line["time"], line["process"]
    assert line == {
        "level": "WARNING", "logger": "shop", "message": "3 are gone", "request_id": "abc",
        "user_id": "7", "shelf": "blue",
    }  # fmt: skip


def test_an_error_and_a_text_of_many_lines_stay_one_line_without_secrets(lines: Any) -> None:
    try:
        raise ValueError("postgresql://genart:hunter22@db/genart\nis away")
    except ValueError:
        logging.getLogger("shop").exception("Two\nlines, Bearer abcdefgh12345")
    line = lines()[-1]
    assert line["message"] == "Two\nlines, Bearer [hidden]"
    assert "Traceback" in line["error"]
    assert "hunter22" not in line["error"]


def test_text_for_people_names_the_ids_shortly() -> None:
    record = logging.LogRecord("shop", logging.INFO, "", 0, "All well", None, None)
    with tracing.bind(job_id="0123456789"):
        assert logs.TextLines().format(record).endswith("INFO shop All well [job=01234567]")
    assert logs.TextLines().format(record).endswith("INFO shop All well")


@pytest.mark.parametrize(
    ("style", "chosen"), [("json", "json"), ("text", "text"), ("auto", "json")]
)
def test_the_setting_chooses_and_auto_means_json_where_nobody_looks(
    style: str, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", StringIO())
    assert logs.config("INFO", style)["handlers"]["console"]["formatter"] == chosen


@pytest.mark.django_db
def test_a_request_has_an_id_that_comes_back(stranger: Client, lines: Any) -> None:
    answer = stranger.get("/browse/", headers={"X-Request-ID": "proxy-0123456789"})
    assert answer["X-Request-ID"] == "proxy-0123456789"
    line = next(line for line in lines() if line.get("route") == "catalog:browse")
    assert line["request_id"] == "proxy-0123456789"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["seconds"] > 0


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "short", "a b c d e f g h", "x" * 300, 'a"}\n{"b":12345'])
def test_what_looks_like_no_id_is_replaced(stranger: Client, given: str) -> None:
    answer = stranger.get("/healthz", headers={"X-Request-ID": given})
    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 32


@pytest.mark.django_db
def test_the_line_names_the_user_whom_the_view_asked_for(
    buyer: Any, buyer_client: Client, lines: Any
) -> None:
    buyer_client.get("/library/")
    line = next(line for line in lines() if line.get("route") == "catalog:library")
    assert line["user_id"] == str(buyer.pk)


@pytest.mark.django_db
def test_the_secret_part_of_an_address_is_in_no_line(stranger: Client, lines: Any) -> None:
    secret = "s3cr3t-0f-an-0rder-1234567890"
    stranger.get(reverse("catalog:wish", args=[secret]))
    named = [line for line in lines() if line.get("route") == "catalog:wish"]
    assert "[hidden]" in named[0]["path"]
    assert secret not in json.dumps(named)


def test_a_message_takes_the_ids_of_its_request_along(
    drain: Any, broker: Any, transactional_db: None
) -> None:
    seen.clear()
    with tracing.bind(request_id="req-1", user_id="9"):
        send_on_commit(look, "order-7", 1)
    drain()
    assert [entry["request_id"] for entry in seen] == ["req-1", "req-1"]
    first, second = seen
    assert first["order_id"] == "order-7"
    assert first["user_id"] == "9"
    assert first["actor"] == "tests.look"
    assert first["message_id"] != second["message_id"]


def test_what_an_actor_logs_of_its_error_has_the_ids(
    drain: Any, broker: Any, lines: Any, transactional_db: None
) -> None:
    with tracing.bind(request_id="req-2"):
        stumble.send()
    with pytest.raises(ArithmeticError):
        drain()
    line = next(line for line in lines() if "unhandled exception" in line["message"])
    assert (line["request_id"], line["actor"]) == ("req-2", "tests.stumble")
    assert "does not add up" in line["error"]
    assert "abcdefgh1234" not in line["error"]


def test_a_thread_forgets_the_ids_of_the_last_message(
    drain: Any, broker: Any, transactional_db: None
) -> None:
    seen.clear()
    with tracing.bind(request_id="req-3"):
        look.send("order-1", 0)
    drain()
    look.send("order-2", 0)
    drain()
    assert "request_id" not in seen[1]


def test_a_function_takes_the_ids_to_another_thread() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool, tracing.bind(job_id="j"):
        plain = pool.submit(tracing.current)
        carried = pool.submit(tracing.within(tracing.current))
        assert plain.result() == {}
        assert carried.result() == {"job_id": "j"}


@pytest.mark.django_db
def test_a_request_is_about_what_its_address_names(curator_client: Client, lines: Any) -> None:
    job_id = "0f0e0d0c-0b0a-4908-8706-050403020100"
    curator_client.get(reverse("generation:job", args=[job_id]))
    line = next(line for line in lines() if line.get("route") == "generation:job")
    assert line["job_id"] == job_id


@pytest.mark.django_db
def test_a_broken_page_is_logged_once_with_its_ids(
    client: Client, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the shelf fell")

    monkeypatch.setattr("genart.health.figures.exposition", broken)
    client.raise_request_exception = False
    client.get("/metrics", headers={"X-Request-ID": "proxy-55555"})
    errors = [line for line in lines() if line["level"] == "ERROR"]
    assert [line["request_id"] for line in errors] == ["proxy-55555"]
    assert "the shelf fell" in errors[0]["error"]


@pytest.mark.django_db
def test_what_is_turned_away_on_purpose_is_no_error(stranger: Client, lines: Any) -> None:
    services.begin_maintenance()
    assert stranger.post("/lightboxes/new/").status_code == 503
    assert stranger.get("/statusz").status_code == 503
    assert [line for line in lines() if line["level"] == "ERROR"] == []


def test_uvicorn_adds_no_lines_of_its_own_for_requests() -> None:
    uvicorn.Config("genart.asgi:application", access_log=False, log_level="warning")
    logging.config.dictConfig(logs.config("INFO", "json"))
    access = logging.getLogger("uvicorn.access")
    assert not access.hasHandlers()
    assert logging.getLogger("uvicorn.error").propagate
