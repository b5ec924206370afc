"""What a request may carry: counted before anything of it is kept, whatever it promises."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from genart.lib.uploads_body import BodyLimit

FORM = (b"content-type", b"multipart/form-data; boundary=x")


async def reading(scope: Any, receive: Any, send: Any) -> None:
    """Read a body to its end and say how long it was."""
    total, more = 0, True
    while more:
        message = await receive()
        total += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(total).encode()})


def asked(
    parts: Sequence[bytes], *headers: tuple[bytes, bytes], pause: float = 0, idle: float = 1
) -> tuple[int, bytes, int]:
    """Send a body in parts; return status, answer and how many parts were taken."""
    left, sent = list(parts), []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    limit = BodyLimit(reading, plain_bytes=100, files_bytes=1000, idle_seconds=idle)
    asyncio.run(limit({"type": "http", "headers": list(headers)}, receive, send))
    return sent[0]["status"], sent[1]["body"], len(parts) - len(left)


def test_what_fits_is_passed_on() -> None:
    assert asked([b"x" * 50, b"x" * 50]) == (200, b"100", 2)
    assert asked([b"x" * 1000], FORM) == (200, b"1000", 1)
    assert asked([b""]) == (200, b"0", 1)


def test_what_promises_too_much_is_refused_unread() -> None:
    status, body, taken = asked([b"x" * 101], (b"content-length", b"101"))

    assert (status, taken) == (413, 0)
    assert b"too_large" in body
    assert asked([b"x"], (b"content-length", b"1001"), FORM)[::2] == (413, 0)


def test_what_promises_nothing_is_counted() -> None:
    assert asked([b"x" * 60] * 1000)[::2] == (413, 2)
    assert asked([b"x" * 60] * 1000, (b"content-length", b"60"))[::2] == (413, 2)  # a lie
    assert asked([b"x" * 400] * 1000, FORM)[::2] == (413, 3)


def test_whoever_pauses_or_drips_is_not_waited_for() -> None:
    assert asked([b"x"], pause=0.5, idle=0.05)[0] == 408
    assert asked([b"x"] * 50, pause=0.04, idle=0.08)[0] == 408


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/verify/", "/api/v1/jobs"])
def test_the_web_process_takes_no_more_than_the_settings_say(path: str) -> None:
    from genart.asgi import application

    async def ask(kind: bytes, size: int) -> int:
        headers = [(b"content-type", kind), (b"content-length", str(size).encode())]
        scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
        browser = ApplicationCommunicator(application, scope)
        return int((await browser.receive_output(10))["status"])

    plain, files = settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.UPLOAD_BYTES
    assert asyncio.run(ask(b"application/json", plain + 1)) == 413
    assert asyncio.run(ask(FORM[1], files + 1)) == 413
