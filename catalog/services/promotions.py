"""Codes that take a share, or a sum, off an order.

A discount is spread over the lines it is for, in proportion and to the cent, so that each line
knows what was paid for it: a refund of one line needs that.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from catalog.models import Artwork, Cart, Licence, Order, Promotion
from catalog.services.buyer import Buyer
from catalog.services.pricing import Offer
from genart.lib.errors import InvalidInput
from genart.lib.figures import decimal

FIELD = "promotion"
Wanted = tuple[Artwork, Offer]


def use_code(*, cart: Cart, code: str) -> Promotion:
    """Put a code on a cart.

    Raises:
        InvalidInput: there is no such code, or not now; the cart is as it was.
    """
    promotion = Promotion.objects.filter(code=code.strip().upper()[:30]).first()
    if promotion is None:
        raise InvalidInput("There is no such code. Look at its letters again.", where=FIELD)
    check_time(promotion)
    Cart.objects.filter(pk=cart.pk).update(promotion=promotion)
    cart.promotion = promotion
    return promotion


def drop_code(*, cart: Cart) -> None:
    """Take the code off a cart. Safe to repeat."""
    Cart.objects.filter(pk=cart.pk).update(promotion=None)
    cart.promotion = None


def check_time(promotion: Promotion, at: datetime | None = None) -> None:
    """Raise `InvalidInput` where a code does not count now."""
    now = at or timezone.now()
    if promotion.starts_at is not None and promotion.starts_at > now:
        raise InvalidInput(
            gettext("The code %(code)s does not count yet.") % {"code": promotion.code}, where=FIELD
        )
    if not promotion.is_active or (promotion.ends_at is not None and promotion.ends_at <= now):
        raise InvalidInput(
            gettext("The code %(code)s has run out.") % {"code": promotion.code}, where=FIELD
        )


def discounts(promotion: Promotion, wanted: Sequence[Wanted]) -> list[int]:
    """Return what a code takes off each line, in cents.

    Raises:
        InvalidInput: the code is for other works, or for a larger sum.
    """
    fits = [_is_for(promotion, artwork, offer.licence) for artwork, offer in wanted]
    bases = [offer.cents if fit else 0 for fit, (_artwork, offer) in zip(fits, wanted, strict=True)]
    base = sum(bases)
    if not any(fits):
        raise InvalidInput(
            gettext("The code %(code)s is not for these works.") % {"code": promotion.code},
            where=FIELD,
        )
    if base < promotion.least_cents:
        least = decimal(promotion.least_cents)
        raise InvalidInput(
            gettext("The code %(code)s counts from a sum of %(least)s on.")
            % {"code": promotion.code, "least": least},
            where=FIELD,
        )
    share = (base * promotion.percent_off + 50) // 100
    return spread(min(base, share + promotion.cents_off), bases)


def spread(cents: int, bases: Sequence[int]) -> list[int]:
    """Return a sum shared out in proportion, to the cent, no part above its base.

    Each running sum is shared, and a part is the difference of two. `cents` is at most the sum of
    the bases.
    """
    whole, parts, running, given = sum(bases), [], 0, 0
    for base in bases:
        running += base
        until = cents * running // whole if whole else 0
        parts.append(until - given)
        given = until
    return parts


def check_uses(promotion: Promotion, buyer: Buyer, *, instead_of: Sequence[Order] = ()) -> None:
    """Raise `InvalidInput` where a code is used up, in all or by this buyer.

    Orders count that are paid or may still be. The caller holds the code's row lock and gives the
    orders that the new one replaces.
    """
    alive = Q(state__in=[Order.State.PAID, Order.State.REFUNDED])
    alive |= Q(state=Order.State.PENDING, expires_at__gt=timezone.now())
    uses = Order.objects.filter(alive, promotion=promotion)
    uses = uses.exclude(pk__in=[order.pk for order in instead_of])
    if promotion.most_uses is not None and uses.count() >= promotion.most_uses:
        raise InvalidInput(
            gettext("The code %(code)s has been used up.") % {"code": promotion.code}, where=FIELD
        )
    same = Q(email__iexact=buyer.address)
    if buyer.user is not None:
        same |= Q(buyer=buyer.user)
    if promotion.once_per_buyer and uses.filter(same).exists():
        raise InvalidInput(
            gettext("You have used the code %(code)s before; it counts once.")
            % {"code": promotion.code},
            where=FIELD,
        )


def _is_for(promotion: Promotion, artwork: Artwork, licence: Licence) -> bool:
    return promotion.licence_slug in ("", licence.slug) and promotion.style_slug in (
        "",
        artwork.style_slug,
    )
