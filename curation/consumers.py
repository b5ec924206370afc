"""The live connection of review pages: how much waits, and who looks at what.

Pushes the same partials that `/review/counter/` and the card show. Events that come in a burst, as
when a batch is scored, are gathered for a moment and sent as one.
"""

import asyncio

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import QueryDict
from django.template.loader import render_to_string

from curation import queue
from curation.filters import Filters
from curation.live import GROUP, ReviewEvent

GATHER_SECONDS = 0.25


class ReviewConsumer(AsyncWebsocketConsumer):
    """One curator's open review page."""

    async def connect(self) -> None:
        """Accept curators alone."""
        self.sending: asyncio.Task[None] | None = None
        self.user = self.scope["user"]
        asked = QueryDict(self.scope.get("query_string", b""))
        self.filters = Filters.read(asked.dict())
        if not await database_sync_to_async(self.user.has_perm)("curation.review"):
            await self.close(code=4403)
            return
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        await self._send_now()

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        if self.sending:
            self.sending.cancel()
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def review_event(self, event: ReviewEvent) -> None:
        """Send what changed, together with what follows at once."""
        if self.sending is None or self.sending.done():
            self.sending = asyncio.create_task(self._send_soon())

    async def _send_soon(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        await self._send_now()

    async def _send_now(self) -> None:
        await self.send(text_data=await database_sync_to_async(self._html)())

    def _html(self) -> str:
        """Return the counter and who else holds what, to be swapped in by their ids."""
        context = {
            "counts": queue.queue_counts(self.user, self.filters),
            "held": queue.held_by_others(self.user),
            "oob": True,
        }
        return render_to_string("curation/review_live.html#live", context)
