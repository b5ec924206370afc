"""Mails about accounts, and what is forgotten after its time."""

import dramatiq

from genart.accounts.services import notices, passwords, sessions, tries
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)
from genart.lib.languages import ENGLISH


@dramatiq.actor(queue_name="default")
def send_notice(
    user_id: int, notice: str, detail: str, email: str, language: str = ENGLISH
) -> None:
    """Tell a person what changed about his account."""
    notices.send_notice_mail(
        user_id=user_id, notice=notice, detail=detail, email=email, language=language
    )


@dramatiq.actor(queue_name="default")
def send_reset(email: str, language: str = ENGLISH) -> None:
    """Send the links by which the accounts of an address get a new password."""
    passwords.send_reset_mail(email=email, language=language)


@dramatiq.actor(queue_name="default", max_retries=0)
def forget_old_tries() -> None:
    """Forget old tries, and sessions that have ended."""
    tries.forget_old_tries()
    sessions.forget_ended_sessions()
