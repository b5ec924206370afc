"""Pages of the review queue, one picture at a time.

Every form works without JavaScript; htmx swaps the card alone. The address keeps the filters.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from curation import queue as waiting
from curation import services
from curation.cards import RELATED, about, card, grace_seconds
from curation.models import Candidate, Decision
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
def queue(request: HttpRequest) -> HttpResponse:
    """Show the next picture that waits for a person."""
    return _show(request, _claim_next(request))


@never_cache
@curators_only
@require_safe
def candidate(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Show one picture; hold it if it waits and nobody else looks at it."""
    notice = ""
    try:
        found = _claim(request, candidate_id)
    except StateConflict as conflict:
        found = get_object_or_404(Candidate, pk=candidate_id)
        notice = conflict.message
    return _show(request, found, notice=notice)


@never_cache
@curators_only
@require_safe
def rail(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Show the rest of what is known about a picture: what a live page fetches after it."""
    found = get_object_or_404(Candidate.objects.select_related(*RELATED), pk=candidate_id)
    context = about(found, user_of(request)) | {"filters": filters_of(request)}
    return render(request, "curation/review.html#about", context)


@curators_only
@require_POST
def decide(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Approve or reject, then show the next picture."""
    try:
        decided = services.decide(
            candidate_id=candidate_id,
            user=user_of(request),
            verdict=request.POST.get("verdict", ""),
            reason=request.POST.get("reason", ""),
            note=request.POST.get("note", ""),
            took_ms=took_ms(request),
            input=request.POST.get("input", ""),
        )
    except (StateConflict, InvalidInput) as error:
        return _refused(request, candidate_id, error)
    approved = decided.verdict == Decision.Verdict.APPROVE
    said = f"{'Approved' if approved else 'Rejected'} {decided.candidate.render}."
    return _next(request, said, grace=grace_seconds() if approved else 0)


@curators_only
@require_POST
def escalate(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Hand a picture up to the senior curators, then show the next one."""
    try:
        handed_up = services.escalate(
            candidate_id=candidate_id,
            user=user_of(request),
            note=request.POST.get("note", ""),
            took_ms=took_ms(request),
            input=request.POST.get("input", ""),
        )
    except StateConflict as error:
        return _refused(request, candidate_id, error)
    if handed_up is None:
        note_skipped(request, [candidate_id])
    return _next(request, f"Handed up {_name(candidate_id)}.")


@curators_only
@require_POST
def skip(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Put a picture at the end of this session's queue and show the next."""
    services.release(candidate_id=candidate_id, user=user_of(request))
    note_skipped(request, [candidate_id])
    return _next(request, "Skipped.", undoable=False)


@curators_only
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take a decision back and show its picture again."""
    raw = request.POST.get("decision", "")
    try:
        undone = services.undo(
            user=user_of(request), decision_id=int(raw) if raw.isdecimal() else None
        )
        undone = _claim(request, undone.pk)
    except StateConflict as conflict:
        if not by_htmx(request):
            messages.error(request, conflict.message)
            return _to_queue(request)
        return _show(request, _claim_next(request), notice=conflict.message, status=409)
    said = f"Taken back: {_name(undone.pk)}."
    if not by_htmx(request):
        messages.success(request, said)
        address = reverse("curation:candidate", args=[undone.pk])
        return redirect(address + filters_of(request).query())
    return _show(request, undone, said=said)


@curators_only
@require_POST
def hold(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Keep a picture for a curator who is still looking at it."""
    try:
        _claim(request, candidate_id)
    except StateConflict as conflict:
        return _refused(request, candidate_id, conflict)
    return HttpResponse(status=204)


@curators_only
@require_POST
def hold_many(request: HttpRequest) -> HttpResponse:
    """Keep a page of pictures for a curator who is still looking at them; 409 where one is lost."""
    lost = services.keep(candidate_ids=candidate_ids(request), user=user_of(request))
    return HttpResponse(" ".join(str(pk) for pk in lost), status=409 if lost else 204)


@never_cache
@curators_only
@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """Show how much waits: what the live connection pushes."""
    counts = waiting.queue_counts(user_of(request), filters_of(request))
    return render(request, "curation/review_live.html#counter", {"counts": counts})


def _claim(request: HttpRequest, candidate_id: UUID) -> Candidate:
    return services.claim(
        candidate_id=candidate_id,
        user=user_of(request),
        ahead=filters_of(request),
        skipped=skipped(request),
    )


def _claim_next(request: HttpRequest) -> Candidate | None:
    return services.claim_next(
        user=user_of(request),
        skipped=skipped(request),
        filters=filters_of(request),
        ahead=True,
    )


def _to_queue(request: HttpRequest) -> HttpResponse:
    return redirect(reverse("curation:queue") + filters_of(request).query())


def _name(candidate_id: UUID) -> str:
    """Return what a picture is called in a sentence."""
    row = Candidate.objects.filter(pk=candidate_id).values_list(
        "render__job__title", "render__index"
    )
    title, index = row.get()
    return f"{title} #{index + 1}"


def _next(
    request: HttpRequest, said: str, *, grace: int = 0, undoable: bool = True
) -> HttpResponse:
    """Go on: the next card for htmx, else back to the queue with a message."""
    if not by_htmx(request):
        later = f" It goes on sale in {grace} seconds; undo takes it back." if grace else ""
        messages.success(request, said + later)
        return _to_queue(request)
    return _show(request, _claim_next(request), said=said, grace=grace, undoable=undoable)


def _refused(request: HttpRequest, candidate_id: UUID, error: GenartError) -> HttpResponse:
    """Show the picture as it is now, and why nothing was done."""
    found = get_object_or_404(Candidate, pk=candidate_id)
    return _show(request, found, notice=error.message, status=error.status)


def _show(
    request: HttpRequest,
    found: Candidate | None,
    *,
    notice: str = "",
    said: str = "",
    grace: int = 0,
    undoable: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Answer with a card: the card alone for htmx, else the page around it."""
    user, filters, part = user_of(request), filters_of(request), by_htmx(request)
    context: dict[str, Any] = {
        "counts": waiting.queue_counts(user, filters),
        "notice": notice,
        "said": said,
        "grace": grace,
        "undoable": undoable,
        "mode": "single",
        "undo_address": reverse("curation:undo"),
    }
    context |= card(found, user, filters, whole=not part)
    if not part:
        context |= {"choices": waiting.choices(filters)}
    template = "curation/review.html" + ("#answer" if part else "")
    response = render(request, template, context, status=status)
    if part:
        place = reverse("curation:candidate", args=[found.pk]) if found else None
        response.headers["HX-Push-Url"] = (place or reverse("curation:queue")) + filters.query()
    return response
