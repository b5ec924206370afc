"""The autopilot's page: its state, proposals to approve or dismiss, and a button that stops it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.autopilot import services
from catalog.autopilot.board import board
from genart.lib.errors import GenartError, InvalidInput

MAY_SEE = ("generation.add_job", "curation.review", "catalog.view_autopilotcycle")
MAY_ACT = ("generation.add_job",)
View = Callable[..., HttpResponseBase]


def may_see(user: Any) -> bool:
    """Tell whether somebody may look at the autopilot."""
    return any(user.has_perm(permission) for permission in MAY_SEE)


def allowed_to(permissions: tuple[str, ...]) -> Callable[[View], View]:
    """Send strangers to the login page, and answer 403 to those without any of the permissions."""

    def wrap(view: View) -> View:
        @wraps(view)
        def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user: Any = request.user
            if not any(user.has_perm(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(allowed)

    return wrap


@never_cache
@allowed_to(MAY_SEE)
@require_safe
def autopilot(request: HttpRequest) -> HttpResponse:
    """Show what it does and why."""
    return _page(request, "catalog/autopilot/page.html")


@allowed_to(MAY_ACT)
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Approve or dismiss a proposal, freeze, or go on; by htmx the changed parts come back."""
    try:
        messages.success(request, _done(request))
    except GenartError as error:
        messages.error(request, error.message)
    if request.headers.get("HX-Request"):
        return _page(request, "catalog/autopilot/page.html#live", oob=True)
    return redirect("catalog:autopilot")


def _done(request: HttpRequest) -> str:
    """Do what the button says and return what came of it."""
    user: Any = request.user
    form = request.POST
    if "approve" in form:
        made = services.approve_proposal(proposal_id=_id(form["approve"]), user=user)
        return f"Approved: {made}."
    if "approve_all" in form:
        return f"Approved {services.approve_waiting(user=user)} proposal(s)."
    if "dismiss" in form:
        gone = services.dismiss_proposal(
            proposal_id=_id(form["dismiss"]), user=user, reason=form.get("reason", "")
        )
        return f"Dismissed: {gone}."
    if "freeze" in form:
        services.freeze(reason=form.get("reason", ""), user=user)
        return "Frozen. Nothing is made until somebody lets it go on."
    if "unfreeze" in form:
        services.unfreeze(reason=form.get("reason", ""), user=user)
        return "It goes on."
    raise InvalidInput("Choose what to do with one of the buttons.")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput("There is no such proposal.") from None


def _page(request: HttpRequest, template: str, *, oob: bool = False) -> HttpResponse:
    may_act = any(request.user.has_perm(permission) for permission in MAY_ACT)
    context = board() | {"may_act": may_act, "oob": oob, "answered": oob}
    return render(request, template, context)
