"""Strange messages, and strange ways to join, over the site's WebSockets, in this process."""

import asyncio
import json
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from tests.fuzz import values
from tests.fuzz.range import Tally

if TYPE_CHECKING:
    from tests.fuzz.guns import Site

BURST = 20
"""Messages over one connection."""
JOIN_SECONDS, SETTLE_SECONDS = 20, 0.02


def fire_messages(tally: Tally, site: "Site", seed: int, count: int) -> None:
    """Send `count` messages, a connection for every `BURST` of them."""
    chance = Random(seed)
    cookies = {
        name: site.client(name).cookies[settings.SESSION_COOKIE_NAME].value
        for name in ("admin", "buyer")
    }
    paths = [f"/ws/jobs/{site.shop.job.pk}/", "/ws/review/", "/ws/autopilot/"]
    for first in range(0, count, BURST):
        asked = join(chance, paths, cookies)
        messages = [message(chance) for _ in range(min(BURST, count - first))]
        told = f"{asked['path']}?{asked['query_string']!r} {messages!r}"
        tally.shots["messages"] += len(messages) - 1
        tally.fire("messages", told, partial(run, asked, messages))


def join(chance: Random, paths: list[str], cookies: dict[str, str]) -> dict[str, Any]:
    """Return how a connection asks to be let in: mostly rightly, as an admin."""
    who = chance.choice((*["admin"] * 8, "buyer", ""))
    path = chance.choice(paths)
    query, origin = "", "http://localhost"
    cookie = f"{settings.SESSION_COOKIE_NAME}={cookies[who]}" if who else ""
    if chance.random() < 0.2:
        query = values.sendable(values.word(chance))
    if chance.random() < 0.1:
        origin = values.sendable(values.word(chance))
    if chance.random() < 0.05:
        cookie = values.sendable(values.word(chance))
    if chance.random() < 0.05:
        path = values.sendable(values.near(chance, path))
    headers = [(b"host", b"localhost"), (b"origin", origin.encode()), (b"cookie", cookie.encode())]
    return {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "subprotocols": [],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "scheme": "ws",
    }


def message(chance: Random) -> dict[str, Any]:
    """Return a message as a server hands it on."""
    way = chance.random()
    if way < 0.15:
        return {"type": "websocket.receive", "bytes": chance.randbytes(chance.choice((0, 9, 4000)))}
    text = values.sendable(values.word(chance))
    if way < 0.5:
        known = ("type", "job_id", "event", "render_ids", "sequence", "kind", values.word(chance))
        wrong = (None, [], {}, "job_event", 10**40, text, [[[[]]]])
        text = json.dumps({values.sendable(chance.choice(known)): chance.choice(wrong)})
    elif way < 0.6:
        text = "[" * chance.choice((10, 5000))
    return {"type": "websocket.receive", "text": text}


def run(scope: dict[str, Any], messages: list[dict[str, Any]]) -> str:
    """Visit in an event loop of its own."""
    return asyncio.run(visit(scope, messages))


async def visit(scope: dict[str, Any], messages: list[dict[str, Any]]) -> str:
    """Join, send each message, leave; return whether one was let in.

    Raises:
        Exception: whatever the consumer raised.
    """
    from genart.asgi import application

    visitor = ApplicationCommunicator(application, scope)
    await visitor.send_input({"type": "websocket.connect"})
    answer = await visitor.receive_output(timeout=JOIN_SECONDS)
    if answer["type"] == "websocket.close":
        return "refused"
    for one in messages:
        await visitor.send_input(one)
        for _ in range(5):
            await asyncio.sleep(0)
        if visitor.future.done():
            visitor.future.result()  # raises what ended it
            return "ended"
    await asyncio.sleep(SETTLE_SECONDS)
    await visitor.send_input({"type": "websocket.disconnect", "code": 1000})
    await visitor.wait(timeout=JOIN_SECONDS)
    return "heard"
