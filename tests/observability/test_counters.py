"""What processes count: requests, sockets, messages, files; and that all of them are summed."""

import subprocess
import sys
import threading
from http.server import ThreadingHTTPServer
from typing import Any

import dramatiq
import pytest
import requests
from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import path
from prometheus_client.parser import text_string_to_metric_families

from genart.observability import counters, exporter, folder
from genart.observability.sockets import Watched, named


@dramatiq.actor(queue_name="default", actor_name="tests.count_me")
def count_me(fails: bool) -> None:
    if fails:
        raise ArithmeticError


def value(name: str, **labels: str) -> float:
    """Return the sum of the samples that have these labels."""
    found = text_string_to_metric_families(counters.exposition().decode())
    return sum(
        sample.value
        for family in found
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_never_by_path(stranger: Client) -> None:
    asked = {"method": "GET", "route": "catalog:artwork", "status": "404"}
    before = value("genart_http_requests_total", **asked)
    unknown = value("genart_http_requests_total", route="none", status="404")
    for number in range(3):
        stranger.get(f"/art/not-there-{number}/")
        stranger.get(f"/nowhere/{number}/")
    assert value("genart_http_requests_total", **asked) == before + 3
    assert value("genart_http_requests_total", route="none", status="404") == unknown + 3
    assert value("genart_http_request_seconds_count", route="catalog:artwork") >= 3
    assert "not-there" not in counters.exposition().decode()


@pytest.mark.django_db
def test_a_method_that_nobody_knows_makes_no_label(stranger: Client) -> None:
    stranger.generic("BREW", "/healthz")
    assert "BREW" not in counters.exposition().decode()
    assert value("genart_http_requests_total", method="OTHER") >= 1


def test_messages_are_counted_by_outcome_and_their_wait(
    drain: Any, broker: Any, transactional_db: None
) -> None:
    about = {"actor": "tests.count_me", "queue": "default"}
    done, failed = (
        value("genart_messages_total", outcome=word, **about) for word in ("done", "failed")
    )
    waits = value("genart_message_wait_seconds_count", queue="default")
    count_me.send(False)
    drain()
    count_me.send(True)
    with pytest.raises(ArithmeticError):
        drain()
    assert value("genart_messages_total", outcome="done", **about) == done + 1
    assert value("genart_messages_total", outcome="failed", **about) == failed + 1
    assert value("genart_message_wait_seconds_count", queue="default") >= waits + 2  # and tries
    assert value("genart_message_seconds_count", actor="tests.count_me") >= 2


def test_files_are_timed_and_failures_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    originals = storages["originals"]
    saved = value("genart_storage_seconds_count", storage="originals", operation="save")
    name = originals.save("a/b.txt", ContentFile(b"x"))
    assert value("genart_storage_seconds_count", storage="originals", operation="save") == saved + 1

    errors = value("genart_storage_errors_total", storage="originals", operation="open")
    with pytest.raises(FileNotFoundError):
        originals.open("not/there.txt")
    with pytest.raises(IsADirectoryError):
        originals.open("a")
    assert value("genart_storage_errors_total", storage="originals", operation="open") == errors + 1
    originals.delete(name)
    assert value("genart_storage_seconds_count", storage="originals", operation="delete") >= 1


def test_a_socket_is_counted_while_open_and_when_it_ends() -> None:
    async def consumer(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": "hello"})
        open_now.append(value("genart_sockets_open", route="ws/<int:n>/"))
        await receive()

    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.close"})

    open_now: list[float] = []
    (route,) = named([path("ws/<int:n>/", consumer)])
    messages = [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "?"}]
    talk(Watched(route.callback), list(messages))
    talk(Watched(refuse), list(messages))
    assert open_now == [1]
    assert value("genart_sockets_open", route="ws/<int:n>/") == 0
    assert value("genart_sockets_total", route="ws/<int:n>/", outcome="served") == 1
    assert value("genart_sockets_total", route="none", outcome="refused") >= 1
    assert value("genart_socket_messages_total", route="ws/<int:n>/", direction="in") == 1
    assert value("genart_socket_messages_total", route="ws/<int:n>/", direction="out") == 1


def talk(application: Any, incoming: list[Any]) -> None:
    async def receive() -> Any:
        return incoming.pop(0)

    async def send(message: Any) -> None:
        pass

    async_to_sync(application)({"type": "websocket", "headers": []}, receive, send)


def test_another_process_of_this_machine_counts_in_and_its_present_goes_with_it() -> None:
    script = (
        "from genart.observability import counters\n"
        "counters.LOG_RECORDS.labels('error', 'elsewhere').inc(5)\n"
        "counters.SOCKETS_OPEN.labels('elsewhere').inc()\n"
    )
    assert folder.path() is not None
    subprocess.run([sys.executable, "-c", script], check=True)
    assert value("genart_log_records_total", logger="elsewhere") == 5
    assert value("genart_sockets_open", route="elsewhere") == 0, "that process has ended"


def test_sums_of_the_ended_are_kept_a_day(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path))
    for name in ("counter_999999999.db", "gauge_livesum_999999999.db", "notes.txt"):
        (tmp_path / name).touch()
    assert folder.forget_the_ended() == 1
    assert folder.forget_the_ended(kept_seconds=0) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_where_nothing_can_be_written_a_process_counts_alone(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(folder.VARIABLE)
    (tmp_path / "file").touch()
    folder.share(tmp_path / "file" / "below")
    assert folder.path() is None


@pytest.mark.parametrize(
    ("token", "header", "status"), [("", "", 200), ("s3cret", "", 403), ("s3cret", "s3cret", 200)]
)
def test_a_machine_without_web_tells_its_counters_at_a_port(
    settings: Any, token: str, header: str, status: int
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), exporter.Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.METRICS_TOKEN = token
    counters.LOG_RECORDS.labels("warning", "of-this-test").inc()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    headers = {"Authorization": f"Bearer {header}"} if header else {}
    answer = requests.get(f"{address}/metrics", headers=headers, timeout=5)
    elsewhere = requests.get(f"{address}/", timeout=5)
    server.shutdown()
    server.server_close()
    assert answer.status_code == status
    assert ("of-this-test" in answer.text) is (status == 200)
    assert elsewhere.status_code == 404


def test_without_a_port_nothing_listens(settings: Any) -> None:
    settings.METRICS_PORT = 0
    exporter.start({"render"})
    assert "exporter" not in {thread.name for thread in threading.enumerate()}
