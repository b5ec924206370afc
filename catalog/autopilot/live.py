"""Tells open pages of the autopilot that something changed, after the commit.

An event carries nothing: the consumer reads the rows. A broker that does not answer stops no work.
"""

import logging
from typing import Literal, TypedDict

from django.db import transaction
from redis.exceptions import RedisError

from genart.lib.groups import send_to_group

logger = logging.getLogger(__name__)
GROUP = "autopilot"


class AutopilotEvent(TypedDict):
    """What the group receives: look again."""

    type: Literal["autopilot.event"]


def announce() -> None:
    """Tell the open pages, once the transaction is committed."""
    transaction.on_commit(_send)


def _send() -> None:
    try:
        send_to_group(GROUP, AutopilotEvent(type="autopilot.event"))
    except (RedisError, OSError) as error:
        logger.warning("An event of the autopilot was lost: %s", error)
