"""From the cart to the licence: checkout, the embedded test payment page, webhook, return."""

import logging
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from catalog import services
from catalog.cart_session import find_cart
from catalog.checkout import gateway
from catalog.checkout.gateway import SIGNATURE_HEADER, BadSignature
from catalog.checkout.test import decide
from catalog.models import Order, TestCheckout
from catalog.tasks import deliver_test_event
from catalog.views.cart import cart_context
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound
from genart.lib.queue import send_on_commit

log = logging.getLogger(__name__)
WEBHOOK_BYTES = 100_000


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Show what will be paid; on POST, make the order and go to the gateway's page."""
    cart = find_cart(request)
    context = cart_context(cart)
    if cart is None or not context["lines"]:
        messages.info(request, "Your cart is empty: choose a work first.")
        return redirect("catalog:cart")
    if request.method != "POST":
        return render(request, "catalog/checkout.html", context)
    if not request.POST.get("agree"):
        context["agree_error"] = "Tick this box: without it we may not deliver at once."
        return render(request, "catalog/checkout.html", context, status=422)
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    order = services.start_order(cart=cart, user=request.user)
    return redirect(open_payment(order))


def open_payment(order: Order) -> str:
    """Return the address of the payment page of a pending order."""
    session = gateway(order.gateway).open_session(
        order_id=order.pk,
        amount_cents=order.total_cents,
        currency=order.currency,
        return_url=f"{settings.SITE_URL}/checkout/return/{order.pk}/",
    )
    Order.objects.filter(pk=order.pk).update(gateway_reference=session.reference)
    return session.url


@login_required
def returned(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Receive the buyer back: ask the gateway, in case its event is late, and show the result."""
    order = get_object_or_404(Order, pk=order_id, buyer_id=request.user.pk)
    if order.state == Order.State.PENDING and order.gateway_reference:
        event = gateway(order.gateway).look_up(reference=order.gateway_reference)
        if event is not None:
            order = services.settle_payment(event=event)
    if order.state == Order.State.PAID:
        return redirect("catalog:order", order_id=order.pk)
    return render(request, "catalog/unpaid.html", {"order": order})


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Take a signed event of the gateway. Answers in JSON, since programs read it."""
    body = request.body
    if len(body) > WEBHOOK_BYTES:
        return JsonResponse({"error": "too large"}, status=413)
    try:
        event = gateway().read_event(body=body, signature=request.headers.get(SIGNATURE_HEADER, ""))
        order = services.settle_payment(event=event)
    except (BadSignature, NotFound) as error:
        log.warning("Payment event refused: %s", error)
        return JsonResponse(error.as_dict(), status=error.status)
    return JsonResponse({"order": str(order.pk), "state": order.state})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def test_pay(request: HttpRequest, reference: str) -> HttpResponse:
    """Play the gateway's own payment page: pay or decline, then send event and buyer back."""
    page = get_object_or_404(TestCheckout, pk=reference)
    order = get_object_or_404(Order, pk=page.order_id, buyer_id=request.user.pk)
    if request.method != "POST":
        if page.state != TestCheckout.State.OPEN:
            return redirect("catalog:checkout_return", order_id=order.pk)
        return render(request, "catalog/test_pay.html", {"page": page, "order": order})
    answer = request.POST.get("answer", "")
    if answer not in ("pay", "decline"):
        raise InvalidInput("Choose to pay or to decline.", where="answer")
    decide(reference=reference, paid=answer == "pay")
    send_on_commit(deliver_test_event, reference)
    return redirect("catalog:checkout_return", order_id=order.pk)
