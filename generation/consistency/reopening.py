"""Lets a finished picture be made anew with the next seed, if nobody has decided on it yet."""

from django.db.models import Q, QuerySet

from generation.adherence.reseeding import present_kept, reseeds_left, turn_to_next_seed
from generation.attempts import note_ends
from generation.models import Render, RenderEvent
from generation.signals import render_reopening

UNDECIDED = Q(candidate=None) | Q(candidate__state__in=["scoring", "held", "review"])


def undecided(renders: QuerySet[Render]) -> QuerySet[Render]:
    """Narrow to what is neither approved nor turned down nor for sale; read by reverse names."""
    return renders.filter(UNDECIDED, state=Render.State.RENDERED, artwork__isnull=True)


def reopen(render: Render, reason: str) -> bool:
    """Put a locked, undecided render back on the queue; `False` where it must stay as it is.

    The apps above are asked first and let go of what they know of the old picture; one of them may
    refuse. The old picture is put aside: it comes back where the new one fails, or is farther from
    its order than the style tolerates.
    """
    if not reseeds_left(render):
        return False
    answers = render_reopening.send(sender=Render, render_id=render.pk)
    if any(answer is False for _receiver, answer in answers):
        return False
    note_ends([render], RenderEvent.Kind.RESEEDED, reason)
    turn_to_next_seed(render, reason, render.adherence, present_kept(render))
    render.state, render.finished_at = Render.State.QUEUED, None
    render.file = render.thumbnail = render.sha256 = ""
    render.file_bytes, render.fingerprint = 0, {}
    render.save()
    return True
