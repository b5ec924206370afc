"""What every request is told about its person, and who is kept out of the workshop.

Nothing here looks at the session of a visitor whose page does not: anonymous pages stay the same
for everybody, and may be cached.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect

from genart.accounts.services.devices import COOKIE, COOKIE_SECONDS
from genart.accounts.services.factors import has_factor, works_here
from genart.accounts.services.sessions import touch_session
from genart.accounts.services.signing_in import is_proven
from genart.lib.audit import acting
from genart.lib.languages import plain_path

WORKSHOP = ("/studio/", "/review/", "/admin/")
"""Where nobody gets who owes a second factor."""
PRIVATE = (*WORKSHOP, "/accounts/", "/library/", "/orders/", "/order/", "/credits/", "/saved/")
"""Pages that no cache may keep, the browser's own included: others may sit there later."""
Answer = Callable[[HttpRequest], HttpResponse]


class PersonMiddleware:
    """Bind the person to what is noted, mark who owes a factor, keep the browser's id."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, with its person."""
        plain = request.user
        request.user = SimpleLazyObject(lambda: marked(plain, request))  # type: ignore[assignment]
        via = "api" if request.path.startswith("/api/") else "web"
        with acting(lambda: getattr(request, "auth", None) or request.user, via):
            response = self.get_response(request)
        keep_device(request, response)
        if plain_path(request.path).startswith(PRIVATE):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Send to the missing proof who opens the workshop without it."""
        if not request.path.startswith(WORKSHOP) or not request.user.is_authenticated:
            return None
        touch_session(key=str(request.session.session_key))
        if not request.user.is_unproven or not works_here(request.user):
            return None  # others are refused by what they may do
        back = urlencode({"next": request.get_full_path() if request.method == "GET" else "/"})
        if has_factor(request.user):
            return sent_to(request, f"{reverse('accounts:second_factor')}?{back}")
        messages.warning(
            request, "Your work here needs a second factor. Add a passkey or an authenticator."
        )
        return sent_to(request, reverse("accounts:security"))


def marked(plain: Any, request: HttpRequest) -> Any:
    """Return the person of a request, who may do nothing special while he owes a factor."""
    if plain.is_authenticated:
        plain.is_unproven = owes_factor(request.session)
    return getattr(plain, "_wrapped", plain)


def owes_factor(session: Any) -> bool:
    """Tell whether a session has to prove a second factor before it may do anything special."""
    return settings.SECOND_FACTOR == "required" and not is_proven(session)


def keep_device(request: HttpRequest, response: HttpResponse) -> None:
    """Let the browser keep the id by which it is known again."""
    plain = getattr(request, "new_device_id", "")
    if plain:
        response.set_cookie(
            COOKIE,
            plain,
            max_age=COOKIE_SECONDS,
            path="/accounts/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def sent_to(request: HttpRequest, address: str) -> HttpResponse:
    """Return what makes a browser, or htmx in it, go to another page."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return redirect(address)
