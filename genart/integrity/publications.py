"""What is on sale was checked and approved, and what was approved is on sale."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from catalog.models import Artwork, ArtworkStats, Grant
from curation.models import Candidate, Check, Decision
from genart.integrity.contract import Broken, Rule

State = Candidate.State


def _on_sale(before: datetime) -> QuerySet[Artwork]:
    return Artwork.objects.filter(withdrawn_at=None, published_at__lt=before)


def _named(works: QuerySet[Artwork], sentence: str) -> Iterator[Broken]:
    for pk in works.values_list("pk", flat=True):
        yield f"artwork {pk}", sentence


def unapproved(before: datetime) -> Iterator[Broken]:
    """Yield works on sale that curation does not approve of."""
    works = _on_sale(before).exclude(render__candidate__state=State.APPROVED)
    yield from _named(works, "It is on sale and its picture is not approved.")


def undecided(before: datetime) -> Iterator[Broken]:
    """Yield works that name no approval of their own picture, on sale or not."""
    approvals = Decision.objects.filter(
        pk=OuterRef("decision_id"),
        verdict=Decision.Verdict.APPROVE,
        candidate__render=OuterRef("render_id"),
    )
    works = Artwork.objects.filter(~Exists(approvals), published_at__lt=before)
    yield from _named(works, "No decision about its picture stands behind it.")


def unchecked(before: datetime) -> Iterator[Broken]:
    """Yield works on sale whose picture no detector saw, or whose last look failed."""
    checks = Check.objects.filter(candidate__render=OuterRef("render_id"))
    works = _on_sale(before)
    yield from _named(works.filter(~Exists(checks)), "It is on sale and no detector saw it.")
    newest = Check.objects.filter(candidate=OuterRef("candidate"), detector=OuterRef("detector"))
    last: Any = Subquery(newest.order_by("-checked_at", "-pk").values("pk")[:1])
    failed = Check.objects.filter(
        candidate__render=OuterRef("render_id"), outcome=Check.Outcome.FAILED, pk=last
    )
    yield from _named(works.filter(Exists(failed)), "It is on sale though a detector failed.")


def another_picture(before: datetime) -> Iterator[Broken]:
    """Yield works whose picture is not the one that their render made."""
    works = Artwork.objects.filter(published_at__lt=before).exclude(
        sha256=F("render__sha256"), original=F("render__file")
    )
    yield from _named(works, "Its picture is not the one that was rendered and judged.")


def half_listed(before: datetime) -> Iterator[Broken]:
    """Yield works that lack the rows of a listing or its pictures."""
    works = Artwork.objects.filter(published_at__lt=before)
    stats = ArtworkStats.objects.filter(artwork=OuterRef("pk"))
    lacking = works.filter(~Exists(stats) | Q(derivatives={}))
    yield from _named(lacking, "It is listed without its counters or its pictures.")


def unlisted(before: datetime) -> Iterator[Broken]:
    """Yield approvals that should be in the shop by now."""
    due = Q(publish_at=None) | Q(publish_at__lt=before)
    approved = Candidate.objects.filter(due, state=State.APPROVED, decided_at__lt=before)
    lost = Q(render__artwork=None) | Q(render__artwork__withdrawn_by=Artwork.Withdrawer.CURATION)
    for pk in approved.filter(lost).values_list("pk", flat=True):
        yield f"candidate {pk}", "It is approved and not in the shop."


def sold_on(before: datetime) -> Iterator[Broken]:
    """Yield works that somebody has for himself and that are still on sale, or that two have."""
    held = Grant.objects.filter(
        artwork=OuterRef("pk"), licence__is_exclusive=True, revoked_at=None, granted_at__lt=before
    )
    works = Artwork.objects.filter(Exists(held), withdrawn_at=None)
    yield from _named(works, "It was sold exclusively and is on sale.")
    twice = held.values("artwork").order_by()
    doubled = Artwork.objects.filter(Exists(twice.filter(pk__gt=_first_exclusive())))
    yield from _named(doubled, "Two buyers have it exclusively.")


def _first_exclusive() -> Any:
    """Return the least id of a work's exclusive grants, for a query over its grants."""
    same = Grant.objects.filter(
        artwork=OuterRef("artwork"), licence__is_exclusive=True, revoked_at=None
    )
    return Subquery(same.order_by("pk").values("pk")[:1])


RULES = (
    Rule("artwork.unapproved", unapproved),
    Rule("artwork.undecided", undecided),
    Rule("artwork.unchecked", unchecked),
    Rule("artwork.another_picture", another_picture),
    Rule("artwork.half_listed", half_listed),
    Rule("approval.unlisted", unlisted),
    Rule("artwork.sold_on", sold_on),
)
