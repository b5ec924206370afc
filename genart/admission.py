"""Admission control: few requests are let into Django at once; the others wait in line, in order.

Django works on each request in a thread of its own. Dozens of busy threads take the interpreter
from each other and from the event loop: every answer is late, and by the time it is made its
visitor has gone. A few at once answer the same crowd sooner, and one that has gone is left out.
"""

import asyncio
from collections import deque

from django.utils.translation import gettext_noop

from genart.lib.uploads_body import Application, Message, Receive, Scope, Send
from genart.observability import counters
from genart.unavailable import unavailable

AT_ANY_TIME = frozenset({"/healthz", "/readyz", "/metrics"})
"""What a supervisor asks, who takes a late answer for a dead process."""
SENTENCE = gettext_noop(
    "Very many people are here just now. Nothing was changed: try again in a moment."
)


class Admission:
    """Pass requests on, so many at once; answer 503 to one whose turn does not come in time.

    A request has its turn from its last byte until its answer begins: neither a slow sender nor a
    slow reader keeps others waiting.

    Args:
        inner: what answers.
        at_once: how many.
        wait_seconds: how long one waits for its turn.
    """

    def __init__(self, inner: Application, *, at_once: int, wait_seconds: float) -> None:
        self.inner, self.free, self.wait_seconds = inner, at_once, wait_seconds
        self.line: deque[asyncio.Future[None]] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request when its turn has come."""
        if scope["path"] in AT_ANY_TIME:
            await self.inner(scope, receive, send)
            return
        turn = _Turn(self, receive, send)
        try:
            await self.inner(scope, turn.receive, turn.send)
        except _TooLate:
            counters.REQUESTS_TURNED_AWAY.inc()
            await _answer(scope, send)
        finally:
            turn.end()

    def give_back(self) -> None:
        """Let the next one in."""
        while self.line:
            waiting = self.line.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return
        self.free += 1


class _TooLate(Exception):
    """The turn of a request did not come in time."""


class _Turn:
    """One request, its place in the line, and its turn."""

    def __init__(self, turns: Admission, receive: Receive, send: Send) -> None:
        self.turns, self.inner_receive, self.inner_send = turns, receive, send
        self.is_read, self.is_on = False, False
        self.leaving: asyncio.Future[Message] | None = None

    async def receive(self) -> Message:
        """Return the next part of a request; the last one when it has its turn."""
        if self.leaving is not None:  # asked for while it waited, and not yet told
            return await self.leaving
        message = await self.inner_receive()
        if self.is_read or message["type"] != "http.request" or message.get("more_body"):
            return message
        self.is_read = True
        if self.turns.free:
            self.turns.free -= 1
            self.is_on = True
            return message
        return message if await self._waited() else {"type": "http.disconnect"}

    async def _waited(self) -> bool:
        """Wait for the turn; return whether the sender is still there.

        Raises:
            _TooLate: it did not come in time.
        """
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.turns.line.append(mine)
        self.leaving = asyncio.ensure_future(self.inner_receive())
        try:
            await asyncio.wait(
                (mine, self.leaving),
                timeout=self.turns.wait_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            self.is_on = mine.done() and not mine.cancelled()
            mine.cancel()  # where it is done that changes nothing
        if self.leaving.done():
            return False
        if not self.is_on:
            raise _TooLate
        return True

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on; with its first one the turn is over."""
        self._give_back()
        await self.inner_send(message)

    def end(self) -> None:
        """Leave nothing behind."""
        self._give_back()
        if self.leaving is not None:
            self.leaving.cancel()

    def _give_back(self) -> None:
        if self.is_on:
            self.is_on = False
            self.turns.give_back()


async def _answer(scope: Scope, send: Send) -> None:
    answer = unavailable(scope["path"], SENTENCE)
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.items()]
    headers.append((b"content-length", str(len(answer.content)).encode()))
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
