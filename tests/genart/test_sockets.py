"""Sockets at addresses where there is none: refused, and no error of ours."""

import asyncio
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator


@pytest.mark.parametrize("path", ["/", "/ws/", "/ws/jobs/x/", "/ws/review", "/ws/review\n/", "/é"])
@pytest.mark.django_db(transaction=True)
def test_a_socket_at_no_address_is_refused(path: str) -> None:
    from genart.asgi import application

    scope: dict[str, Any] = {
        "type": "websocket", "path": path, "query_string": b"", "subprotocols": [],
        "headers": [(b"host", b"localhost"), (b"origin", b"http://localhost")],
    }  # fmt: skip

    async def knock() -> dict[str, Any]:
        visitor = ApplicationCommunicator(application, scope)
        await visitor.send_input({"type": "websocket.connect"})
        answer: dict[str, Any] = await visitor.receive_output(timeout=10)
        await visitor.wait(timeout=10)
        return answer

    assert asyncio.run(knock()) == {"type": "websocket.close", "code": 4404}
