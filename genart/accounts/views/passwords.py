"""A new password: known the old one, or by a mailed link."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from genart.accounts.forms import ForgottenForm, NewPasswordForm
from genart.accounts.services import passwords
from genart.accounts.services.sessions import address_of
from genart.accounts.services.tries import TooManyTries
from genart.accounts.views.access import fresh
from genart.accounts.views.security import person, stay


@sensitive_post_parameters()
@fresh
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Choose a new password, which ends all other sessions."""
    user = person(request)
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        passwords.set_password(user=user, password=form.cleaned_data["new_password1"])
        stay(request, user)
        messages.success(request, gettext("The password is changed. Other sessions have ended."))
        return redirect("accounts:security")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/password.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Have a link mailed; the answer does not say whether the address is known."""
    form = ForgottenForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            passwords.ask_new_password(
                email=form.cleaned_data["email"], address=address_of(request)
            )
            return redirect(f"{request.path}?sent=1")
        except TooManyTries as error:
            form.add_error(None, error.message)
            status = error.status
    context = {"form": form, "sent": request.GET.get("sent") == "1"}
    return render(request, "accounts/forgotten.html", context, status=status)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Choose a new password by a mailed link, then sign in with it."""
    user = passwords.person_of_link(key=key, token=token)
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        passwords.set_password(user=user, password=form.cleaned_data["new_password1"])
        messages.success(request, gettext("Your password is changed. Sign in with it."))
        return redirect("accounts:login")
    status = 422 if form.is_bound else 200
    response = render(request, "accounts/password.html", {"form": form}, status=status)
    response["Referrer-Policy"] = "same-origin"  # the address is a secret
    return response
