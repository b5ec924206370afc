"""Work of requests about one's own data that happens beside the answers."""

from uuid import UUID

import dramatiq

from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)
from genart.privacy.services import requests


@dramatiq.actor(queue_name="default", max_retries=5)
def fulfil_request(request_id: str) -> None:
    """Do what a request asks, if it is due. Safe to repeat."""
    requests.fulfil(request_id=UUID(request_id))


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_requests() -> None:
    """Ring for requests that are due, and remove archives whose time is over."""
    requests.sweep()
