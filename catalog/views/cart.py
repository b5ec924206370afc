"""The cart. Each change is a plain form; htmx gets the part that changed, the count and a toast."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from catalog import queries, services
from catalog.cart_session import find_cart, make_cart
from catalog.demand.noting import Signal, noted
from catalog.languages import texts_of
from catalog.models import Cart, PageKind, SignalKind
from catalog.views.shop import artwork_context
from genart.lib.errors import InvalidInput
from genart.lib.languages import language_now


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show what is in the cart."""
    return render(request, "catalog/cart.html", cart_context(find_cart(request)))


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put a work under a licence into the cart."""
    item = services.add_to_cart(
        cart=make_cart(request),
        artwork_id=_artwork_id(request),
        licence_slug=request.POST.get("licence", ""),
    )
    messages.success(
        request,
        gettext("“%(artwork)s” is in your cart.")
        % {"artwork": texts_of(item.artwork, language_now()).title},
    )
    carts = [Signal(SignalKind.CART, PageKind.ARTWORK, item.artwork_id)]
    if getattr(request, "htmx", None):
        context = artwork_context(request, item.artwork) | {"in_cart": item.licence.slug}
        return noted(request, render(request, "catalog/artwork.html#bought", context), carts)
    return noted(request, redirect("catalog:cart"), carts)


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Choose another licence for a work in the cart."""
    services.change_licence(
        cart=make_cart(request),
        artwork_id=_artwork_id(request),
        licence_slug=request.POST.get("licence", ""),
    )
    return _changed(request)


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Take a work out of the cart."""
    services.remove_from_cart(cart=make_cart(request), artwork_id=_artwork_id(request))
    return _changed(request)


@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """Put a promotion code on the cart, or take it off where none is written."""
    cart, written = make_cart(request), request.POST.get("code", "").strip()
    if not written or request.POST.get("do") == "drop":
        services.drop_code(cart=cart)
        return _changed(request)
    try:
        services.use_code(cart=cart, code=written)
    except InvalidInput as error:
        context = {"code_error": error.message, "code": written}
        return _changed(request, context, status=422)
    return _changed(request)


def cart_context(cart: Cart | None) -> dict[str, Any]:
    """Return the cart's lines with prices and choices, and their sum."""
    quote = services.quote_cart(cart)
    empty = not quote.lines
    return {
        "cart": cart,
        "quote": quote,
        "code": cart.promotion.code if cart and cart.promotion else "",
        "newest": list(queries.on_sale()[:4]) if empty else [],
        "prices": queries.prices_from() if empty else {},
    }


def _changed(
    request: HttpRequest, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    whole = cart_context(find_cart(request)) | (context or {})
    if getattr(request, "htmx", None):
        return render(request, "catalog/cart.html#changed", whole)
    if status != 200:
        return render(request, "catalog/cart.html", whole, status=status)
    return redirect("catalog:cart")


def _artwork_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("artwork", ""))
    except ValueError:
        raise InvalidInput("Choose a work of the shop.", where="artwork") from None
