"""A finished render becomes a candidate, is measured, and goes through its gate."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from curation import live, verdicts
from curation.models import Brand, Candidate
from curation.services.leases import unleased
from genart.lib.queue import send_on_commit
from generation import traces
from generation.models import Job, Render, Tier

if TYPE_CHECKING:
    from curation.examination import Examination

logger = logging.getLogger(__name__)
State = Candidate.State
SCORE_LEASE = timedelta(seconds=120)
SCORE_BATCH = 16


@transaction.atomic
def admit_render(*, render_id: UUID) -> Candidate | None:
    """Make a finished render a candidate and ring for its scoring. Safe to repeat.

    Returns:
        The candidate, or `None` where the render is gone, not rendered, or not made for the shop.
    """
    from curation import tasks

    render = (
        Render.objects.select_related("job", "style_version__style")
        .filter(pk=render_id, state=Render.State.RENDERED, job__purpose=Job.Purpose.SERIES)
        .first()
    )
    if render is None:
        return None
    style = render.style_version.style
    brand, _ = Brand.objects.get_or_create(
        slug=style.brand, defaults={"name": style.brand.replace("-", " ").capitalize()}
    )
    premium = Tier.PREMIUM in (render.job.tier, style.tier)
    candidate, created = Candidate.objects.get_or_create(
        render=render,
        defaults={"brand": brand, "tier": Tier.PREMIUM if premium else Tier.COMMODITY},
    )
    if created:
        send_on_commit(tasks.score)
        live.announce(candidate)
    return candidate


def admit_missed(*, before: datetime, limit: int = 200) -> int:
    """Admit renders finished before a moment that no message announced. Return how many.

    Oldest first, at most `limit`. Safe to repeat.
    """
    missed = Render.objects.filter(
        state=Render.State.RENDERED,
        job__purpose=Job.Purpose.SERIES,
        candidate=None,
        finished_at__lt=before,
    )
    ids = list(missed.order_by("finished_at").values_list("pk", flat=True)[:limit])
    for render_id in ids:
        admit_render(render_id=render_id)
    return len(ids)


def score_pending(*, limit: int = 1000) -> int:
    """Score and judge what waits, in batches, until nothing waits. Return how many.

    Any number of workers may do this at once: each batch is claimed for `SCORE_LEASE`.
    """
    done = 0
    while done < limit:
        claimed = _claim_for_scoring()
        if not claimed:
            break
        score_candidates(candidate_ids=claimed)
        done += len(claimed)
    return done


@transaction.atomic
def _claim_for_scoring() -> list[UUID]:
    """Take the oldest candidates that nobody scores, and return their ids.

    A lease that ends later than any can was taken before a clock was put back.
    """
    now = timezone.now()
    due = Q(state=State.SCORING) | Q(state=State.HELD, retry_at__lte=now)
    free = Candidate.objects.filter(
        unleased(now) | Q(lease_expires_at__gt=now + 2 * SCORE_LEASE), due
    )
    rows = free.order_by("created_at").select_for_update(skip_locked=True, no_key=True)
    ids = list(rows.values_list("pk", flat=True)[:SCORE_BATCH])
    Candidate.objects.filter(pk__in=ids).update(lease_expires_at=now + SCORE_LEASE)
    return ids


def score_candidates(*, candidate_ids: Sequence[UUID]) -> None:
    """Measure candidates in one batch and put each through its gate. Safe to repeat.

    Those that are not being scored any more are left as they are. Where one cannot be written,
    the others are all the same, and the first error is raised in the end.
    """
    from curation.examination import examine

    unjudged = (State.SCORING, State.HELD)
    waiting = Candidate.objects.filter(pk__in=list(candidate_ids), state__in=unjudged)
    related = ("render__style_version__style", "render__job", "render__checkpoint")
    candidates = list(waiting.select_related(*related).order_by("created_at"))
    renders = [candidate.render for candidate in candidates]
    if not renders:
        return
    with traces.of_renders(renders, "examine"):
        examined = list(zip(candidates, examine(renders), strict=True))
        _store_together(examined)
    errors = []
    with live.announced_together():
        for candidate, exam in examined:
            try:
                with traces.of_render(candidate.render, "judge"):
                    verdicts.record(candidate_id=candidate.pk, exam=exam)
            except Exception as error:  # its lease ends, and it is tried again
                logger.exception("Candidate %s could not be judged.", candidate.pk)
                errors.append(error)
    if errors:
        raise errors[0]


def _store_together(examined: Sequence[tuple[Candidate, "Examination"]]) -> None:
    """Write what was measured at once; where that fails, each picture is written by itself."""
    from curation.recording import store_batch

    try:
        store_batch(examined)
    except DatabaseError:
        logger.exception("A batch could not be written together.")
