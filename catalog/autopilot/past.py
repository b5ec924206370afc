"""What the autopilot made, used and learnt before: figures for the guardrails. Reads only."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils import timezone

from catalog.autopilot.history import USUAL_SECONDS, Spent
from catalog.autopilot.types import Arm
from catalog.models import (
    ArtworkEmbedding,
    AutopilotCycle,
    AutopilotProposal,
    DemandDay,
    OrderLine,
)
from generation.models import Checkpoint, Offer, Render, Style

RECENT_DAYS, JUDGED_DAYS, SOLD_DAYS = 7, 30, 30
PACE = 40
"""Renders of a style whose time is taken for the time of the next ones."""
ALIKE, COMPARED = 0.985, 200
"""Cosine from which two works look almost the same, and works of an arm that are compared."""
MADE = (AutopilotProposal.State.APPROVED, AutopilotProposal.State.SUBMITTED)


def made_since(day: date) -> QuerySet[AutopilotProposal]:
    """Return what was commissioned, or approved to be, since the beginning of a day.

    What is dated in the future counts as well: a clock that was put back gives no second budget.
    """
    begin = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    return AutopilotProposal.objects.filter(state__in=MADE, decided_at__gte=begin)


def used_on(today: date, *, but: Any = None) -> Spent:
    """Return what the autopilot has used of a day's budget.

    Renders that are done count with the time and money that they took, others with what their
    style usually takes.

    Args:
        today: the day.
        but: id of a proposal that is left out.
    """
    seconds, cents, usual = seconds_by_style(), cents_by_style(), usual_seconds()
    spent = [0.0, 0.0]
    renders = 0
    for proposal in made_since(today).exclude(pk=but).select_related("job"):
        renders += proposal.renders
        done = _done(proposal)
        left = max(0, proposal.renders - done["count"])
        spent[0] += done["seconds"] + left * seconds.get(proposal.style, usual)
        spent[1] += done["cents"] + left * cents.get(proposal.style, 0.0)
    return Spent(renders, round(spent[0], 3), round(spent[1], 4))


def _done(proposal: AutopilotProposal) -> dict[str, Any]:
    """Return how many renders of a proposal are over, and what they took."""
    if proposal.job_id is None:
        return {"count": 0, "seconds": 0.0, "cents": 0.0}
    over = Render.objects.filter(job=proposal.job_id, state__in=["rendered", "failed", "cancelled"])
    rows = list(over.values_list("started_at", "finished_at", "fingerprint", "cost_cents"))
    return {
        "count": len(rows),
        "seconds": sum(_seconds(begun, ended, how) for begun, ended, how, _cents in rows),
        "cents": float(sum(cents for *_rest, cents in rows)),
    }


def _seconds(begun: datetime | None, ended: datetime | None, how: dict[str, Any]) -> float:
    """Return the seconds of one render, its part of the pass that it shared."""
    if begun is None or ended is None:
        return 0.0
    return max(0.0, (ended - begun).total_seconds()) / max(int(how.get("batch_size", 1)), 1)


def recent_styles(today: date) -> dict[str, int]:
    """Return the renders of the last days, today included, by style."""
    styles: Counter[str] = Counter()
    for style, renders in made_since(today - timedelta(days=RECENT_DAYS - 1)).values_list(
        "style", "renders"
    ):
        styles[style] += renders
    return dict(styles)


def previous_shares() -> dict[Arm, float]:
    """Return the shares of the last cycle that planned anything; empty where there was none."""
    done = AutopilotCycle.objects.filter(state="done").exclude(enforced__choices=[])
    last = done.order_by("-begun_at").values_list("enforced", flat=True).first()
    rows = (last or {}).get("choices", [])
    whole = sum(row["renders"] for row in rows)
    return {Arm(*row["arm"]): row["renders"] / whole for row in rows} if whole else {}


def seconds_by_style() -> dict[str, float]:
    """Return the seconds of one render by style, from those finished last on workers of ours."""
    found: dict[str, list[float]] = {}
    late = Render.objects.filter(state="rendered", provider="").order_by("-finished_at")
    rows = late.values_list(
        "style_version__style__slug", "started_at", "finished_at", "fingerprint"
    )[: 10 * PACE]
    for style, begun, ended, how in rows:
        paces = found.setdefault(style, [])
        if len(paces) < PACE and begun and ended:
            paces.append(_seconds(begun, ended, how))
    means = {style: sum(paces) / len(paces) for style, paces in found.items() if paces}
    return {style: round(mean, 3) for style, mean in means.items() if mean > 0}


def usual_seconds() -> float:
    """Return the seconds of a render whose style was never measured: the slowest style's."""
    return max(seconds_by_style().values(), default=USUAL_SECONDS)


def cents_by_style() -> dict[str, float]:
    """Return the cents of one render of styles that only other people's compute can make."""
    cheapest = dict(
        Offer.objects.filter(is_active=True, provider__is_active=True)
        .values_list("checkpoint")
        .annotate(cents=Min("price_cents"))
    )
    remote = Style.objects.filter(current_version__checkpoint__source=Checkpoint.Source.REMOTE)
    rows = remote.values_list("slug", "current_version__checkpoint")
    return {slug: float(cheapest.get(checkpoint, 0)) for slug, checkpoint in rows}


def judged_of_late(today: date) -> tuple[int, int]:
    """Return how many of the autopilot's pictures were judged of late, and how many approved."""
    since = today - timedelta(days=JUDGED_DAYS)
    counts = Render.objects.filter(
        job__proposal__isnull=False, finished_at__date__gte=since
    ).aggregate(
        judged=Count("pk", filter=Q(candidate__state__in=["approved", "rejected"])),
        approved=Count("pk", filter=Q(candidate__state="approved")),
    )
    return counts["judged"], counts["approved"]


def sales_of_late(today: date) -> tuple[int, int, int]:
    """Return licences sold of late, those paid back, and how many one buyer bought at most."""
    lines = OrderLine.objects.filter(
        artwork__isnull=False,
        order__paid_at__date__gte=today - timedelta(days=SOLD_DAYS),
        order__paid_at__date__lte=today,
    )
    counts = lines.aggregate(sold=Count("pk"), back=Count("pk", filter=Q(refunded_cents__gt=0)))
    buyers: Any = lines.values("order__buyer", "order__email").order_by().annotate(n=Count("pk"))
    return counts["sold"], counts["back"], max((row["n"] for row in buyers), default=0)


def days_with_signals(today: date) -> tuple[date, ...]:
    """Return the days of the last month on which visitors were seen, oldest first."""
    since = today - timedelta(days=30)
    days = DemandDay.objects.filter(day__gte=since, day__lte=today).values("day").order_by()
    seen = days.annotate(n=Sum("count")).filter(n__gt=0).order_by("day")
    return tuple(row["day"] for row in seen)


def day_of(at: datetime | None) -> date | None:
    """Return the day of a moment in the factory's time zone."""
    return timezone.localtime(at).date() if at else None


def near_duplicates(arms: Iterable[Arm]) -> dict[Arm, int]:
    """Return how many works on sale of each arm look almost like another one of its kind.

    Of its kind are works of the same style, palette and layout, whatever their theme is called.
    """
    return {arm: found for arm in arms if (found := _alike(arm))}


def _alike(arm: Arm) -> int:
    rows = ArtworkEmbedding.objects.filter(
        artwork__withdrawn_at=None,
        artwork__style_slug=arm.style,
        artwork__palette_name=arm.palette,
        artwork__render__layout=arm.layout,
    ).order_by("-artwork__published_at")
    vectors = np.array(
        [np.asarray(row) for row in rows.values_list("vector", flat=True)[:COMPARED]]
    )
    if len(vectors) < 2:
        return 0
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1.0)
    return int((near.max(axis=1) >= ALIKE).sum())
