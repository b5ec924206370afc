"""What proves a person and where he is signed in: one page, and what is done on it."""

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from genart.accounts.forms import NewAppForm
from genart.accounts.models import Authenticator, User
from genart.accounts.sealing import seal, unseal
from genart.accounts.services import authenticators, factors, recovery_codes, sessions
from genart.accounts.services.devices import remember_device
from genart.accounts.services.notices import tell
from genart.accounts.services.signing_in import mark_confirmed, mark_proven
from genart.accounts.views.access import fresh
from genart.lib.errors import GenartError, InvalidInput

NEW_SECRET = "new_authenticator"  # noqa: S105


@never_cache
@login_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Show what proves a person, and his sessions."""
    user = person(request)
    context = {
        "passkeys": user.passkeys.all(),
        "app": Authenticator.objects.filter(user=user).first(),
        "codes_left": recovery_codes.codes_left(user),
        "has_factor": factors.has_factor(user),
        "must_prove": factors.must_prove(user),
        "works_here": factors.works_here(user),
        "sessions": sessions.living_sessions(user),
        "current_key": request.session.session_key,
    }
    return render(request, "accounts/security.html", context)


@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def authenticator(request: HttpRequest) -> HttpResponse:
    """Show a secret for an app, and take the app into use when it shows a right code."""
    user = person(request)
    if NEW_SECRET not in request.session:
        request.session[NEW_SECRET] = seal(authenticators.new_secret())
    secret = unseal(request.session[NEW_SECRET])
    form = NewAppForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and is_taken(user, secret, form):
        del request.session[NEW_SECRET]
        mark_proven(request)
        tell(user=user, notice="authenticator_added")
        messages.success(request, gettext("The authenticator is in use."))
        return redirect("accounts:security")
    address = authenticators.secret_address(user, secret)
    context = {
        "form": form,
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="#fff"),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "accounts/authenticator.html", context, status=status)


def is_taken(user: User, secret: str, form: NewAppForm) -> bool:
    """Take the app into use; tell at its field when the code is another one."""
    try:
        authenticators.add_authenticator(user=user, secret=secret, code=form.cleaned_data["code"])
    except InvalidInput as error:
        form.add_error("code", error.message)
        return False
    return True


@require_POST
@fresh
def remove_authenticator(request: HttpRequest) -> HttpResponse:
    """Forget the app."""
    try:
        factors.remove_authenticator(user=person(request))
    except GenartError as error:
        messages.error(request, error.message)
    else:
        tell(user=person(request), notice="authenticator_removed")
        messages.success(request, gettext("The authenticator is removed."))
    return redirect("accounts:security")


@require_POST
@fresh
def make_codes(request: HttpRequest) -> HttpResponse:
    """Make recovery codes and show them, this once."""
    user = person(request)
    if not factors.has_factor(user):
        messages.error(request, gettext("Add a passkey or an authenticator first."))
        return redirect("accounts:security")
    codes = recovery_codes.make_recovery_codes(user=user)
    tell(user=user, notice="recovery_codes_made")
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions."""
    try:
        sessions.end_session(user=person(request), pk=pk)
    except GenartError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, gettext("That session has ended."))
    return redirect("accounts:security")


@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    user = person(request)
    sessions.end_every_session(user=user)
    stay(request, user)
    messages.success(request, gettext("You are signed out everywhere but here."))
    return redirect("accounts:security")


def stay(request: HttpRequest, user: User) -> None:
    """Begin this session anew after all of its person have ended, with what it has proved."""
    kept = dict(request.session.items())
    request.session.create()
    request.session.update(kept)
    update_session_auth_hash(request, user)
    request.session.save()
    device, _is_new, plain = remember_device(user=user, request=request)
    sessions.begin_session(user=user, request=request, device=device)
    request.new_device_id = plain  # type: ignore[attr-defined]
    mark_confirmed(request)


def person(request: HttpRequest) -> User:
    """Return who is signed in."""
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    return request.user
