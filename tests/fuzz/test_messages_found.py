"""What a socket must bear, whatever it is sent."""

import asyncio
from typing import Any

import pytest
from channels.routing import URLRouter

from catalog.urls import websocket_urlpatterns as catalog_sockets
from curation.urls import websocket_urlpatterns as curation_sockets
from generation.urls import websocket_urlpatterns as generation_sockets
from tests.factories import make_job
from tests.generation.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)

application = URLRouter([*generation_sockets, *curation_sockets, *catalog_sockets])
STRANGE: list[dict[str, Any]] = [
    {"text": ""},
    {"text": "no JSON"},
    {"text": "[" * 5000},
    {"text": '{"type": "job.event", "render_ids": null}'},
    {"text": "\x00"},
    {"bytes": b"\xff\xfe"},
    {"bytes": b""},
    {"text": None, "bytes": b"x" * 100_000},
]


@pytest.mark.parametrize("path", ["/ws/jobs/{job}/", "/ws/review/", "/ws/autopilot/"])
def test_no_message_ends_a_live_page(path: str, admin_user: Any) -> None:
    address = path.format(job=make_job(owner=admin_user).pk)

    async def talk() -> bool:
        visitor = Socket(application, address, admin_user)
        assert await visitor.connect()
        await visitor.receive()
        for message in STRANGE:
            await visitor.application.send_input({"type": "websocket.receive"} | message)
        still_quiet = await visitor.hears_nothing()
        await visitor.disconnect()
        return still_quiet

    assert asyncio.run(talk())
