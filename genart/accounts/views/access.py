"""What the pages share: who may change what proves him, and where to go on to."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from genart.accounts.services.factors import has_factor
from genart.accounts.services.signing_in import is_fresh, is_proven
from genart.lib.errors import GenartError, InvalidInput
from genart.lib.going_on import own_address

LONGEST_ANSWER = 64 * 1024
View = Callable[..., HttpResponse]
JsonView = Callable[[HttpRequest, dict[str, Any]], dict[str, Any]]


def safe_next(request: HttpRequest, wanted: str = "") -> str:
    """Return where to go on to: `next` where it is one of our own addresses, else the home page."""
    wanted = wanted or request.POST.get("next") or request.GET.get("next", "")
    return own_address(request, wanted) or resolve_url("catalog:home")


def fresh(view: View) -> View:
    """Let in who has shown a short while ago who he is, by everything he can show."""

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        missing = missing_proof(request)
        if not missing:
            return view(request, *args, **kwargs)
        back = request.path if request.method == "GET" else reverse("accounts:security")
        return redirect(f"{missing}?{urlencode({'next': back})}")

    return wrapped


def missing_proof(request: HttpRequest) -> str:
    """Return the page where the person shows what he owes before a change; empty: nothing."""
    if has_factor(request.user) and not is_proven(request.session):  # type: ignore[arg-type]
        return reverse("accounts:second_factor")
    return "" if is_fresh(request.session) else reverse("accounts:confirm")


def answers_json(
    check: Callable[[HttpRequest], Any] = lambda request: None,
) -> Callable[[JsonView], View]:
    """Let a script ask: JSON in and out, by POST; an error is a sentence with its status.

    Args:
        check: raises the error of who may not ask, before anything is read.
    """

    def wrap(view: JsonView) -> View:
        @require_POST
        @never_cache
        @wraps(view)
        def wrapped(request: HttpRequest) -> HttpResponse:
            try:
                check(request)
                return JsonResponse(view(request, _sent(request)))
            except GenartError as error:
                return JsonResponse({"detail": error.message}, status=error.status)

        return wrapped

    return wrap


def _sent(request: HttpRequest) -> dict[str, Any]:
    """Return what a script sent.

    Raises:
        InvalidInput: it is no JSON object, or a very long one.
    """
    try:
        sent = json.loads(request.body) if len(request.body) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise InvalidInput("Send a JSON object.")
    return sent
