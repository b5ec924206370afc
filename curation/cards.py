"""Everything one card of the review page shows, gathered in a fixed number of queries."""

from typing import Any

from django.utils import timezone

from curation import queries, queue
from curation.models import Candidate, Decision
from genart.accounts.models import User

REASONS = [choice for choice in Decision.Reason.choices if choice[0]]


def card(candidate: Candidate | None, user: User) -> dict[str, Any]:
    """Return the context of a card; without a candidate, of the empty queue."""
    context: dict[str, Any] = {
        "decided": queue.decided_today(user),
        "reasons": REASONS,
    }
    if candidate is None:
        return context | {"candidate": None}
    whole = Candidate.objects.select_related(
        "brand", "leased_by", "render__job", "render__style_version__style"
    ).get(pk=candidate.pk)
    held_by = _other_holder(whole, user)
    open_ = whole.state == Candidate.State.REVIEW and held_by is None
    return context | {
        "candidate": whole,
        "render": whole.render,
        "held_by": held_by,
        "can_decide": open_,
        "criteria": queries.criteria(whole),
        "flags": _flags(whole),
        "requested": [(entry["hex"], entry["weight"]) for entry in whole.render.palette],
        "siblings": list(queries.siblings(whole)),
        "nearest": queries.nearest(whole),
        "place": queue.place_of(whole, user),
        "last_decision": _last_decision(whole),
    }


def _other_holder(candidate: Candidate, user: User) -> User | None:
    """Return who else looks at a candidate at this moment."""
    expires = candidate.lease_expires_at
    if candidate.leased_by is None or candidate.leased_by == user:
        return None
    return candidate.leased_by if expires and expires > timezone.now() else None


def _flags(candidate: Candidate) -> list[dict[str, Any]]:
    """Return findings, each with the candidate it matched, if that is there."""
    flags = list(candidate.flags.all())
    matches = Candidate.objects.in_bulk(
        [flag.evidence["match"] for flag in flags if flag.evidence.get("match")]
    )
    found = {str(key): match for key, match in matches.items()}
    return [{"flag": flag, "match": found.get(flag.evidence.get("match", ""))} for flag in flags]


def _last_decision(candidate: Candidate) -> Decision | None:
    """Return the decision that stands, where one does."""
    if candidate.state == Candidate.State.REVIEW:
        return None
    last = candidate.decisions.select_related("user", "gate__brand").order_by("-pk").first()
    return last if last and last.verdict != Decision.Verdict.UNDO else None
