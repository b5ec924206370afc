"""Which cart a request means: the account's, or a guest's whose id is in the session.

Reading never makes a row or a session; only adding does. Changes are in `services/cart.py`.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from catalog.models import Cart, CartItem
from catalog.services.cart import cart_for, merge_carts
from genart.accounts.models import User

KEY = "cart"


def find_cart(request: HttpRequest) -> Cart | None:
    """Return the visitor's cart where there is one."""
    if request.user.is_authenticated:
        return Cart.objects.filter(user_id=request.user.pk).first()
    kept = _kept(request)
    return Cart.objects.filter(pk=kept, user=None).first() if kept else None


def make_cart(request: HttpRequest) -> Cart:
    """Return the visitor's cart, made where there is none, and remember a guest's."""
    user = request.user if isinstance(request.user, User) else None
    cart = cart_for(user=user, cart_id=_kept(request))
    if user is None:
        request.session[KEY] = str(cart.pk)
    return cart


def count_items(request: HttpRequest) -> int:
    """Return how many works are in the visitor's cart; no question is asked for a new guest."""
    if request.user.is_authenticated:
        return CartItem.objects.filter(cart__user_id=request.user.pk).count()
    kept = _kept(request)
    return CartItem.objects.filter(cart_id=kept, cart__user=None).count() if kept else 0


def merge_at_login(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Take a guest's cart along into the account; connected in `catalog/apps.py`."""
    kept = _kept(request) if request is not None else None
    if request is not None and kept is not None:
        merge_carts(guest_cart_id=kept, user=user)
        request.session.pop(KEY, None)


def _kept(request: HttpRequest) -> UUID | None:
    """Return the cart id of the session; a guest without a session cookie costs no query."""
    session = getattr(request, "session", None)
    if session is None:
        return None
    try:
        return UUID(session[KEY])
    except (KeyError, ValueError, TypeError):
        return None
