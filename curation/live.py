"""Tells live pages what changed, after the commit: job pages by `generation`, review pages here.

One Channels group for all review pages; an event carries ids only, and the consumer reads the rows.
A broker that does not answer never stops work: the page catches up at its next event.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, TypedDict
from uuid import UUID

from django.db import transaction
from redis.exceptions import RedisError

from curation.models import Candidate
from genart.lib.groups import send_to_group
from generation import progress

logger = logging.getLogger(__name__)
GROUP = "review"
_together: ContextVar[dict[UUID, list[UUID]] | None] = ContextVar("together", default=None)


class ReviewEvent(TypedDict):
    """What the review group receives: whose state or holder changed."""

    type: Literal["review.event"]
    candidate_id: str


def announce(candidate: Candidate) -> None:
    """Tell the job's pages and the review pages that a candidate's state changed."""
    job_id, render_id = candidate.render.job_id, candidate.render_id
    together = _together.get()
    if together is None:
        progress.announce(job_id, [render_id])
    else:
        transaction.on_commit(lambda: together.setdefault(job_id, []).append(render_id))
    announce_holder(candidate.pk)


@contextmanager
def announced_together() -> Iterator[None]:
    """Tell a job's pages of everything that changes within the block as one event, at its end."""
    together: dict[UUID, list[UUID]] = {}
    token = _together.set(together)
    try:
        yield
    finally:
        _together.reset(token)
        for job_id, render_ids in together.items():
            progress.announce(job_id, render_ids)


def announce_holder(candidate_id: UUID) -> None:
    """Tell the review pages that a candidate was taken, let go, or moved."""
    event = ReviewEvent(type="review.event", candidate_id=str(candidate_id))
    transaction.on_commit(lambda: _send(event))


def _send(event: ReviewEvent) -> None:
    try:
        send_to_group(GROUP, event)
    except (RedisError, OSError) as error:
        logger.warning("A review event was lost: %s", error)
