"""Chooses the next render that somebody else makes, and who that is, and claims it.

One router decides at a time, under a lock of the database: budgets and numbers at once hold
however many loops ask. Which renders come first is the rule of our own workers
(`generation/fairness.py`); which offer is best is in `bids.py`; what stands in the rows is read by
`market.py`; whether a provider is well is in `breaker.py`.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from generation import heartbeat, queue, queued
from generation.fairness import choose
from generation.models import Checkpoint, Job, Lane, Offer, RemoteCall, Render
from generation.remote import breaker
from generation.remote.market import OPEN, Market
from generation.remote.types import Assignment

LOCK = 0x67656E6172740011
MOST_HEADS = 50
"""How many groups are looked at: one that nothing can serve must not block the others."""
MOST_OF_A_HEAD = 8
"""How many renders of a group are looked at, those never asked of anybody first."""


class _Gone(Exception):
    """The render or the leave of the breaker was lost to somebody else."""


def next_assignment() -> Assignment | None:
    """Claim the next render that a provider serves now; `None` where there is none.

    Safe beside itself. A failed or refused render is offered to the other providers first; where
    nothing serves it, `generation/waiting.py` says why.
    """
    waiting = candidates()
    if waiting is None or not waiting.exists():
        return None
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        market = Market()
        for render in _in_turn(waiting) if market.has_room else ():
            offer = market.best(render, second_cents=settings.RENDER_HOUR_CENTS / 3600)
            assignment = _take(render, offer) if offer else None
            if assignment:
                return assignment
    return None


def candidates() -> QuerySet[Render] | None:
    """Return the queued renders that some active offer is for; `None` without any offer.

    Those of our own checkpoints only once they have waited as long as an offer says, and none
    whose job has not even the cheapest offer's price left: jobs that spent their budget would come
    first for ever. A render with an open call is not among them: whoever resumes the call goes on
    with it.
    """
    offers = Offer.objects.filter(is_active=True, provider__is_active=True)
    rows = offers.order_by().values_list("checkpoint", "checkpoint__source")
    wanted, now = Q(), timezone.now()
    for checkpoint, source, wait, price in rows.annotate(Min("after_seconds"), Min("price_cents")):
        condition = Q(checkpoint=checkpoint)
        condition &= Q(job__budget_cents=None) | Q(job__budget_cents__gte=F("spent") + price)
        if source != Checkpoint.Source.REMOTE:
            condition &= Q(created_at__lte=now - timedelta(seconds=wait))
        wanted |= condition
    if not wanted:
        return None
    calls = RemoteCall.objects.filter(render=OuterRef("pk"), state__in=OPEN)
    queued = Render.objects.filter(
        state=Render.State.QUEUED, lane=Lane.STANDARD, job__state=Job.State.ACTIVE
    )
    return queued.alias(spent=_spent_by_job()).filter(wanted).exclude(Exists(calls))


def _spent_by_job() -> Coalesce:
    """Return the expression for what a render's job has paid."""
    calls = RemoteCall.objects.filter(render__job=OuterRef("job")).order_by()
    total = calls.values("render__job").annotate(total=Sum("cost_cents")).values("total")
    return Coalesce(Subquery(total), Decimal(0))


def _in_turn(waiting: QuerySet[Render]) -> Iterator[Render]:
    """Yield renders in the order in which jobs are served."""
    heads, now = queued.heads(waiting), timezone.now()
    for _number in range(MOST_HEADS):
        head = choose(heads, resident=(), now=now)
        if head is None:
            return
        heads.remove(head)
        renders = waiting.filter(job=head.job_id, group_key=head.group_key)
        renders = renders.select_related("job", "checkpoint", "style_version__checkpoint")
        renders = renders.annotate(calls=Count("remote_calls"))
        yield from renders.order_by("calls", "attempts", "index")[:MOST_OF_A_HEAD]


def _take(render: Render, offer: Offer) -> Assignment | None:
    """Claim a render for an offer, with the leave of its breaker: both or neither."""
    try:
        with transaction.atomic():
            if not breaker.admit(offer.provider):
                raise _Gone
            claim = queue.claim_one(
                render_id=render.pk, worker=heartbeat.worker_name(), provider=offer.provider.slug
            )
            if claim is None:
                raise _Gone
    except _Gone:
        return None
    return Assignment(claim.token, claim.renders[0], offer)
