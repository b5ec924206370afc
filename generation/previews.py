"""The last preview of each render, kept for a short while where every process can read it.

Previews are a courtesy: where Redis does not answer, pages show none. They cost a worker time, so
they are made for jobs that somebody looks at: a page says so each time that it shows a job.
"""

import base64
import logging
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from uuid import UUID

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

KEEP_SECONDS = 900
WATCHED_SECONDS = 300
TIMEOUT_SECONDS = 2


@cache
def client() -> redis.Redis:
    """Return this process's connection pool."""
    return redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )


def _key(render_id: UUID) -> str:
    return f"genart:preview:{render_id}"


def watch(job_id: UUID) -> None:
    """Note that somebody looks at a job, for `WATCHED_SECONDS`."""
    try:
        client().set(_watched(job_id), 1, ex=WATCHED_SECONDS)
    except (redis.RedisError, OSError) as error:
        logger.warning("Nobody learns that a job is looked at: %s", error)


def is_watched(job_ids: Collection[UUID]) -> bool:
    """Return whether somebody looks at one of some jobs."""
    try:
        return bool(client().exists(*map(_watched, job_ids)))
    except (redis.RedisError, OSError):
        return False


def _watched(job_id: UUID) -> str:
    return f"genart:watched:{job_id}"


def keep(previews: Mapping[UUID, bytes]) -> None:
    """Remember the latest previews, WebP, in the place of older ones."""
    try:
        with client().pipeline(transaction=False) as pipe:
            for render_id, content in previews.items():
                pipe.set(_key(render_id), content, ex=KEEP_SECONDS)
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        logger.warning("Previews were not kept: %s", error)


def latest(render_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the kept previews of renders as data URLs."""
    if not render_ids:
        return {}
    try:
        found = client().mget([_key(render_id) for render_id in render_ids])
    except (redis.RedisError, OSError):
        return {}
    return {
        render_id: "data:image/webp;base64," + base64.b64encode(content).decode()
        for render_id, content in zip(render_ids, found, strict=True)
        if isinstance(content, bytes)
    }
