"""The edge of every WebSocket: its id, its span, its log line, its counts."""

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.urls import URLPattern

from genart.lib import tracing
from genart.observability import counters
from genart.observability.requests import HEADER, request_id_of

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

KEY = "genart.socket"
"""Where the scope has the watched socket: the inner parts work on copies of the scope."""

logger = logging.getLogger(__name__)


class Watched:
    """Wraps the sockets' application; outermost, so that refused ones are seen as well."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one socket until it ends."""
        socket = Socket(scope, receive, send)
        scope[KEY] = socket
        with (
            tracing.bind(request_id=request_id_of(socket.header(HEADER.lower()))),
            tracing.bind(user_id=lambda: socket.user_id, job_id=lambda: socket.job_id),
            tracing.span("socket", "server", parent=socket.header(tracing.TRACEPARENT)),
        ):
            try:
                await self.application(scope, socket.receive, socket.send)
            except BaseException:
                socket.outcome = "failed"
                raise
            finally:
                socket.end()


class Named:
    """Wraps a consumer behind its route: tells the watcher which one it is, and who is there."""

    def __init__(self, route: str, application: Application) -> None:
        self.route = route
        self.application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Pass the socket on."""
        watcher = scope.get(KEY)
        if watcher is not None:
            watcher.route = self.route
            watcher.user_id = getattr(scope.get("user"), "pk", None)
            watcher.job_id = scope.get("url_route", {}).get("kwargs", {}).get("job_id")
        await self.application(scope, receive, send)


def named(patterns: list[URLPattern]) -> list[URLPattern]:
    """Return the routes with consumers that tell which one was taken."""
    return [
        URLPattern(route.pattern, Named(str(route.pattern), route.callback), name=route.name)
        for route in patterns
    ]


class Socket:
    """One socket: what passes is counted."""

    def __init__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        self.headers = dict(scope.get("headers", []))
        self.inner_receive, self.inner_send = receive, send
        self.route, self.outcome = "none", "refused"
        self.user_id: object = None
        self.job_id: object = None
        self.is_open = False
        self.began = time.perf_counter()

    def header(self, name: str) -> str:
        """Return a header of the handshake; empty where it is missing."""
        return self.headers.get(name.encode(), b"").decode("latin-1")

    async def receive(self) -> Message:
        """Count what comes in."""
        message = await self.inner_receive()
        if message["type"] == "websocket.receive":
            counters.SOCKET_MESSAGES.labels(self.route, "in").inc()
        return message

    async def send(self, message: Message) -> None:
        """Count what goes out, and note when the socket opens."""
        if message["type"] == "websocket.accept":
            self.is_open, self.outcome = True, "served"
            counters.SOCKETS_OPEN.labels(self.route).inc()
        elif message["type"] == "websocket.send":
            counters.SOCKET_MESSAGES.labels(self.route, "out").inc()
        await self.inner_send(message)

    def end(self) -> None:
        """Note the socket's end."""
        if self.is_open:
            counters.SOCKETS_OPEN.labels(self.route).dec()
        counters.SOCKETS.labels(self.route, self.outcome).inc()
        tracing.describe(f"socket {self.route}", outcome=self.outcome)
        seconds = round(time.perf_counter() - self.began, 3)
        fields = {"route": self.route, "outcome": self.outcome, "seconds": seconds}
        logger.info("socket %s %s", self.route, self.outcome, extra={"fields": fields})
