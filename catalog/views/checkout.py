"""From the cart to the licence: the form, the return from the gateway, the embedded test page."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from catalog import services
from catalog.cart_session import find_cart
from catalog.checkout.form import CheckoutForm
from catalog.checkout.test import ANSWERS, decide
from catalog.models import Cart, CreditPack, Order, TestCheckout
from catalog.order_access import find_order, remember
from catalog.services.payments import look_up, open_payment
from catalog.services.quotes import Quote
from catalog.tax import Assessment, assess
from genart.accounts.models import User
from genart.lib.errors import GenartError, InvalidInput, Unavailable

__all__ = ["open_payment", "pack", "returned", "start", "test_pay"]
LATER = gettext_lazy(
    "The payment provider does not answer just now. Nothing was charged: try again in a minute."
)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Show what will be paid; on POST, make the order and go to the gateway's page."""
    cart = find_cart(request)
    if cart is None or not cart.items.exists():
        messages.info(request, gettext("Your cart is empty: choose a work first."))
        return redirect("catalog:cart")
    user = _user(request)
    if request.method != "POST":
        return _page(request, cart, CheckoutForm(initial=_known(request, user), user=user))
    form = CheckoutForm(request.POST, user=user)
    form.full_clean()
    _take_code(form, cart, request)
    updating = request.POST.get("do") == "update" or "drop_code" in request.POST
    if updating:
        _forgive(form)
    if updating or form.errors:
        return _page(request, cart, form)
    try:
        order = services.start_order(
            cart=cart,
            buyer=form.buyer(request),
            expected_cents=form.cleaned_data["seen"],
            use_credits=form.cleaned_data["use_credits"],
        )
    except GenartError as error:
        _put(form, error)
        return _page(request, cart, form, status=error.status)
    return _to_payment(request, order)


@require_http_methods(["GET", "HEAD", "POST"])
def pack(request: HttpRequest, slug: str) -> HttpResponse:
    """Buy a pack of credits: the same form, without what only pictures need."""
    user = _user(request)
    if user is None:
        return redirect_to_login(request.get_full_path())
    chosen = get_object_or_404(CreditPack, slug=slug, is_active=True)
    context = {"quote": services.quote_pack(chosen), "pack": chosen}
    if request.method != "POST":
        form = CheckoutForm(initial=_known(request, user), user=user, pack=True)
        return render(request, "catalog/checkout.html", context | {"form": form})
    form = CheckoutForm(request.POST, user=user, pack=True)
    if not form.is_valid():
        return render(request, "catalog/checkout.html", context | {"form": form}, status=422)
    try:
        order = services.start_pack_order(pack=chosen, buyer=form.buyer(request))
    except GenartError as error:
        _put(form, error)
        return render(
            request, "catalog/checkout.html", context | {"form": form}, status=error.status
        )
    return _to_payment(request, order)


@require_http_methods(["GET", "HEAD"])
def returned(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Receive the buyer back: ask the gateway, in case its event is late, and show the result."""
    if not request.user.is_authenticated and not request.GET.get("key"):
        known = Order.objects.filter(pk=order_id, buyer__isnull=False).exists()
        if known:
            return redirect_to_login(request.get_full_path())
    order = look_up(order=find_order(request, order_id))
    if order.state in (Order.State.PAID, Order.State.REFUNDED):
        return redirect(_order_page(order))
    return render(request, "catalog/unpaid.html", {"order": order})


@require_http_methods(["GET", "HEAD", "POST"])
def test_pay(request: HttpRequest, reference: str) -> HttpResponse:
    """Play the gateway's own payment page; who has its address may answer, as with a real one."""
    page = get_object_or_404(TestCheckout, pk=reference)
    if request.method != "POST":
        return render(request, "catalog/test_pay.html", {"page": page})
    answer = request.POST.get("answer", "")
    if answer not in ANSWERS:
        raise InvalidInput("Choose one of the answers.", where="answer")
    decide(reference=reference, answer=answer)
    return redirect(_own_path(page.return_url) or reverse("catalog:home"))


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _known(request: HttpRequest, user: User | None) -> dict[str, Any]:
    """Return what is known of a buyer: from his account, and from his last order."""
    known: dict[str, Any] = {"seen": None}
    if user is None:
        return known
    known |= {"email": user.email, "name": user.get_full_name()}
    last = Order.objects.filter(buyer=user).exclude(country="").first()
    if last is not None:
        name, _line, address = last.bill_to.partition("\n")
        known |= {"country": last.country, "vat_id": last.vat_id}
        known |= {"name": name or known["name"], "address": address}
    return known


def _forgive(form: CheckoutForm) -> None:
    """Do not ask yet for what has not been filled in: only the sum is wanted."""
    for name in list(form.errors):
        if not form.data.get(name):
            del form.errors[name]


def _page(
    request: HttpRequest, cart: Cart, form: CheckoutForm, status: int | None = None
) -> HttpResponse:
    """Show form and sum; what is wrong in the form makes it a 422."""
    user, quote = form.user, _quote(request, cart, form)
    if form.is_bound:
        form.data = {**form.data.dict(), "seen": str(quote.due_cents)}  # type: ignore[attr-defined]
    else:
        form.initial["seen"] = quote.due_cents
    context = {
        "form": form,
        "quote": quote,
        "balance": services.balance_of(user),
        "code": cart.promotion.code if cart.promotion else "",
        "was_cents": _seen_in_cart(request, quote),
        "vat_free": settings.VAT_MODE == "none",
    }
    status = status or (422 if form.is_bound and form.errors else 200)
    return render(request, "catalog/checkout.html", context, status=status)


def _quote(request: HttpRequest, cart: Cart, form: CheckoutForm) -> Quote:
    """Return what the cart costs this buyer, as far as he is known."""
    wants = form.is_bound and bool(form.data.get("use_credits"))
    return services.quote_cart(
        cart,
        assessment=_assessment(request, form),
        credits_cents=services.balance_of(form.user) if wants else 0,
    )


def _assessment(request: HttpRequest, form: CheckoutForm) -> Assessment | None:
    """Return which VAT applies to what is filled in; a wrong VAT number is put at its field."""
    if form.is_bound:
        buyer = form.buyer(request, agreed=False)
        country, vat_id, evidence = buyer.country, buyer.vat_id, buyer.evidence
    else:
        country, vat_id, evidence = form.initial.get("country", ""), "", {}
        vat_id = form.initial.get("vat_id", "")
    if not country:
        return None
    try:
        return assess(country=country, vat_id=vat_id, evidence=evidence)
    except GenartError as error:
        if form.is_bound and "vat_id" not in form.errors:
            form.add_error("vat_id", error.message)
        return assess(country=country, evidence=evidence)


def _take_code(form: CheckoutForm, cart: Cart, request: HttpRequest) -> None:
    """Put a code that was typed on the cart, or take the one there off."""
    written = form.cleaned_data.get("code", "")
    try:
        if request.POST.get("drop_code"):
            services.drop_code(cart=cart)
        elif written:
            services.use_code(cart=cart, code=written)
    except InvalidInput as error:
        form.add_error("code", error.message)


def _seen_in_cart(request: HttpRequest, quote: Quote) -> int | None:
    """Return the sum that the cart's page showed, where it is no longer the sum."""
    seen = request.GET.get("seen", "")
    shown = quote.subtotal_cents - quote.discount_cents
    return int(seen) if seen.isdecimal() and len(seen) < 12 and int(seen) != shown else None


def _put(form: CheckoutForm, error: GenartError) -> None:
    """Show an error at the field it names, or above the form."""
    field = {"promotion": "code"}.get(error.where, error.where)
    form.add_error(field if field in form.fields else None, error.message)


def _to_payment(request: HttpRequest, order: Order) -> HttpResponse:
    """Send the buyer to the payment page; the order waits where the gateway does not answer."""
    if order.buyer_id is None:
        remember(request, order)
    try:
        return redirect(open_payment(order=order))
    except Unavailable:
        messages.error(request, LATER)
        return redirect("catalog:checkout")


def _order_page(order: Order) -> str:
    path = reverse("catalog:order", args=[order.pk])
    return path if order.buyer_id else f"{path}?key={order.secret}"


def _own_path(url: str) -> str:
    """Return the path and query of an address of this shop."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
