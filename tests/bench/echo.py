"""An actor that says how long its message was on the way."""

import time

import dramatiq
import redis
from django.conf import settings

ANSWERS = "bench:answers"
client = redis.Redis.from_url(settings.REDIS_URL)


@dramatiq.actor(queue_name="default", actor_name="bench.echo", max_retries=0)
def echo(sent_at: float) -> None:
    """Push the seconds since `sent_at`."""
    client.rpush(ANSWERS, time.time() - sent_at)
