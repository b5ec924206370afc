"""The live connection of the autopilot's page: pushes its own parts when something changed."""

from django.template.loader import render_to_string

from catalog.autopilot.board import board
from catalog.autopilot.live import GROUP, AutopilotEvent
from catalog.views.autopilot import MAY_ACT, may_see
from genart.lib.gathering import GatheringConsumer


class AutopilotConsumer(GatheringConsumer):
    group = GROUP
    gather_seconds = 0.3

    async def autopilot_event(self, event: AutopilotEvent) -> None:
        """Hear of a change."""
        await self.changed()

    def may_listen(self) -> bool:
        return may_see(self.user)

    def html(self) -> str:
        may_act = any(self.user.has_perm(permission) for permission in MAY_ACT)
        context = board() | {"may_act": may_act, "oob": True}
        return render_to_string("catalog/autopilot/page.html#live", context)
