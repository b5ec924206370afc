"""What workers do for curation. Messages are doorbells: the work is found in the database."""

from datetime import timedelta

import dramatiq
from django.utils import timezone

from curation import services
from curation.models import Candidate
from generation.models import Render

SETTLE = timedelta(seconds=10)
"""The message sent at the time gets this long before the sweep steps in."""
SWEEP_BATCH = 200


@dramatiq.actor(queue_name="score", max_retries=3)
def score() -> None:
    """Score and judge everything that waits. Safe to repeat and to run beside itself."""
    services.score_pending()


@dramatiq.actor(queue_name="score", max_retries=0)
def sweep_unscored() -> None:
    """Admit finished renders that were missed, and score candidates that were left behind."""
    settled = timezone.now() - SETTLE
    missed = Render.objects.filter(
        state=Render.State.RENDERED, candidate=None, finished_at__lt=settled
    )
    for render_id in missed.order_by("finished_at").values_list("pk", flat=True)[:SWEEP_BATCH]:
        services.admit_render(render_id=render_id)
    waiting = Candidate.objects.filter(state=Candidate.State.SCORING, created_at__lt=settled)
    if waiting.exists():
        services.score_pending()
