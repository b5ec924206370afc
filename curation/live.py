"""Tells live pages what changed, after the commit: job pages by `generation`, review pages here.

One Channels group for all review pages; an event carries ids only, and the consumer reads the rows.
A broker that does not answer never stops work: the page catches up at its next event.
"""

import logging
from typing import Literal, TypedDict
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

from curation.models import Candidate
from generation import progress

logger = logging.getLogger(__name__)
GROUP = "review"


class ReviewEvent(TypedDict):
    """What the review group receives: whose state or holder changed."""

    type: Literal["review.event"]
    candidate_id: str


def announce(candidate: Candidate) -> None:
    """Tell the job's pages and the review pages that a candidate's state changed."""
    progress.announce(candidate.render.job_id, [candidate.render_id])
    announce_holder(candidate.pk)


def announce_holder(candidate_id: UUID) -> None:
    """Tell the review pages that a candidate was taken, let go, or moved."""
    event = ReviewEvent(type="review.event", candidate_id=str(candidate_id))
    transaction.on_commit(lambda: _send(event))


def _send(event: ReviewEvent) -> None:
    try:
        async_to_sync(get_channel_layer().group_send)(GROUP, event)
    except (RedisError, OSError) as error:
        logger.warning("A review event was lost: %s", error)
