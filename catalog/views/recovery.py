"""Find bought works again by e-mail, and take a guest's orders into an account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.order_access import remember
from catalog.services import recovery
from genart.accounts.models import User
from genart.lib.errors import GenartError

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Take an address; say the same whether it is known or not."""
    if request.method != "POST":
        return render(request, "catalog/recovery.html", {"sent": request.GET.get("sent") == "1"})
    email = request.POST.get("email", "")
    try:
        recovery.ask_recovery(email=email, visitor=request.META.get("REMOTE_ADDR", ""))
    except GenartError as error:
        context = {"error": error.message, "email": email[:254]}
        return render(request, "catalog/recovery.html", context, status=error.status)
    return redirect(f"{request.path}?sent=1")


@require_safe
@never_cache
def found(request: HttpRequest, secret: str) -> HttpResponse:
    """Show every order of the address that a link was mailed to, and open a guest's from now on."""
    try:
        email = recovery.address_of(secret)
    except recovery.LinkEnded as error:
        said = {"error": error.message}
        return render(request, "catalog/recovery.html", said, status=error.status)
    orders = list(recovery.orders_of(email)[:SHOWN])
    for order in reversed(orders):
        if order.buyer_id is None:
            remember(request, order)
    own = request.user.pk
    context = {
        "email": email,
        "secret": secret,
        "orders": orders,
        "claimable": sum(order.buyer_id is None for order in orders),
        "elsewhere": any(order.buyer_id not in (None, own) for order in orders),
    }
    response = render(request, "catalog/found.html", context)
    response["Referrer-Policy"] = "same-origin"  # with none at all browsers send no origin
    return response


@require_POST
@login_required
def claim(request: HttpRequest, secret: str) -> HttpResponse:
    """Take a guest's orders into the account that is signed in."""
    email = recovery.address_of(secret)
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    count = recovery.claim_orders(user=request.user, email=email)
    said = ngettext(
        "%(count)s order moved to your account.", "%(count)s orders moved to your account.", count
    )
    messages.success(request, said % {"count": count})
    return redirect("catalog:library")
