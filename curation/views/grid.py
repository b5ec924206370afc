"""Many pictures at once: a page of the queue, or one stack of siblings.

Each picture is decided by itself; what could not be decided is shown with its reason.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from curation import queue as waiting
from curation import services
from curation.cards import REASONS, grace_seconds, tiles
from curation.models import Candidate
from curation.services.bulk import MOST, Outcome
from curation.views.access import curators_only, user_of
from curation.views.requests import (
    by_htmx,
    candidate_ids,
    filters_of,
    note_skipped,
    skipped,
    took_ms,
)
from genart.lib.errors import GenartError, InvalidInput, StateConflict


@never_cache
@curators_only
@require_safe
def grid(request: HttpRequest) -> HttpResponse:
    """Show a page of the queue as small pictures."""
    return show(request, "grid", claimed(request, "grid"))


@curators_only
@require_POST
def act(request: HttpRequest, mode: str) -> HttpResponse:
    """Do with the selected pictures what a button says, then show what is next."""
    selected, shown = candidate_ids(request), _shown(request)
    deed, _colon, reason = request.POST.get("do", "").partition(":")
    try:
        outcomes = _DEEDS.get(deed, _unknown)(request, mode, selected, shown, reason)
    except (InvalidInput, StateConflict) as error:
        return _refused(request, mode, error)
    return _answer(request, mode, outcomes)


@curators_only
@require_POST
def undo(request: HttpRequest, mode: str) -> HttpResponse:
    """Take back what the last press decided."""
    try:
        undone = services.undo_together(user=user_of(request))
    except StateConflict as conflict:
        return _refused(request, mode, conflict)
    count = len(undone)
    said = f"Taken back: {count} picture{'' if count == 1 else 's'}."
    if not by_htmx(request):
        messages.success(request, said)
        return _again(request, mode)
    return show(request, mode, claimed(request, mode, at=undone[0].pk), said=said)


def claimed(request: HttpRequest, mode: str, at: UUID | None = None) -> list[Candidate]:
    """Hold and return what a mode shows; `at` names a picture whose stack is wanted."""
    user, filters = user_of(request), filters_of(request)
    if mode == "grid":
        return services.claim_page(user=user, skipped=skipped(request), filters=filters, most=MOST)
    if at is not None:
        try:
            return services.claim_stack_of(candidate_id=at, user=user)
        except GenartError:
            pass  # it does not wait any more: the next stack will do
    return services.claim_stack(user=user, skipped=skipped(request), filters=filters)


def show(
    request: HttpRequest,
    mode: str,
    candidates: list[Candidate],
    *,
    said: str = "",
    notice: str = "",
    grace: int = 0,
    undoable: bool = False,
    refused: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with the pictures: those alone for htmx, else the page around them."""
    user, filters, part = user_of(request), filters_of(request), by_htmx(request)
    context: dict[str, Any] = {
        "mode": mode,
        "filters": filters,
        "tiles": tiles(candidates),
        "counts": waiting.queue_counts(user, filters),
        "decided": waiting.decided_today(user),
        "reasons": REASONS,
        "said": said,
        "notice": notice,
        "grace": grace,
        "undoable": undoable,
        "refused": refused or [],
        "undo_address": reverse("curation:undo_many", kwargs={"mode": mode}),
    }
    if not part:
        context |= {"choices": waiting.choices(filters)}
    return render(
        request, "curation/grid.html" + ("#answer" if part else ""), context, status=status
    )


def _shown(request: HttpRequest) -> list[UUID]:
    """Return every picture that was on the page, selected or not."""
    found = []
    for raw in request.POST.getlist("shown")[:MOST]:
        try:
            found.append(UUID(raw))
        except ValueError:
            continue
    return found


def _decide(verdict: str) -> Any:
    def deed(
        request: HttpRequest, mode: str, selected: list[UUID], shown: list[UUID], reason: str
    ) -> list[Outcome]:
        return services.decide_many(
            candidate_ids=selected,
            user=user_of(request),
            verdict=verdict,
            reason=reason or request.POST.get("reason", ""),
            note=request.POST.get("note", ""),
            took_ms=took_ms(request),
            mode=mode,
        )

    return deed


def _best(
    request: HttpRequest, mode: str, selected: list[UUID], shown: list[UUID], reason: str
) -> list[Outcome]:
    """Approve the selected of a stack and reject the rest of it."""
    if not selected:
        raise InvalidInput("Select the best picture first.", where="candidate")
    return services.choose_best(
        best_ids=selected,
        rest_ids=[pk for pk in shown if pk not in selected],
        user=user_of(request),
        took_ms=took_ms(request),
    )


def _skip(
    request: HttpRequest, mode: str, selected: list[UUID], shown: list[UUID], reason: str
) -> list[Outcome]:
    """Put the selected pictures, or all of them, at the end of this session's queue."""
    ids = selected or shown
    for candidate_id in ids:
        services.release(candidate_id=candidate_id, user=user_of(request))
    note_skipped(request, ids)
    return [Outcome(pk, verdict="skip") for pk in ids]


def _escalate(
    request: HttpRequest, mode: str, selected: list[UUID], shown: list[UUID], reason: str
) -> list[Outcome]:
    """Hand the selected pictures up, each by itself."""
    if not selected:
        raise InvalidInput("Select at least one picture.", where="candidate")
    outcomes = []
    for candidate_id in selected:
        note, user = request.POST.get("up_note", ""), user_of(request)
        try:
            services.escalate(
                candidate_id=candidate_id, user=user, note=note, input="bulk", mode=mode
            )
        except GenartError as error:
            outcomes.append(Outcome(candidate_id, problem=error.message))
        else:
            outcomes.append(Outcome(candidate_id, verdict="escalate"))
    return outcomes


def _unknown(
    request: HttpRequest, mode: str, selected: list[UUID], shown: list[UUID], reason: str
) -> list[Outcome]:
    raise InvalidInput("Choose what to do with the pictures.", where="do")


_DEEDS: dict[str, Any] = {
    "approve": _decide("approve"),
    "reject": _decide("reject"),
    "best": _best,
    "skip": _skip,
    "escalate": _escalate,
}
_WORDS = {
    "approve": "approved",
    "reject": "rejected",
    "skip": "skipped",
    "escalate": "handed up",
}


def _answer(request: HttpRequest, mode: str, outcomes: list[Outcome]) -> HttpResponse:
    """Say what became of each picture and show what is next."""
    said, refused = _summary(outcomes), _refusals(outcomes)
    approved = any(outcome.verdict == "approve" for outcome in outcomes)
    grace = grace_seconds() if approved else 0
    if not by_htmx(request):
        messages.success(request, said)
        for row in refused:
            messages.error(request, f"{row['name']}: {row['problem']}")
        return _again(request, mode)
    undoable = any(outcome.verdict not in ("", "skip") for outcome in outcomes)
    following = claimed(request, mode)
    return show(
        request, mode, following, said=said, grace=grace, undoable=undoable, refused=refused
    )


def _summary(outcomes: list[Outcome]) -> str:
    """Return in a sentence how many became what."""
    parts = []
    for verdict, word in _WORDS.items():
        count = sum(outcome.verdict == verdict for outcome in outcomes)
        if count:
            parts.append(f"{count} {word}")
    problems = sum(bool(outcome.problem) for outcome in outcomes)
    if problems:
        parts.append(f"{problems} left as they are")
    text = ", ".join(parts) or "nothing changed"
    return f"{text[:1].upper()}{text[1:]}."


def _refusals(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """Return what could not be done, with the picture and the reason."""
    problems = {row.candidate_id: row.problem for row in outcomes if row.problem}
    rows = Candidate.objects.select_related("render__job").in_bulk(list(problems))
    return [
        {"candidate": rows[pk], "name": str(rows[pk].render), "problem": problem}
        for pk, problem in problems.items()
        if pk in rows
    ]


def _refused(request: HttpRequest, mode: str, error: GenartError) -> HttpResponse:
    """Show the same pictures with what was wrong."""
    if not by_htmx(request):
        messages.error(request, error.message)
        return _again(request, mode)
    shown = _shown(request)
    candidates = claimed(request, mode, at=shown[0] if shown else None)
    return show(request, mode, candidates, notice=error.message, status=error.status)


def _again(request: HttpRequest, mode: str) -> HttpResponse:
    return redirect(reverse(f"curation:{mode}") + filters_of(request).query())
