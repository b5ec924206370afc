"""Candidates as programs read them: filtered pages, and one with all that is known of it.

A picture on which the reader may still be asked for a blind opinion looks as if it waited, as it
does on the review pages (`curation/blind.py`).
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.dateparse import parse_datetime

from curation import blind
from curation.models import Candidate, Decision, Flag, Score
from curation.scorers import SCORERS
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound
from generation.models import Tier

MOST_PER_PAGE = 100


@dataclass(frozen=True)
class Wanted:
    """Which candidates a program asks for; empty fields leave everything in."""

    state: str = ""
    brand: str = ""
    style: str = ""
    tier: str = ""
    kind: str = ""
    since: datetime | None = None

    def __post_init__(self) -> None:
        for name, known in (
            ("state", Candidate.State.values),
            ("tier", Tier.values),
            ("kind", Flag.Kind.values),
        ):
            if getattr(self, name) and getattr(self, name) not in known:
                raise InvalidInput(f"Choose {name} from {', '.join(known)}.", where=name)

    def matches(self) -> Q:
        """Return the filter, but for the state."""
        found = Q()
        for path, value in (
            ("brand__slug", self.brand),
            ("render__style_version__style__slug", self.style),
            ("tier", self.tier),
            ("created_at__gte", self.since),
        ):
            if value:
                found &= Q(**{path: value})
        if self.kind:
            found &= Q(Exists(Flag.objects.filter(candidate=OuterRef("pk"), kind=self.kind)))
        return found


def page(wanted: Wanted, user: User, *, after: str = "", limit: int = 50) -> dict[str, Any]:
    """Return `items`, newest first, and `next`, where to go on.

    Raises:
        InvalidInput: the place to go on from is not one that was given out.
    """
    rows = _whole().filter(wanted.matches(), _in_state(wanted.state, user))
    if after:
        created_at, pk = _place(after)
        rows = rows.filter(Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=pk))
    found = list(rows.order_by("-created_at", "-pk")[: limit + 1])
    shown = found[:limit]
    hidden = blind.masked([candidate.pk for candidate in shown], user)
    return {
        "items": [summary(candidate, hidden=candidate.pk in hidden) for candidate in shown],
        "next": _name(shown[-1]) if len(found) > limit else None,
    }


def one(candidate_id: UUID, user: User) -> dict[str, Any]:
    """Return one candidate with scores, flags, checks and decisions.

    Raises:
        NotFound: there is none.
    """
    rows = _whole().prefetch_related(
        "flags", "checks", Prefetch("decisions", Decision.objects.select_related("user", "gate"))
    )
    candidate = rows.filter(pk=candidate_id).first()
    if candidate is None:
        raise NotFound("There is no such candidate.", where="candidate_id")
    hidden = bool(blind.masked([candidate.pk], user))
    return summary(candidate, hidden=hidden) | {
        "prompt": candidate.render.prompt,
        "tags": candidate.tags,
        "colors": candidate.colors,
        "scores": [_score(score) for score in newest_scores(candidate)],
        "flags": [_flag(flag) for flag in candidate.flags.all()],
        "checks": [_check(check) for check in candidate.checks.all()],
        "decisions": [] if hidden else [_decision(row) for row in candidate.decisions.all()],
    }


def summary(candidate: Candidate, *, hidden: bool) -> dict[str, Any]:
    """Return what a list shows; `hidden`: as if it waited for a person."""
    state = Candidate.State.REVIEW if hidden else candidate.state
    return {
        "id": candidate.pk,
        "render_id": candidate.render_id,
        "job_id": candidate.render.job_id,
        "brand": candidate.brand.slug,
        "style": candidate.render.style_version.style.slug,
        "tier": candidate.tier,
        "state": state,
        "reasons": [blind.PASSES] if hidden else candidate.reasons,
        "created_at": candidate.created_at,
        "decided_at": None if hidden else candidate.decided_at,
        "version": version(candidate, hidden=hidden),
    }


def version(candidate: Candidate, *, hidden: bool) -> str:
    """Return what changes whenever a decision could rest on something else."""
    if hidden:
        return f"review-{candidate.attempts}"
    moment = candidate.decided_at.timestamp() if candidate.decided_at else 0
    return f"{candidate.state}-{candidate.attempts}-{int(moment * 1e6):x}"


def newest_scores(candidate: Candidate) -> list[Score]:
    """Return the newest score of each scorer, in the registry's order; the rest after it."""
    newest = {score.scorer: score for score in sorted(candidate.scores.all(), key=lambda s: s.pk)}
    order = {name: place for place, name in enumerate(SCORERS)}
    return sorted(newest.values(), key=lambda score: order.get(score.scorer, len(order)))


def _whole() -> QuerySet[Candidate]:
    related = ("brand", "render__style_version__style")
    return Candidate.objects.select_related(*related).prefetch_related("scores")


def _in_state(state: str, user: User) -> Q:
    """Match a state as the user may see it."""
    if not state:
        return Q()
    veiled = blind.held_by(user) if blind.sees_through(user) else blind.open_for(user)
    unknown = Q(pk__in=veiled.order_by().values("candidate"))
    if state == Candidate.State.REVIEW:
        return Q(state=state) | unknown
    return Q(state=state) & ~unknown


def _name(candidate: Candidate) -> str:
    raw = f"{candidate.created_at.isoformat()}|{candidate.pk}"
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _place(name: str) -> tuple[datetime, UUID]:
    try:
        raw = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
        moment, _bar, pk = raw.partition("|")
        created_at = parse_datetime(moment)
        if created_at is None or created_at.tzinfo is None:
            raise ValueError(moment)
        return created_at, UUID(pk)
    except (ValueError, binascii.Error) as error:
        raise InvalidInput("Go on from the `next` of a page.", where="after") from error


def _score(score: Score) -> dict[str, Any]:
    known = SCORERS.get(score.scorer)
    return {
        "scorer": score.scorer,
        "title": known.title if known else score.evidence.get("name", score.scorer),
        "version": score.version,
        "value": score.value,
        "praise": score.evidence.get("praise", ""),
        "blame": score.evidence.get("blame", ""),
        "place": score.evidence.get("place"),
    }


def _flag(flag: Flag) -> dict[str, Any]:
    fields = ("kind", "detector", "severity", "message", "score", "box", "evidence")
    return {name: getattr(flag, name) for name in fields}


def _check(check: Any) -> dict[str, Any]:
    fields = ("detector", "version", "outcome", "message", "checked_at")
    return {name: getattr(check, name) for name in fields}


def _decision(row: Decision) -> dict[str, Any]:
    fields = ("id", "verdict", "reason", "note", "author", "input", "decided_at")
    return {name: getattr(row, name) for name in fields} | {"undoes": row.undoes_id}
