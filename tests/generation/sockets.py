"""A WebSocket client for consumers, straight on the application.

`channels.testing` has one too, but importing it needs the Daphne server, which nothing else uses.
"""

from typing import Any

from asgiref.testing import ApplicationCommunicator


class Socket:
    """One connection to `path`, by `user` or by whom `headers` say."""

    def __init__(
        self, application: Any, path: str, user: Any = None, headers: list[Any] | None = None
    ) -> None:
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": headers or [],
            "subprotocols": [],
        } | ({"user": user} if user is not None else {})
        self.application = ApplicationCommunicator(application, scope)

    async def connect(self) -> bool:
        """Return whether the application accepts."""
        await self.application.send_input({"type": "websocket.connect"})
        answer = await self.application.receive_output(timeout=5)
        return answer["type"] == "websocket.accept"

    async def receive(self) -> str:
        """Return the next text that is sent."""
        message = await self.application.receive_output(timeout=5)
        assert message["type"] == "websocket.send", message
        return message["text"]

    async def hears_nothing(self) -> bool:
        """Return whether nothing is sent for a moment."""
        return await self.application.receive_nothing(timeout=0.3)

    async def disconnect(self) -> None:
        """Leave, and wait for the application to end."""
        await self.application.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.application.wait(timeout=5)
