"""Pages of the review queue. Every form works without JavaScript; htmx swaps the card alone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from curation import queue as waiting
from curation import reports, services
from curation.cards import card
from curation.models import Candidate, Decision
from curation.views.access import curators_only, user_of
from genart.accounts.models import User
from genart.lib.errors import GenartError, InvalidInput, StateConflict

SKIPPED = "review_skipped"
SKIPPED_LIMIT = 200
HISTORY_PAGE = 40


def _by_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _skipped(request: HttpRequest) -> list[UUID]:
    return [UUID(value) for value in request.session.get(SKIPPED, [])]


@never_cache
@curators_only
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show the next picture that waits for a person."""
    return _show(request, services.claim_next(user=user_of(request), skipped=_skipped(request)))


@never_cache
@curators_only
@require_safe
def candidate(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Show one picture; hold it if it waits and nobody else looks at it."""
    found = get_object_or_404(Candidate, pk=candidate_id)
    notice = ""
    try:
        found = services.claim(candidate_id=candidate_id, user=user_of(request))
    except StateConflict as conflict:
        notice = conflict.message
    return _show(request, found, notice=notice)


@curators_only
@require_POST
def decide(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Approve or reject, then show the next picture."""
    try:
        decision = services.decide(
            candidate_id=candidate_id,
            user=user_of(request),
            verdict=request.POST.get("verdict", ""),
            reason=request.POST.get("reason", ""),
            note=request.POST.get("note", ""),
        )
    except (StateConflict, InvalidInput) as error:
        return _refused(request, candidate_id, error)
    return _next(request, f"{_past(decision.verdict)} {decision.candidate.render}.")


@curators_only
@require_POST
def skip(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Put a picture at the end of this session's queue and show the next."""
    services.release(candidate_id=candidate_id, user=user_of(request))
    seen = [value for value in request.session.get(SKIPPED, []) if value != str(candidate_id)]
    request.session[SKIPPED] = [*seen, str(candidate_id)][-SKIPPED_LIMIT:]
    return _next(request, "Skipped.")


@curators_only
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take a decision back and show its picture again."""
    raw = request.POST.get("decision", "")
    try:
        undone = services.undo(
            user=user_of(request), decision_id=int(raw) if raw.isdecimal() else None
        )
        undone = services.claim(candidate_id=undone.pk, user=user_of(request))
    except StateConflict as conflict:
        if not _by_htmx(request):
            messages.error(request, conflict.message)
            return redirect("curation:queue")
        following = services.claim_next(user=user_of(request), skipped=_skipped(request))
        return _show(request, following, notice=conflict.message, status=409)
    said = f"Taken back: {undone.render}."
    if not _by_htmx(request):
        messages.success(request, said)
        return redirect("curation:candidate", undone.pk)
    return _show(request, undone, said=said)


@curators_only
@require_POST
def hold(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Keep a picture for a curator who is still looking at it."""
    try:
        services.claim(candidate_id=candidate_id, user=user_of(request))
    except StateConflict as conflict:
        return _refused(request, candidate_id, conflict)
    return HttpResponse(status=204)


@never_cache
@curators_only
@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """Show how much waits: what the live connection pushes."""
    return render(request, "curation/review.html#counter", {"counts": waiting.queue_counts(user_of(request))})


@never_cache
@curators_only
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """List decisions, newest first."""
    which = request.GET.get("show", "")
    rows = reports.history(which if which != "mine" else "", _mine(request, which))
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before))
    page = list(rows[: HISTORY_PAGE + 1])
    context = {
        "decisions": page[:HISTORY_PAGE],
        "undoable": reports.undoable(page),
        "following": page[HISTORY_PAGE - 1].pk if len(page) > HISTORY_PAGE else None,
        "show": which,
        "filters": [
            ("", "All"),
            ("mine", "Mine"),
            ("people", "By people"),
            ("gate", "By the gate"),
            ("approve", "Approved"),
            ("reject", "Rejected"),
            ("undo", "Taken back"),
        ],
    }
    return render(request, "curation/history.html", context)


@never_cache
@curators_only
@require_safe
def gates(request: HttpRequest) -> HttpResponse:
    """Say what each active gate asks for and what it did."""
    return render(request, "curation/gates.html", {"reports": reports.gate_report()})


@curators_only
@require_GET
def image(request: HttpRequest, candidate_id: UUID) -> FileResponse:
    """Send a candidate's original picture."""
    return _file(candidate_id, "file", "image/png")


@curators_only
@require_GET
def thumb(request: HttpRequest, candidate_id: UUID) -> FileResponse:
    """Send a candidate's thumbnail."""
    return _file(candidate_id, "thumbnail", "image/webp")


def _file(candidate_id: UUID, field: str, content_type: str) -> FileResponse:
    """Send a file of `originals`: it never changes, and is for this person's browser alone."""
    names = Candidate.objects.filter(pk=candidate_id).values_list(f"render__{field}", flat=True)
    name = names.first()
    if not name:
        raise Http404
    try:
        opened = storages["originals"].open(name)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, content_type=content_type)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _mine(request: HttpRequest, which: str) -> User | None:
    return user_of(request) if which == "mine" else None


def _past(verdict: str) -> str:
    return "Approved" if verdict == Decision.Verdict.APPROVE else "Rejected"


def _next(request: HttpRequest, said: str) -> HttpResponse:
    """Go on: the next card for htmx, else back to the queue with a message."""
    if not _by_htmx(request):
        messages.success(request, said)
        return redirect("curation:queue")
    following = services.claim_next(user=user_of(request), skipped=_skipped(request))
    return _show(request, following, said=said)


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
    status: int = 200,
) -> HttpResponse:
    """Answer with a card: the card alone for htmx, else the page around it."""
    context: dict[str, Any] = {"counts": waiting.queue_counts(user_of(request)), "notice": notice, "said": said}
    context |= card(found, user_of(request))
    template = "curation/review.html" + ("#answer" if _by_htmx(request) else "")
    response = render(request, template, context, status=status)
    if _by_htmx(request):
        address = (
            reverse("curation:candidate", args=[found.pk]) if found else reverse("curation:queue")
        )
        response.headers["HX-Push-Url"] = address
    return response
