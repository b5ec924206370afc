"""Limits what a request may carry, before anything of it is kept.

Django reads a whole body into memory and then onto the disk before the first middleware sees the
request, so a stranger could fill the disk at any address. This stands in front of it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

IDLE_SECONDS = 20.0
"""How long the next part of a body may be waited for."""
PAUSES = 6
"""Of so many such waits the sender may need all, whatever the size."""


class _Ended(Exception):
    """The rest of a body is not waited for."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class BodyLimit:
    """Pass requests on, but answer 413 to one that is too large and 408 to one that never ends.

    Args:
        inner: what answers the others.
        plain_bytes: the most of a body without files.
        files_bytes: the most of a form with files, all of them together.
        idle_seconds: how long a sender may pause.
    """

    def __init__(
        self,
        inner: Application,
        *,
        plain_bytes: int,
        files_bytes: int,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.inner = inner
        self.plain_bytes, self.files_bytes = plain_bytes, files_bytes
        self.idle_seconds = idle_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers = dict(scope.get("headers", []))
        has_files = headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")
        most = self.files_bytes if has_files else self.plain_bytes
        promised = headers.get(b"content-length", b"")
        if promised.isdigit() and int(promised) > most:
            await _refuse(send, _too_large(most))
            return
        counted = _Counted(receive, most, self.idle_seconds)
        answer = _Answer(send)
        try:
            await self.inner(scope, counted.receive, answer.send)
        except _Ended as ended:
            if not answer.begun:
                await _refuse(send, ended)


class _Counted:
    """Hands a body on, part by part, and counts."""

    def __init__(self, receive: Receive, most: int, idle_seconds: float) -> None:
        self.inner, self.most, self.idle_seconds = receive, most, idle_seconds
        self.total, self.is_whole = 0, False
        self.left_seconds = PAUSES * idle_seconds

    async def receive(self) -> Message:
        """Return the next part.

        Raises:
            _Ended: there is too much of it, or it does not come.
        """
        if self.is_whole:  # what comes now is the word that the sender left
            return await self.inner()
        message = await self._next()
        self.total += len(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        if self.total > self.most:
            raise _too_large(self.most)
        return message

    async def _next(self) -> Message:
        """Wait for a part; a sender that drips uses up its pauses and may not go on for ever."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            message = await asyncio.wait_for(self.inner(), self.idle_seconds)
        except TimeoutError:
            raise _Ended(408, "The request did not arrive in time. Send it again.") from None
        self.left_seconds -= loop.time() - begun
        if self.left_seconds < 0 and message.get("more_body"):
            raise _Ended(408, "The request did not arrive in time. Send it again.")
        return message


class _Answer:
    """Knows whether an answer has begun."""

    def __init__(self, send: Send) -> None:
        self.inner, self.begun = send, False

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        self.begun = True
        await self.inner(message)


def _too_large(most: int) -> _Ended:
    return _Ended(413, f"Send {most // 1024 // 1024} MB at most.")


async def _refuse(send: Send, ended: _Ended) -> None:
    """Answer in the API's form, which people can read as well, and close the connection."""
    body = json.dumps({"code": "too_large" if ended.status == 413 else "too_slow",
                       "detail": [{"loc": [], "msg": str(ended)}]}).encode()  # fmt: skip
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": ended.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
