"""Verbs of curation: admit, score, judge; claim, decide, undo.

Each changes state in one transaction, writes its evidence first, and may run beside itself. Reads
are in `curation/queries.py`; the measuring, which takes time and writes nothing, is in
`curation/examination.py`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from curation import live, verdicts
from curation.models import Brand, Candidate, Decision
from curation.signals import render_withdrawn
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotAllowed, NotFound, StateConflict
from genart.lib.queue import send_on_commit
from generation.models import Render, Tier

State = Candidate.State
STATE_AFTER = {
    Decision.Verdict.APPROVE: State.APPROVED,
    Decision.Verdict.REJECT: State.REJECTED,
}
SCORE_LEASE = timedelta(seconds=120)
SCORE_BATCH = 16


@transaction.atomic
def admit_render(*, render_id: UUID) -> Candidate | None:
    """Make a finished render a candidate and ring for its scoring. Safe to repeat.

    Returns:
        The candidate, or `None` where the render is gone or not rendered.
    """
    from curation import tasks

    render = (
        Render.objects.select_related("job", "style_version__style")
        .filter(pk=render_id, state=Render.State.RENDERED)
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
    """Take the oldest candidates that nobody scores, and return their ids."""
    now = timezone.now()
    free = Candidate.objects.filter(Q(state=State.SCORING), _unleased(now))
    rows = free.order_by("created_at").select_for_update(skip_locked=True, no_key=True)
    ids = list(rows.values_list("pk", flat=True)[:SCORE_BATCH])
    Candidate.objects.filter(pk__in=ids).update(lease_expires_at=now + SCORE_LEASE)
    return ids


def score_candidates(*, candidate_ids: Sequence[UUID]) -> None:
    """Measure candidates in one batch and put each through its gate. Safe to repeat.

    Those that are not being scored any more are left as they are.
    """
    from curation.examination import examine

    waiting = Candidate.objects.filter(pk__in=list(candidate_ids), state=State.SCORING)
    candidates = list(
        waiting.select_related("render__style_version__style", "render__job").order_by("created_at")
    )
    exams = examine([candidate.render for candidate in candidates])
    for candidate, exam in zip(candidates, exams, strict=True):
        verdicts.record(candidate_id=candidate.pk, exam=exam)


@transaction.atomic
def decide(
    *, candidate_id: UUID, user: User, verdict: str, reason: str = "", note: str = ""
) -> Decision:
    """Approve or reject a candidate that waits for a person.

    Raises:
        NotAllowed: the user may not review.
        InvalidInput: the verdict is unknown, or a rejection names no reason.
        NotFound: there is no such candidate.
        StateConflict: somebody decided already, or another curator is looking at it.
    """
    _may_review(user)
    _known_verdict(verdict, reason)
    now = timezone.now()
    candidate = _locked(candidate_id)
    if candidate.state != State.REVIEW:
        raise StateConflict(_what_was_decided(candidate))
    _not_taken(candidate, user, now)
    decision = Decision.objects.create(
        candidate=candidate,
        verdict=verdict,
        reason=reason if verdict == Decision.Verdict.REJECT else "",
        note=note.strip()[:300],
        user=user,
        evidence=verdicts.evidence_as_seen(candidate),
        previous_state=candidate.state,
    )
    verdicts.move(candidate, STATE_AFTER[Decision.Verdict(verdict)])
    if candidate.state == State.APPROVED:
        verdicts.send_approved(candidate, decision)
    return decision


@transaction.atomic
def undo(*, user: User, decision_id: int | None = None) -> Candidate:
    """Take a decision back, by a further row; return its candidate, which waits for review again.

    Without an id it is the user's own last decision that still stands. An approval that is taken
    back takes its listing off sale.

    Raises:
        NotAllowed: the user may not review.
        StateConflict: there is nothing to undo, or the decision is not the last one any more.
    """
    _may_review(user)
    decision = _undoable(user, decision_id)
    candidate = _locked(decision.candidate_id)
    # Read again: somebody may have undone it, or decided anew, while the row was locked by them.
    if _standing(candidate) != decision:
        raise StateConflict("That decision was taken back or replaced already.")
    Decision.objects.create(
        candidate=candidate,
        verdict=Decision.Verdict.UNDO,
        user=user,
        undoes=decision,
        previous_state=candidate.state,
        evidence={"undid": decision.verdict, "by": decision.author},
    )
    verdicts.move(candidate, State.REVIEW, reasons=[f"Decision of {decision.author} taken back."])
    if decision.verdict == Decision.Verdict.APPROVE:
        reason = f"{user.get_username()} took the approval back."
        render_id = candidate.render_id
        transaction.on_commit(
            lambda: render_withdrawn.send_robust(Candidate, render_id=render_id, reason=reason)
        )
    return candidate


@transaction.atomic
def claim(*, candidate_id: UUID, user: User) -> Candidate:
    """Hold a candidate for a user, and let go of any other the user held.

    Raises:
        NotFound: there is no such candidate.
        StateConflict: it does not wait for a person, or another curator holds it.
    """
    _may_review(user)
    now = timezone.now()
    candidate = _locked(candidate_id)
    if candidate.state != State.REVIEW:
        raise StateConflict(_what_was_decided(candidate))
    _not_taken(candidate, user, now)
    return _hold(candidate, user, now)


@transaction.atomic
def claim_next(*, user: User, skipped: Sequence[UUID] = ()) -> Candidate | None:
    """Hold the next candidate for a user: the one held already, else the most doubtful free one.

    What was skipped comes last. `None`: nothing is free.
    """
    _may_review(user)
    now = timezone.now()
    waiting = Candidate.objects.filter(state=State.REVIEW).order_by("-doubt", "created_at")
    mine = Q(leased_by=user, lease_expires_at__gt=now)
    for choice in (
        waiting.filter(mine).exclude(pk__in=skipped),
        waiting.filter(_unleased(now)).exclude(pk__in=skipped),
        waiting.filter(_unleased(now) | mine),
    ):
        candidate = choice.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if candidate:
            return _hold(candidate, user, now)
    return None


@transaction.atomic
def release(*, candidate_id: UUID, user: User) -> None:
    """Let go of a candidate, as when it is skipped. Safe to repeat."""
    mine = Candidate.objects.filter(pk=candidate_id, leased_by=user, state=State.REVIEW)
    if mine.update(leased_by=None, lease_expires_at=None):
        live.announce_holder(candidate_id)


def _hold(candidate: Candidate, user: User, now: datetime) -> Candidate:
    """Lease a locked candidate to a user, alone."""
    others = Candidate.objects.filter(leased_by=user, state=State.REVIEW).exclude(pk=candidate.pk)
    let_go = list(others.values_list("pk", flat=True))
    others.update(leased_by=None, lease_expires_at=None)
    fresh = candidate.leased_by_id != user.pk
    candidate.leased_by = user
    candidate.lease_expires_at = now + timedelta(seconds=settings.REVIEW_LEASE_SECONDS)
    candidate.save(update_fields=["leased_by", "lease_expires_at"])
    for candidate_id in [*let_go, *([candidate.pk] if fresh else [])]:
        live.announce_holder(candidate_id)
    return candidate


def _locked(candidate_id: UUID) -> Candidate:
    """Return a candidate, locked until the transaction ends.

    Raises:
        NotFound: there is no such candidate.
    """
    rows = Candidate.objects.select_related("render", "leased_by").filter(pk=candidate_id)
    candidate = rows.select_for_update(no_key=True, of=("self",)).first()
    if candidate is None:
        raise NotFound("There is no such candidate.")
    return candidate


def _unleased(now: datetime) -> Q:
    """Match rows that nobody holds at this moment."""
    return Q(lease_expires_at=None) | Q(lease_expires_at__lte=now)


def _may_review(user: User) -> None:
    if not user.has_perm("curation.review"):
        raise NotAllowed("Only curators may work the review queue.")


def _known_verdict(verdict: str, reason: str) -> None:
    if verdict not in STATE_AFTER:
        raise InvalidInput("Decide with approve or reject.", where="verdict")
    if verdict == Decision.Verdict.REJECT and reason not in Decision.Reason.values:
        raise InvalidInput("Choose a reason from the list.", where="reason")
    if verdict == Decision.Verdict.REJECT and not reason:
        raise InvalidInput("Choose why it is rejected.", where="reason")


def _not_taken(candidate: Candidate, user: User, now: datetime) -> None:
    held = candidate.lease_expires_at and candidate.lease_expires_at > now
    if held and candidate.leased_by and candidate.leased_by != user:
        raise StateConflict(f"{candidate.leased_by.get_username()} is looking at this picture.")


def _what_was_decided(candidate: Candidate) -> str:
    """Say in a sentence why a candidate does not wait for review."""
    decision = _standing(candidate)
    if decision is None or decision.verdict == Decision.Verdict.REVIEW:
        return "This picture does not wait for a person."
    word = "approved" if decision.verdict == Decision.Verdict.APPROVE else "rejected"
    return f"{decision.author.partition(':')[2]} {word} this picture already."


def _standing(candidate: Candidate) -> Decision | None:
    """Return the decision that put a candidate where it is, if none took it back."""
    last = candidate.decisions.select_related("user", "gate__brand").order_by("-pk").first()
    return None if last is None or last.verdict == Decision.Verdict.UNDO else last


def _undoable(user: User, decision_id: int | None) -> Decision:
    """Return the decision to take back.

    Raises:
        StateConflict: there is none.
    """
    later = Decision.objects.filter(candidate=OuterRef("candidate"), pk__gt=OuterRef("pk"))
    standing = Decision.objects.filter(~Exists(later), verdict__in=list(STATE_AFTER))
    mine = standing.filter(user=user) if decision_id is None else standing.filter(pk=decision_id)
    found = mine.order_by("-pk").first()
    if found is None:
        raise StateConflict("There is no decision left to take back.")
    return found
