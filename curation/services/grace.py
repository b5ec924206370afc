"""The seconds between a person's approval and its listing, in which an undo costs nothing."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from curation import verdicts
from curation.models import Candidate, Decision
from curation.services.holding import standing

State = Candidate.State


def publish_time(now: datetime) -> datetime | None:
    """Return when an approval made now goes on sale; `None` is at once."""
    seconds = settings.REVIEW_GRACE_SECONDS
    return now + timedelta(seconds=seconds) if seconds else None


def release_approvals(limit: int = 200) -> int:
    """Send approvals whose time of grace is over to the shop; return how many. Safe to repeat."""
    now = timezone.now()
    due = Candidate.objects.filter(state=State.APPROVED, publish_at__lte=now)
    ids = list(due.order_by("publish_at").values_list("pk", flat=True)[:limit])
    return sum(_release(candidate_id) for candidate_id in ids)


@transaction.atomic
def _release(candidate_id: UUID) -> bool:
    """Send one approval, unless it was taken back or another worker was faster."""
    rows = Candidate.objects.filter(pk=candidate_id, state=State.APPROVED)
    rows = rows.filter(publish_at__lte=timezone.now()).select_related("render")
    candidate = rows.select_for_update(no_key=True, of=("self",)).first()
    decision = standing(candidate) if candidate else None
    if candidate is None or decision is None or decision.verdict != Decision.Verdict.APPROVE:
        return False
    candidate.publish_at = None
    candidate.save(update_fields=["publish_at"])
    verdicts.send_approved(candidate, decision)
    return True
