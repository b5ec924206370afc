"""Chooses what a curator sees after the picture that is shown, and names it: it is held for them.

So that a page can show the next picture before its card arrives, and be right. It is a waiting
picture or a blind opinion, whichever the next turn brings; a page cannot tell which.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from curation import blind
from curation.filters import Filters
from curation.models import Assignment, Candidate
from curation.queue import in_queue
from curation.services import turns
from curation.services.leases import first_of, held_by, unleased
from genart.accounts.models import User

Held = Candidate | Assignment


def choose(
    user: User, now: datetime, filters: Filters, without: Sequence[UUID], *, asks: bool
) -> Held | None:
    """Lock and return what a user sees next: what is held by them already, else what is free.

    So it stays the same while a page says that somebody is there, and what one walked away from
    comes again. The last one that is free is held ahead for nobody: it is for whoever comes.

    Args:
        user: who looks.
        now: this moment.
        filters: of the queue.
        without: the picture that is shown, and what was skipped.
        asks: whether any blind opinion is asked at all.
    """
    rows = in_queue(filters, user).exclude(pk__in=without)
    kept: Held | None = first_of(rows.filter(held_by(user, now)))
    if kept is None and asks:
        kept = turns.held_by(user, now, filters, without, ahead=True)
    if kept is not None:
        return kept
    free = rows.filter(unleased(now))
    candidate = first_of(free)
    if candidate is None or not free.exclude(pk=candidate.pk).exists():
        return None
    due = turns.due(user, now, filters, without, later=1) if asks else None
    return due or candidate


def named_for(user: User, now: datetime, *, asks: bool) -> UUID | None:
    """Return the picture that is held ahead for a user, if there is one."""
    mine = Candidate.objects.filter(held_by(user, now), state=Candidate.State.REVIEW)
    found = mine.filter(leased_at=None).values_list("pk", flat=True).first()
    if found is None and asks:
        asked = blind.held_by(user).filter(lease_expires_at__gt=now, leased_at=None)
        found = asked.values_list("candidate", flat=True).first()
    return found
