"""A live connection that answers a burst of events with one message: the page's own parts, anew.

For consumers whose page shows a state, not single events. What it says and who may listen is the
subclass's; rows are the truth, so an event that is lost costs nothing but time.
"""

import asyncio
from typing import Any, ClassVar

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

NOT_ALLOWED = 4403
"""Code of a socket that is closed because its visitor may not see the page."""


class GatheringConsumer(AsyncWebsocketConsumer):
    """Sends `html()` on joining, and again soon after events of its group.

    Attributes:
        group: of Channels, which it listens to; a subclass has a handler for the group's events
            that awaits `changed`.
        gather_seconds: how long it waits for more events before it answers.
    """

    group: ClassVar[str]
    gather_seconds: ClassVar[float] = 0.25

    async def connect(self) -> None:
        """Accept those who may see the page."""
        self.sending: asyncio.Task[None] | None = None
        self.user: Any = self.scope["user"]
        if not await database_sync_to_async(self.may_listen)():
            await self.close(code=NOT_ALLOWED)
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self._send_now()

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        if self.sending:
            self.sending.cancel()
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def changed(self) -> None:
        """Send what changed, together with what follows at once."""
        if self.sending is None or self.sending.done():
            self.sending = asyncio.create_task(self._send_soon())

    def may_listen(self) -> bool:
        """Return whether the visitor may see the page."""
        raise NotImplementedError

    def html(self) -> str:
        """Return the parts of the page, to be swapped in by their ids."""
        raise NotImplementedError

    async def _send_soon(self) -> None:
        await asyncio.sleep(self.gather_seconds)
        await self._send_now()

    async def _send_now(self) -> None:
        await self.send(text_data=await database_sync_to_async(self.html)())
