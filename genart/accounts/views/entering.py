"""Sign in, sign out, sign up."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from genart.accounts.forms import SignInForm, SignUpForm
from genart.accounts.models import SignInTry
from genart.accounts.services.factors import has_factor
from genart.accounts.services.sessions import address_of
from genart.accounts.services.signing_in import complete_sign_in, hold_sign_in
from genart.accounts.services.tries import TooManyTries, begin_try, end_try, refusal
from genart.accounts.views.access import safe_next
from genart.lib.going_on import own_address


@method_decorator(never_cache, name="dispatch")
class SignIn(LoginView):
    """Django's own login, which follows `next` to our own hosts only."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for name in ("site", "site_name"):  # Django's would hide the shop's own name
            context.pop(name, None)
        return context

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        return own_address(self.request, super().get_redirect_url())

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        user = form.get_user()
        if has_factor(user):
            hold_sign_in(request=self.request, user=user, following=self.get_success_url())
            return redirect("accounts:second_factor")
        complete_sign_in(request=self.request, user=user)
        return redirect(self.get_success_url())

    def form_invalid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        response = super().form_invalid(form)
        response.status_code = 429 if form.has_error("__all__", "too_many") else 422
        return response


class SignOut(LogoutView):
    """Django's own logout, by POST only."""


@require_safe
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Send those who open the admin to the one way in, which counts tries and asks for factors."""
    if not request.user.is_authenticated:
        return redirect(f"{reverse('accounts:login')}?{request.GET.urlencode()}")
    if not request.user.is_staff:  # signing in again would not help
        raise PermissionDenied("Your account may not open the admin.")
    return redirect("admin:index")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make a buyer's account and sign him in."""
    following = safe_next(request)
    if request.user.is_authenticated:
        return redirect(following)
    form = SignUpForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if request.method == "POST":
        attempt = begin_try(kind=SignInTry.Kind.SIGN_UP, address=address_of(request))
        try:
            if attempt.outcome == SignInTry.Outcome.REFUSED:
                raise refusal(attempt)
        except TooManyTries as error:
            form.add_error(None, error.message)
            status = error.status
        if form.is_valid():
            user = form.save()
            end_try(attempt=attempt, passed=True, user=user)
            complete_sign_in(request=request, user=user)
            messages.success(request, gettext("Welcome, %(name)s.") % {"name": user.get_username()})
            return redirect(following)
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "accounts/signup.html", context, status=status)
