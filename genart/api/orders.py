"""Buying for programs: the account's cart, a quote, orders with their payment page, credits.

It stands here and not in `catalog/api/`, since it needs tokens, which are above the shop. A token
pays with the account's credits, or gets the address of the payment page for a person.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Status

from catalog import services
from catalog.models import Cart, Order
from catalog.services.buyer import Buyer
from catalog.services.cart import cart_for
from catalog.services.payments import look_up
from catalog.services.quotes import Quote
from catalog.tax import assess
from genart.accounts.models import ApiToken, User
from genart.api.auth import TokenAuth
from genart.api.orders_schemas import (
    BuyerIn,
    CodeIn,
    CreditsOut,
    ItemIn,
    OrderIn,
    OrderOut,
    OrderPage,
    OrdersQuery,
    QuoteOut,
)
from genart.lib.errors import InvalidInput, NotFound

router = Router(tags=["orders"])
READ = TokenAuth(ApiToken.Scope.ORDERS_READ)
WRITE = TokenAuth(ApiToken.Scope.ORDERS_WRITE)
WITH = ("lines__artwork", "lines__licence", "lines__credit_pack", "lines__grant", "refunds")
WAIVER = "Agreed through the API: deliver at once, and the right of withdrawal ends with that."


@router.get("/cart", response=QuoteOut, auth=READ, summary="The cart and what it costs")
def get_cart(request: HttpRequest) -> dict[str, Any]:
    """Return the account's cart at the prices of now, before VAT is known."""
    cart = _cart(request)
    return _quoted(cart, services.quote_cart(cart))


@router.put("/cart/items/{artwork_id}", response=QuoteOut, auth=WRITE, summary="Choose a work")
def put_item(request: HttpRequest, artwork_id: UUID, item: ItemIn) -> dict[str, Any]:
    """Put a work under a licence into the cart; a second time changes its licence."""
    cart = _cart(request)
    services.add_to_cart(cart=cart, artwork_id=artwork_id, licence_slug=item.licence)
    return _quoted(cart, services.quote_cart(cart))


@router.delete("/cart/items/{artwork_id}", response=QuoteOut, auth=WRITE, summary="Drop a work")
def delete_item(request: HttpRequest, artwork_id: UUID) -> dict[str, Any]:
    """Take a work out of the cart. Safe to repeat."""
    cart = _cart(request)
    services.remove_from_cart(cart=cart, artwork_id=artwork_id)
    return _quoted(cart, services.quote_cart(cart))


@router.put("/cart/code", response=QuoteOut, auth=WRITE, summary="Use a promotion code")
def put_code(request: HttpRequest, asked: CodeIn) -> dict[str, Any]:
    """Put a code on the cart, or take it off."""
    cart = _cart(request)
    if asked.code.strip():
        services.use_code(cart=cart, code=asked.code)
    else:
        services.drop_code(cart=cart)
    return _quoted(cart, services.quote_cart(cart))


@router.post("/cart/quote", response=QuoteOut, auth=READ, summary="What a buyer would pay")
def quote(request: HttpRequest, buyer: BuyerIn) -> dict[str, Any]:
    """Return the sum with VAT of the buyer's country, and with credits if they are used."""
    cart = _cart(request)
    funds = services.balance_of(_user(request)) if buyer.use_credits else 0
    tax = assess(country=buyer.country.upper(), vat_id=buyer.vat_id)
    return _quoted(cart, services.quote_cart(cart, assessment=tax, credits_cents=funds))


@router.post("/orders", response={201: OrderOut}, auth=WRITE, summary="Order the cart")
def create_order(request: HttpRequest, asked: OrderIn) -> Status:
    """Make an order of the cart. The same cart and buyer get the order that waits already."""
    if not asked.agree:
        raise InvalidInput("Without your yes we may not deliver at once.", where="agree")
    user = _user(request)
    buyer = Buyer(
        user=user,
        country=asked.country.upper(),
        vat_id=asked.vat_id,
        bill_to=asked.bill_to,
        waiver=WAIVER,
    )
    order = services.start_order(
        cart=_cart(request),
        buyer=buyer,
        expected_cents=asked.expected_cents,
        use_credits=asked.use_credits,
    )
    return Status(201, _shown(order, pay=True))


@router.get("/orders", response=OrderPage, auth=READ, summary="Orders")
def list_orders(request: HttpRequest, asked: Query[OrdersQuery]) -> dict[str, Any]:
    """Return the account's orders, newest first."""
    rows = Order.objects.filter(buyer=_user(request)).order_by("-created_at", "-pk")
    rows = rows.prefetch_related(*WITH)
    if asked.after:
        rows = rows.filter(_after(asked.after))
    page = list(rows[: asked.limit + 1])
    last = page[asked.limit - 1] if len(page) > asked.limit else None
    return {
        "items": [_shown(order) for order in page[: asked.limit]],
        "next": f"{last.created_at.isoformat()},{last.pk}" if last else None,
    }


@router.get("/orders/{order_id}", response=OrderOut, auth=READ, summary="One order")
def get_order(request: HttpRequest, order_id: UUID) -> dict[str, Any]:
    """Return an order; while it waits, the gateway is asked how it stands."""
    order = Order.objects.filter(pk=order_id, buyer=_user(request)).first()
    if order is None:
        raise NotFound("There is no such order of yours.", where="order_id")
    return _shown(look_up(order=order), pay=True)


@router.get("/credits", response=CreditsOut, auth=READ, summary="Credits")
def get_credits(request: HttpRequest) -> dict[str, Any]:
    """Return what the account has to spend."""
    return {"balance_cents": services.balance_of(_user(request))}


def _user(request: HttpRequest) -> User:
    user: User = request.auth  # type: ignore[attr-defined]
    return user


def _cart(request: HttpRequest) -> Cart:
    return cart_for(user=_user(request), cart_id=None)


def _after(cursor: str) -> Q:
    """Return the filter of what follows a cursor."""
    moment, _comma, key = cursor.partition(",")
    try:
        at, last = datetime.fromisoformat(moment.replace(" ", "+")), UUID(key)
    except ValueError:
        raise InvalidInput("This cursor is not one of ours.", where="after") from None
    if at.tzinfo is None:
        raise InvalidInput("This cursor is not one of ours.", where="after")
    return Q(created_at__lt=at) | Q(created_at=at, pk__lt=last)


def _quoted(cart: Cart, found: Quote) -> dict[str, Any]:
    """Return a quote as the API shows it."""
    sums = (
        "subtotal_cents", "discount_cents", "net_cents", "vat_cents", "total_cents",
        "credits_cents", "due_cents",
    )  # fmt: skip
    tax = found.assessment
    return {name: getattr(found, name) for name in sums} | {
        "lines": [
            {
                "artwork_id": line.artwork.pk if line.artwork else None,
                "licence": line.licence.slug if line.licence else None,
                "title": line.title,
                "on_sale": line.on_sale,
                "list_cents": line.list_cents,
                "discount_cents": line.discount_cents,
                "price_cents": line.price_cents,
            }
            for line in found.lines
        ],
        "code": cart.promotion.code if cart.promotion else "",
        "problem": found.promotion_problem,
        "currency": settings.CURRENCY,
        "vat_rate_bp": tax.rate_bp if tax else 0,
        "vat_scheme": tax.scheme if tax else "none",
    }


def _shown(order: Order, *, pay: bool = False) -> dict[str, Any]:
    """Return an order as the API shows it; with `pay`, where it is paid."""
    fields = (
        "id", "state", "currency", "total_cents", "vat_cents", "credits_cents", "due_cents",
        "refunded_cents", "created_at", "paid_at", "expires_at",
    )  # fmt: skip
    waits = pay and order.state == Order.State.PENDING
    lines = sorted(order.lines.all(), key=lambda line: line.pk)
    return {name: getattr(order, name) for name in fields} | {
        "lines": [
            {
                "artwork_id": line.artwork_id,
                "title": str(line.artwork or line.credit_pack),
                "licence": line.licence.slug if line.licence else None,
                "price_cents": line.price_cents,
                "refunded_cents": line.refunded_cents,
                "serial": line.grant.serial if hasattr(line, "grant") else None,
            }
            for line in lines
        ],
        "refunds": [
            {
                "amount_cents": refund.amount_cents,
                "credit_cents": refund.credit_cents,
                "state": refund.state,
                "reason": refund.reason,
            }
            for refund in reversed(order.refunds.all())
        ],
        "pay_url": _pay_url(order) if waits else None,
    }


def _pay_url(order: Order) -> str:
    """Return the payment page's whole address."""
    url = services.open_payment(order=order)
    return url if "://" in url else settings.SITE_URL + url
