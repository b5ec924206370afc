"""One stack at a time: the siblings of a job, style and prompt, to pick the best of."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from curation.views.access import curators_only
from curation.views.grid import claimed, show


@never_cache
@curators_only
@require_safe
def stack(request: HttpRequest) -> HttpResponse:
    """Show the next stack, or the one around the picture that `at` names."""
    return show(request, "stack", claimed(request, "stack", at=_at(request)))


def _at(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("at", ""))
    except ValueError:
        return None
