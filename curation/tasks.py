"""What workers do for curation. Messages are doorbells: the work is found in the database."""

from datetime import timedelta

import dramatiq
from django.utils import timezone

from curation import services
from curation.models import Candidate

SETTLE = timedelta(seconds=10)
"""The message sent at the time gets this long before the sweep steps in."""


@dramatiq.actor(queue_name="score", max_retries=3)
def score() -> None:
    """Score and judge everything that waits. Safe to repeat and to run beside itself."""
    services.score_pending()


@dramatiq.actor(queue_name="score", max_retries=0)
def sweep_unscored() -> None:
    """Admit finished renders that were missed, and score candidates that were left behind."""
    settled = timezone.now() - SETTLE
    services.admit_missed(before=settled)
    waiting = Candidate.objects.filter(state=Candidate.State.SCORING, created_at__lt=settled)
    if waiting.exists():
        services.score_pending()
