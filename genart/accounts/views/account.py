"""The page of one's own account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from genart.accounts.forms import AccountForm
from genart.accounts.services.notices import tell
from genart.accounts.views.access import missing_proof
from genart.accounts.views.security import person


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show and change one's own account; another mail address needs a fresh proof."""
    before = person(request).email  # the form writes to the same instance
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        moved = form.cleaned_data["email"] != before
        missing = missing_proof(request) if moved else ""
        if missing:
            messages.warning(request, gettext("Show again who you are, then change the address."))
            return redirect(f"{missing}?next={request.path}")
        user = form.save()
        if moved and before:
            tell(user=user, notice="email_changed", email=before)
        messages.success(request, gettext("Your account is saved."))
        return redirect("accounts:account")
    return render(
        request, "accounts/account.html", {"form": form}, status=422 if form.is_bound else 200
    )
