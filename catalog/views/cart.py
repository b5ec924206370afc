"""The cart. Each change is a plain form; htmx gets the part that changed, the count and a toast."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog import queries, services
from catalog.cart_session import find_cart, make_cart
from catalog.models import Cart, Price
from catalog.views.shop import artwork_context
from genart.lib.errors import InvalidInput


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
    messages.success(request, f"“{item.artwork.title}” is in your cart.")
    if getattr(request, "htmx", None):
        context = artwork_context(request, item.artwork) | {"in_cart": item.licence.slug}
        return render(request, "catalog/artwork.html#bought", context)
    return redirect("catalog:cart")


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


def cart_context(cart: Cart | None) -> dict[str, Any]:
    """Return the cart's lines with prices and choices, and their sum."""
    items = list(cart.items.select_related("artwork", "licence")) if cart else []
    prices = {
        (price.licence.slug, price.tier): price
        for price in Price.objects.filter(licence__is_active=True)
        .select_related("licence")
        .order_by("licence__position")
    }
    lines = []
    for item in items:
        price = prices.get((item.licence.slug, item.artwork.tier))
        choices = [p for (_slug, tier), p in prices.items() if tier == item.artwork.tier]
        on_sale = item.artwork.withdrawn_at is None and price is not None
        cents = price.amount_cents if on_sale and price else None
        lines.append({"item": item, "cents": cents, "choices": choices, "on_sale": on_sale})
    return {
        "lines": lines,
        "total_cents": sum(line["cents"] or 0 for line in lines),
        "payable": bool(lines) and all(line["on_sale"] for line in lines),
        "newest": [] if lines else list(queries.on_sale()[:4]),
        "prices": {} if lines else queries.prices_from(),
    }


def _changed(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", None):
        return render(request, "catalog/cart.html#changed", cart_context(find_cart(request)))
    return redirect("catalog:cart")


def _artwork_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("artwork", ""))
    except ValueError:
        raise InvalidInput("Choose a work of the shop.", where="artwork") from None
