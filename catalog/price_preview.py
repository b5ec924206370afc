"""What a price rule or a code would change, before it counts. Reads only.

A rule is tried for real and taken back: in a savepoint it becomes active, the prices are asked as
always, and all is rolled back. So the preview cannot disagree with what buyers will pay.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from catalog.models import Artwork, Order, OrderLine, PriceRule, Promotion
from catalog.services.pricing import Offer, offers
from catalog.services.promotions import discounts
from catalog.shelf import on_sale
from genart.lib.errors import InvalidInput

SAMPLE, ORDERS = 8, 200


@dataclass(frozen=True, slots=True)
class Change:
    """What one work costs under one licence, before and after."""

    title: str
    licence: str
    before_cents: int
    after_cents: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule would do.

    Attributes:
        works: how many works on sale it fits.
        changes: prices of some of them that would be others.
    """

    works: int
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class CodeEffect:
    """What a code would have taken off the last orders.

    Attributes:
        orders: how many were asked.
        fitting: how many it would have counted for.
        taken_cents: what it would have taken off them.
    """

    orders: int
    fitting: int
    taken_cents: int


def effect_of(rule: PriceRule) -> Effect:
    """Return what a stored rule would change if it counted from now on."""
    works = fitted(rule)
    sample = list(works.order_by("-stats__popularity", "pk")[:SAMPLE])
    before = [offers(work) for work in sample]
    with transaction.atomic():
        PriceRule.objects.filter(pk=rule.pk).update(is_active=True, starts_at=None, ends_at=None)
        after = [offers(work) for work in sample]
        transaction.set_rollback(True)
    changes = [
        change
        for work, old, new in zip(sample, before, after, strict=True)
        for change in _changes(work, old, new)
    ]
    return Effect(works.count(), changes)


def fitted(rule: PriceRule) -> QuerySet[Artwork]:
    """Return the works on sale that a rule is for."""
    wanted = Q()
    if rule.tier:
        wanted &= Q(tier=rule.tier)
    if rule.style_slug:
        wanted &= Q(style_slug=rule.style_slug)
    if rule.least_sales:
        wanted &= Q(stats__sales__gte=rule.least_sales)
    return on_sale().filter(wanted)


def code_effect_of(code: Promotion) -> CodeEffect:
    """Return what a code would have taken off the last paid orders."""
    paid = Order.objects.filter(paid_at__isnull=False).order_by("-paid_at")
    orders = list(paid.prefetch_related("lines__artwork", "lines__licence")[:ORDERS])
    taken = [cents for order in orders if (cents := _taken(code, list(order.lines.all())))]
    return CodeEffect(len(orders), len(taken), sum(taken))


def _changes(work: Artwork, old: list[Offer], new: list[Offer]) -> list[Change]:
    now = {offer.licence.pk: offer.cents for offer in new}
    return [
        Change(work.title, offer.licence.name, offer.cents, now[offer.licence.pk])
        for offer in old
        if now.get(offer.licence.pk, offer.cents) != offer.cents
    ]


def _taken(code: Promotion, lines: list[OrderLine]) -> int:
    wanted = [
        (line.artwork, Offer(line.licence, line.list_cents, line.list_cents))
        for line in lines
        if line.artwork is not None and line.licence is not None
    ]
    try:
        return sum(discounts(code, wanted)) if wanted else 0
    except InvalidInput:
        return 0
