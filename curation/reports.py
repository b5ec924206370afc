"""Reads for looking back: decisions in order, and what each gate did."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from curation.models import Decision, Gate
from curation.scorers import SCORERS
from genart.accounts.models import User

HISTORY_FILTERS = {
    "people": Q(user__isnull=False),
    "gate": Q(gate__isnull=False),
    "approve": Q(verdict="approve"),
    "reject": Q(verdict="reject"),
    "undo": Q(verdict="undo"),
    "escalate": Q(verdict="escalate"),
}


def history(which: str = "", user: User | None = None) -> QuerySet[Decision]:
    """Return decisions, newest first; `which` is a key of `HISTORY_FILTERS` or empty.

    The gate's notes that something waits for a person are left out: they decide nothing.
    """
    rows = Decision.objects.exclude(verdict=Decision.Verdict.REVIEW)
    rows = rows.filter(HISTORY_FILTERS.get(which, Q()))
    if user is not None:
        rows = rows.filter(user=user)
    related = ("candidate__render__job", "user", "gate__brand", "undone_by__user", "undoes")
    return rows.select_related(*related).order_by("-pk")


def gate_report() -> list[dict[str, Any]]:
    """Return each active gate with its rules in words and what it has done so far."""
    counted = (
        Gate.objects.filter(is_active=True)
        .select_related("brand", "created_by")
        .annotate(
            judged=Count("decision"),
            approved=Count("decision", filter=Q(decision__verdict="approve")),
            reviewed=Count("decision", filter=Q(decision__verdict="review")),
            rejected=Count("decision", filter=Q(decision__verdict="reject")),
            taken_back=Count(
                "decision",
                filter=Q(decision__verdict="approve", decision__undone_by__isnull=False),
            ),
        )
    )
    return [
        {
            "gate": gate,
            "rules": [
                {"scorer": SCORERS[name], **bounds, **_zones(**bounds)}
                for name in SCORERS
                if (bounds := gate.rules.get(name))
            ],
            "earlier": gate.brand.gates.filter(tier=gate.tier, version__lt=gate.version).count(),
        }
        for gate in counted.order_by("brand__name", "tier")
    ]


def _zones(reject: float, approve: float) -> dict[str, float]:
    """Return where the zones of a rule begin and how wide they are, on a scale of 100."""
    return {
        "reject_x": round(reject * 100, 1),
        "review_width": round((approve - reject) * 100, 1),
        "approve_x": round(approve * 100, 1),
        "approve_width": round((1 - approve) * 100, 1),
    }


def undoable(decisions: Iterable[Decision]) -> set[int]:
    """Return the ids of those decisions that still stand and can be taken back."""
    rows = list(decisions)
    newest = dict(
        Decision.objects.filter(candidate__in={row.candidate_id for row in rows})
        .values_list("candidate")
        .annotate(last=Max("pk"))
        .order_by()
    )
    return {
        row.pk
        for row in rows
        if newest.get(row.candidate_id) == row.pk and row.verdict in ("approve", "reject")
    }
