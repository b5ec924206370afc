"""The live connection of the autopilot's page: pushes the page's own parts when something changed.

Events that come in a burst, as when a cycle writes its proposals, are gathered and sent as one.
"""

import asyncio

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.template.loader import render_to_string

from catalog.autopilot.board import board
from catalog.autopilot.live import GROUP, AutopilotEvent
from catalog.views.autopilot import MAY_ACT, may_see

GATHER_SECONDS = 0.3
NOT_ALLOWED = 4403


class AutopilotConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        """Accept those who may see the page."""
        self.sending: asyncio.Task[None] | None = None
        self.user = self.scope["user"]
        if not await database_sync_to_async(may_see)(self.user):
            await self.close(code=NOT_ALLOWED)
            return
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        await self._send_now()

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        if self.sending:
            self.sending.cancel()
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def autopilot_event(self, event: AutopilotEvent) -> None:
        """Send what changed, together with what follows at once."""
        if self.sending is None or self.sending.done():
            self.sending = asyncio.create_task(self._send_soon())

    async def _send_soon(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        await self._send_now()

    async def _send_now(self) -> None:
        await self.send(text_data=await database_sync_to_async(self._html)())

    def _html(self) -> str:
        """Return the parts of the page, to be swapped in by their ids."""
        may_act = any(self.user.has_perm(permission) for permission in MAY_ACT)
        context = board() | {"may_act": may_act, "oob": True}
        return render_to_string("catalog/autopilot/page.html#live", context)
