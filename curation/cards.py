"""Everything one card of the review page shows, gathered in a fixed number of queries.

The card itself is what one needs to decide; `about` is the rest of the rail, which a live page
fetches when the picture is there.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone

from curation import blind, queries, queue
from curation.filters import EVERYTHING, Filters
from curation.models import Candidate, Decision, Flag, Gate, Score
from curation.services.ahead import named_for
from curation.services.turns import expected_next
from genart.accounts.models import User

REASONS = [choice for choice in Decision.Reason.choices if choice[0]]
RELATED = ("brand", "leased_by", "render__job", "render__style_version__style")


def card(
    candidate: Candidate | None, user: User, filters: Filters = EVERYTHING, *, whole: bool = True
) -> dict[str, Any]:
    """Return the context of a card; without a candidate, of the empty queue.

    Args:
        candidate: what to show.
        user: to whom.
        filters: of the queue behind it.
        whole: whether to add what `about` returns.
    """
    decided = queue.decided_today(user)
    context: dict[str, Any] = {"decided": decided, "reasons": REASONS, "filters": filters}
    if candidate is None:
        return context | {"candidate": None}
    shown = Candidate.objects.select_related(*RELATED).get(pk=candidate.pk)
    asked = blind.found_for(shown.pk, user) if shown.state in blind.DECIDED else None
    if asked:
        blind.disguise(shown, asked)
    held_by = _other_holder(shown, user)
    may = not shown.escalated_at or user.has_perm("curation.decide_escalated")
    flags = _flags(shown)
    context |= {
        "candidate": shown,
        "render": shown.render,
        "held_by": held_by,
        "can_decide": shown.state == Candidate.State.REVIEW and held_by is None and may,
        "criteria": queries.criteria(shown),
        "flags": flags,
        "boxes": [_box(item["flag"], shown) for item in flags if item["flag"].box],
        "requested": [(entry["hex"], entry["weight"]) for entry in shown.render.palette],
        "place": _place(shown, user, filters, aside=bool(asked), turn=decided + 1),
        "last_decision": None if asked else _last_decision(shown),
        "handed_up": _handed_up(shown),
        "whole": whole,
    }
    return context | about(shown, user) if whole else context


def about(candidate: Candidate, user: User) -> dict[str, Any]:
    """Return the rest of the rail: the series, what looks alike, and what the brand looks for."""
    siblings = list(queries.siblings(candidate))
    nearest = queries.nearest(candidate)
    near = [other.pk for others in nearest.values() for other in others]
    hidden = blind.masked([*(sibling.pk for sibling in siblings), *near], user)
    for sibling in siblings:
        if sibling.pk in hidden:
            sibling.state = Candidate.State.REVIEW
    return {
        "candidate": candidate,
        "render": candidate.render,
        "siblings": siblings,
        "nearest": {
            state: [other for other in others if other.pk not in hidden]
            for state, others in nearest.items()
        },
        "explained": explained(candidate),
    }


def explained(candidate: Candidate) -> Any:
    """Return why the brand's taste thinks as it does, where it has learnt one."""
    try:
        from curation.taste.explanation import explain
    except ImportError:
        return None
    return explain(candidate)


def tiles(candidates: Iterable[Candidate]) -> list[dict[str, Any]]:
    """Return what small pictures show: measures by the bounds in force, and what is held against.

    Four queries, however many there are.
    """
    newest = Score.objects.order_by("pk")
    rows = (
        Candidate.objects.filter(pk__in=[candidate.pk for candidate in candidates])
        .select_related("render__job", "render__style_version__style")
        .prefetch_related(Prefetch("scores", queryset=newest), "flags")
    )
    found = {row.pk: row for row in rows}
    brands = {row.brand_id for row in found.values()}
    gates = list(Gate.objects.filter(is_active=True, brand__in=brands))
    return [_tile(found[candidate.pk], gates) for candidate in candidates if candidate.pk in found]


def _tile(candidate: Candidate, gates: list[Gate]) -> dict[str, Any]:
    """Return one small picture's context; the gate of its style comes before that of its brand."""
    style = candidate.render.style_version.style_id
    fitting = [
        gate
        for gate in gates
        if gate.brand_id == candidate.brand_id
        and gate.tier == candidate.tier
        and gate.style_id in (None, style)
    ]
    gate = max(fitting, key=lambda gate: gate.style_id is not None, default=None)
    measures = [
        measure
        for measure in queries.criteria_by(candidate, gate.rules if gate else {})
        if measure.value is not None
    ]
    return {
        "candidate": candidate,
        "render": candidate.render,
        "measures": measures,
        "weakest": min(measures, key=lambda measure: measure.value or 0.0, default=None),
        "flags": list(candidate.flags.all()),
    }


def _place(
    candidate: Candidate, user: User, filters: Filters, *, aside: bool, turn: int
) -> queue.Place:
    """Return where a candidate stands, with what is held ahead and lies beside the queue."""
    asks = blind.any_open()
    ahead = named_for(user, timezone.now(), asks=asks)
    if not asks:
        return queue.place_of(candidate, user, filters, ahead=ahead)
    expected = None if ahead else expected_next(user, turn, filters)
    if aside:
        first = queue.first_ids(user, filters)
        near = [pk for pk in (ahead, expected, *first) if pk and pk != candidate.pk]
        soon = tuple(dict.fromkeys(near))
        return queue.Place(None, first[0] if first else None, soon, ahead)
    walked = blind.held_by(user).exclude(leased_at=None).values_list("candidate", flat=True)
    return queue.place_of(
        candidate, user, filters, ahead=ahead, expected=expected, aside=walked.first()
    )


def _other_holder(candidate: Candidate, user: User) -> User | None:
    """Return who else looks at a candidate at this moment."""
    expires = candidate.lease_expires_at
    if candidate.leased_by is None or candidate.leased_by == user:
        return None
    return candidate.leased_by if expires and expires > timezone.now() else None


def _flags(candidate: Candidate) -> list[dict[str, Any]]:
    """Return findings, each with the candidate it matched, if that is there."""
    flags = list(candidate.flags.all())
    matches = [flag.evidence["match"] for flag in flags if flag.evidence.get("match")]
    rows = Candidate.objects.in_bulk(matches) if matches else {}
    found = {str(key): row for key, row in rows.items()}
    return [
        {"flag": flag, "match": found.get(str(flag.evidence.get("match", ""))), "what": _what(flag)}
        for flag in flags
    ]


def _box(flag: Flag, candidate: Candidate) -> dict[str, Any]:
    """Return where something was found, in pixels of the picture."""
    left, top, width, height = flag.box or (0, 0, 1, 1)
    across, down = candidate.render.width_px, candidate.render.height_px
    return {
        "x": round(left * across),
        "y": round(top * down),
        "width": max(1, round(width * across)),
        "height": max(1, round(height * down)),
        "message": flag.message,
    }


def _what(flag: Flag) -> str:
    """Say by which measure, and with what certainty, something was found."""
    parts = [flag.detector] + ([f"sure to {flag.score:.0%}"] if flag.score is not None else [])
    known = flag.evidence
    if "distance" in known and "same_below" in known:
        parts.append(
            f"difference {known['distance']}; the same below {known['same_below']}, "
            f"close below {known.get('close_below')}"
        )
    return ", ".join(str(part) for part in parts)


def _last_decision(candidate: Candidate) -> Decision | None:
    """Return the decision that stands, where one does."""
    if candidate.state == Candidate.State.REVIEW:
        return None
    last = candidate.decisions.select_related("user", "gate__brand").order_by("-pk").first()
    return last if last and last.verdict not in ("undo", "escalate") else None


def _handed_up(candidate: Candidate) -> Decision | None:
    """Return who handed a candidate up, and with which note."""
    if candidate.escalated_at is None or candidate.state != Candidate.State.REVIEW:
        return None
    rows = candidate.decisions.filter(verdict=Decision.Verdict.ESCALATE)
    return rows.select_related("user").order_by("-pk").first()


def grace_seconds() -> int:
    """Return how long an approval waits before it goes on sale."""
    return int(settings.REVIEW_GRACE_SECONDS)
