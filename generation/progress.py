"""Tells live job pages that something changed. Rows are the truth: an event carries ids only.

Every event has a number that rises within its job, so that a reader can drop one that comes late.
One Channels group for each job; `generation/consumers.py` listens and sends rendered HTML.
A broker that does not answer never stops work: the event is lost, the page reads the rows at its
next event or reload.
"""

import logging
from collections.abc import Iterable
from typing import Literal, TypedDict
from uuid import UUID

from django.db import connection, transaction
from redis.exceptions import RedisError

from genart.lib.groups import send_to_group
from generation.models import Job

logger = logging.getLogger(__name__)

Kind = Literal["step", "change"]


class JobEvent(TypedDict):
    """What a job's group receives.

    `step`: the renders went a denoising step further; `change`: their states, or what the apps
    above know of them, changed, and so did the job's counts.
    """

    type: Literal["job.event"]
    kind: Kind
    sequence: int
    render_ids: list[str]


def group_name(job_id: UUID | str) -> str:
    """Return the Channels group of a job."""
    return f"job.{job_id}"


def announce(job_id: UUID, render_ids: Iterable[UUID], *, kind: Kind = "change") -> None:
    """Tell the job's live pages about renders, once the transaction has committed."""
    ids = [str(render_id) for render_id in render_ids]
    transaction.on_commit(lambda: _send(job_id, kind, ids))


def _send(job_id: UUID, kind: Kind, render_ids: list[str]) -> None:
    event = JobEvent(
        type="job.event", kind=kind, sequence=next_sequence(job_id), render_ids=render_ids
    )
    try:
        send_to_group(group_name(job_id), event)
    except (RedisError, OSError) as error:
        logger.warning("Event %s of job %s was lost: %s", event["sequence"], job_id, error)


def next_sequence(job_id: UUID) -> int:
    """Return the next event number of a job; 0 when the job is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Job._meta.db_table} SET event_sequence = event_sequence + 1"  # noqa: S608
            " WHERE id = %s RETURNING event_sequence",
            [job_id],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0
