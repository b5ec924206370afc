"""Turns writes away during maintenance: a page for people, a sentence for programs, both 503."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop

from genart.flags import maintenance
from genart.lib.errors import Unavailable

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
LET_THROUGH = {
    # Money that moved is taken down whatever happens.
    "catalog:payment_webhook",
    # Whoever ends the maintenance may sign in first.
    "accounts:login",
    "accounts:second_factor",
    "accounts:passkey_ask",
    "accounts:passkey_answer",
    "accounts:confirm",
    "accounts:logout",
    "accounts:sessions_end",
    "admin:login",
    "admin:logout",
    # They only ask, or leave a cookie.
    "catalog:theme",
    "catalog:verify",
    "api-1:verify",
    "api-1:quote",
    "api-1:preview_job",
}
"""Routes whose POST is answered as ever."""
ADMIN = "admin:flags_"
"""Before the names of the admin's pages for flags and maintenance."""
SENTENCE = gettext_noop("The shop is being worked on and takes nothing new just now.")


class MaintenanceMiddleware:
    """Let through what only reads, and what must not wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answer a write during maintenance in place of its view."""
        if request.method in SAFE or not maintenance.is_on() or is_let_through(request):
            return None
        response = turned_away(request)
        response["Retry-After"] = str(maintenance.retry_seconds())
        response["Cache-Control"] = "no-store"
        response._has_been_logged = True  # type: ignore[attr-defined]  # meant so: no error
        return response


def is_let_through(request: HttpRequest) -> bool:
    """Tell whether a route's writes go on."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in LET_THROUGH or name.startswith(ADMIN)


def turned_away(request: HttpRequest) -> HttpResponse:
    """Return the answer: JSON for the API, else a page, of which htmx shows the sentence."""
    notice = maintenance.notice()
    error = Unavailable(notice.message if notice and notice.message else SENTENCE)
    if request.path.startswith("/api/"):
        return JsonResponse(error.as_dict() | {"code": "maintenance"}, status=error.status)
    context = {"error": error, "until": notice.until if notice else None}
    return render(request, "flags/maintenance.html", context, status=error.status)
