"""The live connection of review pages: how much waits, and who looks at what.

Pushes the same partials that `/review/counter/` and the card show.
"""

from django.http import QueryDict
from django.template.loader import render_to_string

from curation import queue
from curation.filters import Filters
from curation.live import GROUP, ReviewEvent
from genart.lib.gathering import GatheringConsumer


class ReviewConsumer(GatheringConsumer):
    """One curator's open review page."""

    group = GROUP

    async def connect(self) -> None:
        """Accept curators alone, and show what their address asks for."""
        asked = QueryDict(self.scope.get("query_string", b""))
        self.filters = Filters.read(asked.dict())
        await super().connect()

    async def review_event(self, event: ReviewEvent) -> None:
        """Hear of a change."""
        await self.changed()

    def may_listen(self) -> bool:
        return bool(self.user.has_perm("curation.review"))

    def html(self) -> str:
        context = {
            "counts": queue.queue_counts(self.user, self.filters),
            "held": queue.held_by_others(self.user),
            "oob": True,
        }
        return render_to_string("curation/review_live.html#live", context)
