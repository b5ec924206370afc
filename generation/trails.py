"""The history of one render: every attempt, where it was made, what was paid. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from generation.models import Render, RenderEvent

KINDS = {
    RenderEvent.Kind.FAILED: ("Ended in an error", "bad"),
    RenderEvent.Kind.RELEASED: ("Given back to the queue", "plain"),
    RenderEvent.Kind.LOST: ("Its worker vanished", "warn"),
    RenderEvent.Kind.RESEEDED: ("Outside its tolerance: the next seed", "warn"),
    RenderEvent.Kind.CANCELLED: ("Cancelled", "plain"),
}
NOW = {
    Render.State.QUEUED: ("Waits in the queue", "plain"),
    Render.State.RENDERING: ("Being rendered", "info"),
    Render.State.RENDERED: ("Rendered", "good"),
    Render.State.FAILED: ("Given up", "bad"),
    Render.State.CANCELLED: ("Cancelled", "plain"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a render.

    Attributes:
        began: when the attempt began, if one did.
        at: when it ended, or happened; `None`: it goes on.
        place: the worker, and the provider that made it for us.
    """

    word: str
    tone: str
    began: datetime | None
    at: datetime | None
    place: str = ""
    seed: int | None = None
    note: str = ""

    @property
    def seconds(self) -> float | None:
        """How long the attempt took."""
        return (self.at - self.began).total_seconds() if self.at and self.began else None


def trail(render: Render) -> list[Step]:
    """Return what happened to a render, oldest first, its present state last."""
    asked = Step("Asked for", "plain", None, render.created_at, note=f"by {render.job.owner}")
    events = list(render.events.all())
    return [asked, *map(_past, events), *_present(render, events)]


def facts(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a JSON object as lines of a list, nested ones by dotted names, without empty ones."""
    lines: list[tuple[str, str]] = []
    for name, value in sorted(values.items()):
        if isinstance(value, dict):
            lines += [(f"{name}.{inner}", text) for inner, text in facts(value)]
        elif value not in (None, "", []):
            lines.append((name, f"{value:.4g}" if isinstance(value, float) else str(value)))
    return lines


def _past(event: RenderEvent) -> Step:
    word, tone = KINDS[RenderEvent.Kind(event.kind)]
    place = _place(event.worker, event.provider)
    return Step(word, tone, event.started_at, event.at, place, event.seed, event.note)


def _present(render: Render, events: list[RenderEvent]) -> list[Step]:
    """Return the last step; none where the last event tells the same."""
    state = Render.State(render.state)
    told = {Render.State.FAILED: "failed", Render.State.CANCELLED: "cancelled"}.get(state)
    if told and events and events[-1].kind == told:
        return [Step(*NOW[state], None, render.finished_at)] if told == "failed" else []
    word, tone = NOW[state]
    if state == Render.State.QUEUED:
        return [Step(word, tone, None, None, seed=render.seed)]
    place = _place(render.worker, render.provider)
    return [
        Step(word, tone, render.started_at, render.finished_at, place, render.seed, render.error)
    ]


def _place(worker: str, provider: str) -> str:
    return " for ".join(filter(None, (provider, worker))) if provider else worker
