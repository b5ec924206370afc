"""Change the terms on sale: a changed text is a new version, and old grants keep theirs."""

from typing import Any

from django.db import transaction

from catalog.models import CartItem, Licence, Price

TERMS = ("name", "summary", "allows", "forbids", "text")


@transaction.atomic
def revise_licence(*, licence: Licence, **changes: Any) -> Licence:
    """Put changed terms on sale as a new version with the same prices; return the one on sale.

    Nothing happens where the terms are as they were. Carts move on to the new version.
    """
    current = Licence.objects.select_for_update().get(pk=licence.pk)
    if all(
        changes.get(field, getattr(current, field)) == getattr(current, field) for field in TERMS
    ):
        return current
    latest = Licence.objects.filter(slug=current.slug).order_by("-version").first() or current
    Licence.objects.filter(slug=current.slug, is_active=True).update(is_active=False)
    terms = {field: changes.get(field, getattr(current, field)) for field in TERMS}
    new = Licence.objects.create(
        slug=current.slug,
        version=latest.version + 1,
        position=current.position,
        is_exclusive=current.is_exclusive,
        **terms,
    )
    Price.objects.bulk_create(
        Price(licence=new, tier=price.tier, amount_cents=price.amount_cents)
        for price in current.prices.all()
    )
    CartItem.objects.filter(licence__slug=current.slug).update(licence=new)
    return new
