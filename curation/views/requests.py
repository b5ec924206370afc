"""What a request of the review pages says: by htmx or not, which filters, how it was decided."""

from uuid import UUID

from django.http import HttpRequest

from curation.filters import Filters

SKIPPED = "review_skipped"
SKIPPED_LIMIT = 200


def by_htmx(request: HttpRequest) -> bool:
    """Tell whether htmx asks, and so wants a part of the page."""
    return bool(getattr(request, "htmx", False))


def filters_of(request: HttpRequest) -> Filters:
    """Return the filters that the address names."""
    found = Filters.read(request.GET.dict())
    if found.escalated and not request.user.has_perm("curation.decide_escalated"):
        return Filters.read({**found.chosen(), "escalated": ""})
    return found


def skipped(request: HttpRequest) -> list[UUID]:
    """Return what this session skipped."""
    return [UUID(value) for value in request.session.get(SKIPPED, [])]


def note_skipped(request: HttpRequest, candidate_ids: list[UUID]) -> None:
    """Put pictures at the end of this session's queue."""
    ids = [str(candidate_id) for candidate_id in candidate_ids]
    seen = [value for value in request.session.get(SKIPPED, []) if value not in ids]
    request.session[SKIPPED] = [*seen, *ids][-SKIPPED_LIMIT:]


def took_ms(request: HttpRequest) -> int | None:
    """Return for how long the page says it showed the picture."""
    raw = request.POST.get("took_ms", "")
    return int(raw) if raw.isdecimal() and len(raw) < 10 else None


def candidate_ids(request: HttpRequest) -> list[UUID]:
    """Return the pictures that a form names, without what is no id."""
    found = []
    for raw in request.POST.getlist("candidate")[:200]:
        try:
            found.append(UUID(raw))
        except ValueError:
            continue
    return found
