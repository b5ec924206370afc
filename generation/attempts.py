"""Keeps what became of each attempt at a render that ended without its picture.

Written by whoever ends the attempt, in its transaction and before the row changes: the row knows
only the last attempt. A render that succeeds at once writes nothing here.
"""

from collections.abc import Iterable

from django.utils import timezone

from generation.models import Render, RenderEvent

NOTE_LENGTH = 500


def note_ends(renders: Iterable[Render], kind: RenderEvent.Kind, note: str = "") -> None:
    """Write down how the present attempt at each render ended, in one statement.

    Args:
        renders: as they are while the attempt still holds them.
        kind: how it ended.
        note: why, a sentence.
    """
    at = timezone.now()
    RenderEvent.objects.bulk_create(
        RenderEvent(
            render=render,
            kind=kind,
            worker=render.worker,
            provider=render.provider,
            seed=render.seed,
            started_at=render.started_at,
            at=at,
            note=note[:NOTE_LENGTH],
        )
        for render in renders
    )
