"""Rights claims: everything made with one thing leaves the shop in one action, and comes back.

An upheld claim is written before anything is withdrawn. A picture that is being judged at that
moment cannot slip through: claims and verdicts meet at one lock, and a verdict that comes later
finds the claim (`compliance/licences.py`).
"""

from collections import Counter
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from curation import verdicts
from curation.compliance.claims import claims_on, lock_claims, parts_of
from curation.models import Assignment, Candidate, Decision, RightsClaim
from curation.signals import render_withdrawn
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotAllowed, NotFound
from generation.models import Adapter, Checkpoint, Job, Render, Style

Scope, State = RightsClaim.Scope, Candidate.State
LISTED = 2000
"""Ids that a report lists; it counts all."""


def preview_claim(*, scope: str, target: str) -> dict[str, Any]:
    """Return what upholding a claim would withdraw; writes nothing.

    Raises:
        InvalidInput: the scope is unknown, or there is no such thing.
    """
    target = _known(scope, target)
    rows = _made_with(scope, target).exclude(state=State.WITHDRAWN)
    return report_on(rows) | {"about": _about(scope, target)}


@transaction.atomic
def uphold_claim(*, scope: str, target: str, claimant: str, reason: str, user: User) -> RightsClaim:
    """Withdraw everything that was made with one thing, and let nothing new of it through.

    Safe to repeat: an upheld claim on the same thing is returned, and withdraws what it had missed.

    Raises:
        NotAllowed: the user may not handle claims.
        InvalidInput: the thing is unknown, or claimant or reason is missing.
    """
    may_handle(user)
    target = _known(scope, target)
    if not claimant.strip() or not reason.strip():
        missing = "claimant" if not claimant.strip() else "reason"
        raise InvalidInput("Say who claims the right, and why.", where=missing)
    lock_claims(shared=False)
    claim = RightsClaim.objects.filter(scope=scope, target=target, state="upheld").first()
    if claim is None:
        claim = RightsClaim.objects.create(
            scope=scope,
            target=target,
            claimant=claimant.strip()[:200],
            reason=reason.strip(),
            created_by=user,
        )
    rows = _made_with(scope, target)
    fresh = report_on(rows.exclude(state=State.WITHDRAWN)) | {"about": _about(scope, target)}
    _withdraw(rows.exclude(state=State.WITHDRAWN), claim, user)
    claim.report = _added(claim.report, fresh)
    claim.save(update_fields=["report"])
    return claim


@transaction.atomic
def lift_claim(*, claim_id: UUID, user: User) -> RightsClaim:
    """End a claim; what it had withdrawn waits for a person, never straight for sale.

    What another upheld claim holds as well stays withdrawn. Safe to repeat.

    Raises:
        NotAllowed: the user may not handle claims.
        NotFound: there is no such claim.
    """
    may_handle(user)
    lock_claims(shared=False)
    claim = RightsClaim.objects.select_for_update().filter(pk=claim_id).first()
    if claim is None:
        raise NotFound("There is no such claim.")
    if claim.state == RightsClaim.State.LIFTED:
        return claim
    claim.state, claim.lifted_by, claim.lifted_at = "lifted", user, timezone.now()
    claim.save(update_fields=["state", "lifted_by", "lifted_at"])
    back = 0
    for candidate in _locked(_made_with(claim.scope, claim.target).filter(state=State.WITHDRAWN)):
        back += _brought_back(candidate, claim, user)
    claim.report = {**claim.report, "brought_back": back}
    claim.save(update_fields=["report"])
    return claim


def may_handle(user: User) -> None:
    """Raise `NotAllowed` unless a user may uphold and lift claims."""
    if not user.has_perm("curation.add_rightsclaim"):
        raise NotAllowed("Only those who handle rights claims may do this.")


# -- what a claim is about -----------------------------------------------------------------------


def _known(scope: str, target: str) -> str:
    """Return a target as it is kept; raise `InvalidInput` where there is no such thing."""
    target = target.strip()
    if scope not in Scope.values:
        raise InvalidInput("Choose what the claim is about.", where="scope")
    if not target or not _exists(scope, target):
        what = Scope(scope).label.lower()
        raise InvalidInput(f"There is no {what} “{target[:80]}”.", where="target")
    return target


def _about(scope: str, target: str) -> str:
    """Return what people call a thing that is claimed by its id; empty where its name says it."""
    if scope == Scope.JOB:
        return str(Job.objects.get(pk=target))
    return str(Render.objects.get(pk=target)) if scope == Scope.RENDER else ""


def _exists(scope: str, target: str) -> bool:
    slug, _at, version = target.partition("@")
    if scope == Scope.CHECKPOINT:
        rows = Checkpoint.objects.filter(slug=slug)
        return rows.filter(revision=version).exists() if version else rows.exists()
    if scope == Scope.ADAPTER:
        named = Adapter.objects.filter(slug=slug)
        known = named.filter(version=version).exists() if version else named.exists()
        return known or _made_with(scope, target).exists()
    if scope == Scope.STYLE:
        return Style.objects.filter(slug=target).exists()
    if scope == Scope.REFERENCE:
        return True  # claimed before anybody used it, it is refused from the start
    try:
        key = UUID(target)
    except ValueError:
        return False
    model: type[Job] | type[Render] = Job if scope == Scope.JOB else Render
    return model.objects.filter(pk=key).exists()


def _made_with(scope: str, target: str) -> QuerySet[Candidate]:
    """Return the candidates that were made with one thing."""
    slug, _at, version = target.partition("@")
    used: dict[str, str] = {"slug": slug} | ({"version": version} if version else {})
    about: dict[str, Q] = {
        Scope.CHECKPOINT: Q(render__checkpoint__slug=slug)
        & (Q(render__checkpoint__revision=version) if version else Q()),
        Scope.ADAPTER: Q(render__adapters__contains=[used]),
        Scope.STYLE: Q(render__style_version__style__slug=target),
        Scope.REFERENCE: Q(render__job__spec__references__contains=[target]),
    }
    if scope in about:
        return Candidate.objects.filter(about[scope])
    field = "render__job" if scope == Scope.JOB else "render"
    return Candidate.objects.filter(**{field: target})


def report_on(rows: QuerySet[Candidate]) -> dict[str, Any]:
    """Count what a claim touches: by state and style, with the pictures' ids."""
    found = list(
        rows.order_by("created_at").values_list(
            "pk", "render_id", "state", "render__style_version__style__name"
        )
    )
    return {
        "total": len(found),
        "states": dict(Counter(str(state) for _pk, _render, state, _style in found)),
        "styles": dict(Counter(str(style) for _pk, _render, _state, style in found)),
        "on_sale": sum(state == State.APPROVED for _pk, _render, state, _style in found),
        "items": [
            {"candidate": str(pk), "render": str(render), "was": str(state), "style": style}
            for pk, render, state, style in found[:LISTED]
        ],
    }


def _added(report: dict[str, Any], fresh: dict[str, Any]) -> dict[str, Any]:
    """Return a report with what a further run withdrew."""
    if not report:
        return fresh
    states, styles = Counter(report["states"]), Counter(report["styles"])
    return {
        **report,
        "total": report["total"] + fresh["total"],
        "states": dict(states + Counter(fresh["states"])),
        "styles": dict(styles + Counter(fresh["styles"])),
        "on_sale": report["on_sale"] + fresh["on_sale"],
        "items": [*report["items"], *fresh["items"]][:LISTED],
    }


# -- withdrawing and bringing back ---------------------------------------------------------------


def _locked(rows: QuerySet[Candidate]) -> list[Candidate]:
    """Lock candidates, always in the same order, so that two claims cannot wait for each other."""
    return list(
        rows.select_related("render").order_by("pk").select_for_update(no_key=True, of=("self",))
    )


def _withdraw(rows: QuerySet[Candidate], claim: RightsClaim, user: User) -> None:
    """Write the evidence of each withdrawal, then withdraw; listings go after the commit."""
    candidates = _locked(rows)
    why = f"{claim.claimant} claims a right: {claim}."[:280]
    Decision.objects.bulk_create(
        Decision(
            candidate=candidate,
            verdict=Decision.Verdict.WITHDRAW,
            reason=Decision.Reason.RIGHTS,
            note=why,
            user=user,
            evidence={"claim": str(claim.pk), "scope": claim.scope, "target": claim.target},
            previous_state=candidate.state,
        )
        for candidate in candidates
    )
    Assignment.objects.filter(candidate__in=candidates, state="open").update(state="void")
    for candidate in candidates:
        was_sold = candidate.state == State.APPROVED
        candidate.retry_at = candidate.publish_at = None
        verdicts.move(candidate, State.WITHDRAWN, reasons=[why], doubt=0.0)
        if was_sold:
            _take_off_sale(candidate.render_id, why)


def _take_off_sale(render_id: UUID, reason: str) -> None:
    transaction.on_commit(
        lambda: render_withdrawn.send_robust(Candidate, render_id=render_id, reason=reason[:200])
    )


def _brought_back(candidate: Candidate, claim: RightsClaim, user: User) -> bool:
    """Let a person look at a withdrawn picture again, unless another claim holds it."""
    if claims_on(parts_of(candidate.render)):
        return False
    last = candidate.decisions.order_by("-pk").first()
    if last is None or "claim" not in last.evidence:
        return False
    Decision.objects.create(
        candidate=candidate,
        verdict=Decision.Verdict.UNDO,
        user=user,
        undoes=last,
        previous_state=candidate.state,
        evidence={"undid": last.verdict, "lifted": str(claim.pk)},
    )
    reason = f"The claim of {claim.claimant} was lifted: a person decides anew."
    never_judged = last.previous_state in (State.SCORING, State.HELD)
    state = State.SCORING if never_judged else State.REVIEW
    verdicts.move(candidate, state, reasons=[reason], doubt=1.0)
    return True
