"""Pushes a job's live page as HTML over a WebSocket, out of band, by the element's id.

On joining, the whole present state is sent, so that nothing is missed between the page and the
socket, or while the socket was away. The same partials are parts of the page itself
(`templates/generation/job.html`), so both look alike.
"""

from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.template.loader import render_to_string

from genart.lib.gathering import NOT_ALLOWED
from generation import pages
from generation.models import Job
from generation.progress import JobEvent, group_name


class JobConsumer(AsyncWebsocketConsumer):
    """Follows one job for somebody who may see it."""

    job_id: UUID
    sequence = 0

    async def connect(self) -> None:
        self.job_id = self.scope["url_route"]["kwargs"]["job_id"]
        if not await self.allowed():
            await self.close(code=NOT_ALLOWED)
            return
        await self.channel_layer.group_add(group_name(self.job_id), self.channel_name)
        await self.accept()
        await self.send(text_data=await self.html(None, counts=True))

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(group_name(self.job_id), self.channel_name)

    async def job_event(self, event: JobEvent) -> None:
        """Send the renders that an event names, and the counts where they may have changed."""
        if 0 < event["sequence"] <= self.sequence and event["kind"] == "step":
            return  # a later one came first, and it was rendered from newer rows
        self.sequence = max(self.sequence, event["sequence"])
        html = await self.html(event["render_ids"], counts=event["kind"] == "change")
        if html.strip():
            await self.send(text_data=html)

    @database_sync_to_async
    def allowed(self) -> bool:
        """Return whether the visitor may see the job."""
        user = self.scope.get("user")
        return user is not None and pages.visible_jobs(user).filter(pk=self.job_id).exists()

    @database_sync_to_async
    def html(self, render_ids: list[str] | None, *, counts: bool) -> str:
        """Return the tiles, all or those named, and the head with its counts on request."""
        job = Job.objects.filter(pk=self.job_id).first()
        if job is None:
            return ""
        context: dict[str, Any] = {"job": job, "oob": True}
        context["tiles"] = pages.job_tiles(job, render_ids)
        html = render_to_string("generation/job.html#tiles", context)
        if counts:
            html += render_to_string("generation/job.html#head", context | pages.job_head(job))
        return html

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Read nothing of what is sent, and so never stumble over it: the page only listens."""
