"""Verbs of the cart. A guest's cart is found by the id in his session; an account has one."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from catalog.models import Artwork, Cart, CartItem, Licence
from catalog.services.pricing import price_of
from genart.accounts.models import User
from genart.lib.errors import NotFound, StateConflict


def cart_for(*, user: User | None, cart_id: UUID | None) -> Cart:
    """Return the account's cart, or the guest's by its id; make one where there is none."""
    if user is not None:
        return Cart.objects.get_or_create(user=user)[0]
    found = Cart.objects.filter(pk=cart_id, user=None).first() if cart_id else None
    return found or Cart.objects.create()


def add_to_cart(*, cart: Cart, artwork_id: UUID, licence_slug: str) -> CartItem:
    """Put an artwork under a licence into a cart; a second time changes its licence.

    Raises:
        NotFound: no such artwork or licence.
        StateConflict: the artwork is no longer for sale, or has no price under this licence.
    """
    artwork = Artwork.objects.filter(pk=artwork_id).first()
    if artwork is None:
        raise NotFound("There is no such work.", where="artwork")
    if artwork.withdrawn_at is not None:
        raise StateConflict(
            gettext("“%(artwork)s” is no longer for sale.") % {"artwork": artwork.title}
        )
    licence = _licence(licence_slug, artwork)
    item, _created = CartItem.objects.update_or_create(
        cart=cart, artwork=artwork, defaults={"licence": licence}
    )
    cart.save(update_fields=["updated_at"])
    return item


def change_licence(*, cart: Cart, artwork_id: UUID, licence_slug: str) -> None:
    """Choose another licence for a work that is in the cart."""
    item = CartItem.objects.select_related("artwork").filter(cart=cart, artwork_id=artwork_id)
    found = item.first()
    if found is None:
        raise NotFound("That work is not in your cart.", where="artwork")
    item.update(licence=_licence(licence_slug, found.artwork))


def remove_from_cart(*, cart: Cart, artwork_id: UUID) -> None:
    """Take a work out of the cart. Safe to repeat."""
    CartItem.objects.filter(cart=cart, artwork_id=artwork_id).delete()


@transaction.atomic
def merge_carts(*, guest_cart_id: UUID, user: User) -> Cart:
    """Move a guest's items into the account's cart; what the guest chose last wins. Repeatable."""
    own, _created = Cart.objects.get_or_create(user=user)
    guest = Cart.objects.select_for_update().filter(pk=guest_cart_id, user=None).first()
    if guest is None:
        return own
    for item in guest.items.all():
        try:
            with transaction.atomic():
                CartItem.objects.update_or_create(
                    cart=own, artwork_id=item.artwork_id, defaults={"licence_id": item.licence_id}
                )
        except IntegrityError:  # a second request of the same person was faster
            continue
    if guest.promotion_id is not None:
        Cart.objects.filter(pk=own.pk).update(promotion=guest.promotion_id)
    guest.delete()
    return own


def _licence(slug: str, artwork: Artwork) -> Licence:
    """Return the licence on sale, priced for the artwork's tier."""
    licence = Licence.objects.filter(slug=slug, is_active=True).first()
    if licence is None:
        raise NotFound("Choose one of the licences on sale.", where="licence")
    if price_of(artwork, licence) is None:
        why = gettext(": somebody has a licence already") if licence.is_exclusive else ""
        raise StateConflict(
            gettext("“%(artwork)s” is not sold under %(licence)s%(why)s.")
            % {"artwork": artwork.title, "licence": licence.name, "why": why}
        )
    return licence
