"""The second factor at sign-in, and showing again who one is before a change."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from genart.accounts.forms import CodeForm, ConfirmForm
from genart.accounts.models import Authenticator, User
from genart.accounts.services.factors import has_factor
from genart.accounts.services.notices import tell
from genart.accounts.services.recovery_codes import codes_left
from genart.accounts.services.signing_in import (
    complete_sign_in,
    mark_confirmed,
    mark_proven,
    pending_person,
)
from genart.accounts.views.access import safe_next


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of whose password was right, or whose proof is too old."""
    awaited = awaited_person(request)
    if awaited is None:
        messages.warning(request, gettext("That took too long. Sign in again."))
        return redirect("accounts:login")
    user, following = awaited
    if not has_factor(user):
        return redirect("accounts:security")
    form = CodeForm(request.POST or None, user=user, request=request)
    if request.method == "POST" and form.is_valid():
        enter(request, user, form.factor)
        return redirect(following)
    context = {
        "form": form,
        "next": following,
        "has_app": Authenticator.objects.filter(user=user).exists(),
        "has_passkey": user.passkeys.exists(),
        "codes_left": codes_left(user),
    }
    return render(request, "accounts/second_factor.html", context, status=form.status)


def awaited_person(request: HttpRequest) -> tuple[User, str] | None:
    """Return who has to prove himself in this session, and where he goes on to."""
    if isinstance(request.user, User):
        return request.user, safe_next(request)
    return pending_person(request)


def enter(request: HttpRequest, user: User, factor: str) -> None:
    """Let somebody in whose factor was right, or go on with his session."""
    if request.user.is_authenticated:
        mark_proven(request)
    else:
        complete_sign_in(request=request, user=user, factor=factor)
    if factor == "recovery code":
        tell(user=user, notice="recovery_code_used")
        left = codes_left(user)
        messages.warning(
            request,
            gettext("That code is used up. %(left)s are left: make new ones in time.")
            % {"left": left},
        )


@sensitive_post_parameters()
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask again for the password before something is changed that proves a person."""
    form = ConfirmForm(request.POST or None, user=request.user, request=request)
    if request.method == "POST" and form.is_valid():
        mark_confirmed(request)
        return redirect(safe_next(request))
    context = {"form": form, "next": safe_next(request)}
    return render(request, "accounts/confirm.html", context, status=form.status)
