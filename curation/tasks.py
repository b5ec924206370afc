"""What workers do for curation. Messages are doorbells: the work is found in the database."""

import time
from datetime import timedelta
from uuid import UUID

import dramatiq
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from curation import services
from curation.models import Candidate
from genart.lib.queue import ring

SETTLE = timedelta(seconds=10)
"""The message sent at the time gets this long before the sweep steps in."""
GATHER_SECONDS = 0.5
"""A group of renders is admitted one after the other: so they are scored in one batch."""


@dramatiq.actor(queue_name="score", max_retries=3)
def score() -> None:
    """Score and judge everything that waits. Safe to repeat and to run beside itself."""
    time.sleep(GATHER_SECONDS)
    services.score_pending()


@dramatiq.actor(queue_name="publish", max_retries=0)
def end_grace() -> None:
    """Let approvals and blind opinions take effect whose time of grace is over. Safe to repeat."""
    services.release_approvals()
    services.note_answers()


def ring_after_grace() -> None:
    """Ring for `end_grace` when what was decided now is due; a sweep finds it if that is lost."""
    ring(end_grace, delay_ms=settings.REVIEW_GRACE_SECONDS * 1000 + 50)


@dramatiq.actor(queue_name="score", max_retries=0)
def sweep_unscored() -> None:
    """Admit renders that were missed; score what was left behind, and what was held long enough."""
    settled = timezone.now() - SETTLE
    services.admit_missed(before=settled)
    left = Q(state=Candidate.State.SCORING, created_at__lt=settled)
    held = Q(state=Candidate.State.HELD, retry_at__lte=timezone.now())
    if Candidate.objects.filter(left | held).exists():
        services.score_pending()


@dramatiq.actor(queue_name="default", max_retries=0)
def refit(brand_id: int) -> None:
    """Learn a brand's taste anew if enough was decided since. Safe to repeat."""
    services.refit_due(brand_id=brand_id)


@dramatiq.actor(queue_name="score", max_retries=3)
def encode_logos() -> None:
    """Fill the register of logos, make vectors and signatures that are missing. Safe to repeat."""
    services.keep_registers()


@dramatiq.actor(queue_name="score", max_retries=3)
def encode_pictures() -> None:
    """Look at pictures of criteria that the CLIP in use has not seen. Safe to repeat."""
    services.encode_pictures()


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_taste() -> None:
    """Ring for brands whose people have decided enough, and for pictures nobody looked at."""
    for brand_id in services.due_brands():
        ring(refit, brand_id)
    if services.has_unseen_pictures():
        ring(encode_pictures)


@dramatiq.actor(queue_name="score", max_retries=3)
def rescore(style: str, brand: str, scorers: list[str], after: str) -> None:
    """Measure one batch again and ring for the next. Safe to repeat."""
    reached = services.rescore_batch(
        style=style, brand=brand, scorers=scorers, after=UUID(after) if after else None
    )
    if reached is not None:
        services.rescore_later(style=style, brand=brand, scorers=scorers, after=reached)


@dramatiq.actor(queue_name="score", max_retries=0)
def refit_scales() -> None:
    """Follow scales that rest on too few pictures by now. Safe to repeat."""
    services.refit_scales()


@dramatiq.actor(queue_name="default", max_retries=0)
def reconsider() -> None:
    """Certify, promote or suspend gates where that is due. Safe to repeat."""
    services.reconsider_gates()


@dramatiq.actor(queue_name="score", max_retries=3)
def appraise() -> None:
    """Measure pictures from outside that wait. Safe to repeat and to run beside itself."""
    services.appraise_pending()


@dramatiq.actor(queue_name="score", max_retries=0)
def sweep_appraisals() -> None:
    """Measure what a lost message left waiting; remove what has expired."""
    services.remove_expired()
    services.appraise_pending()
