"""Lets go of a picture that nobody has decided on, because its render is made anew.

What was measured of the old picture goes; decisions are append-only and stay. A candidate without
any is removed and comes back with the new picture, one that a gate had sent to review waits for it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from curation.models import Candidate, Signature
from genart.lib.queue import send_on_commit
from generation.models import Render

State = Candidate.State
UNDECIDED = (State.SCORING, State.HELD, State.REVIEW)
ANEW = "Its picture is being made anew."


@transaction.atomic
def let_go(*, render_id: UUID) -> bool:
    """Forget what is known of a render's picture; return whether that may be. Safe to repeat.

    Not where a person or a gate has decided on it, nor while somebody looks at it or scores it.
    """
    rows = Candidate.objects.select_for_update(of=("self",)).filter(render_id=render_id)
    candidate = rows.first()
    if candidate is None:
        return True
    held_until, now = candidate.lease_expires_at, timezone.now()
    if candidate.state not in UNDECIDED or (held_until is not None and held_until > now):
        return False
    if candidate.decisions.exclude(user=None).exists():
        return False
    if not candidate.decisions.exists():
        candidate.delete()
        return True
    for known in (candidate.embeddings, candidate.attributes, candidate.scores, candidate.checks):
        known.all().delete()
    candidate.flags.all().delete()
    Signature.objects.filter(candidate=candidate).delete()
    candidate.state, candidate.reasons, candidate.retry_at = State.HELD, [ANEW], None
    candidate.save(update_fields=["state", "reasons", "retry_at"])
    return True


@transaction.atomic
def take_up(*, render_id: UUID) -> bool:
    """Have the new picture of a render scored, if its candidate waited for it. Safe to repeat."""
    from curation import tasks

    waiting = Candidate.objects.filter(
        render_id=render_id,
        render__state=Render.State.RENDERED,
        state=State.HELD,
        retry_at=None,
        reasons=[ANEW],
    )
    if not waiting.update(state=State.SCORING, reasons=[], tags=[], colors=[], attempts=0):
        return False
    send_on_commit(tasks.score)
    return True


def take_up_missed(*, before: datetime, limit: int = 200) -> int:
    """Take up new pictures that no message announced; return how many. Safe to repeat."""
    missed = Candidate.objects.filter(
        state=State.HELD,
        retry_at=None,
        reasons=[ANEW],
        render__state=Render.State.RENDERED,
        render__finished_at__lt=before,
    )
    ids = list(missed.values_list("render_id", flat=True)[:limit])
    return sum(take_up(render_id=render_id) for render_id in ids)
