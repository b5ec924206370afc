"""What a work costs: list price of licence and tier, changed by the first rule that fits.

`price_of` answers for one work at one moment and is what a buyer pays. `refresh_prices` keeps
`Artwork.price_cents`, by which listings filter and sort, with the same arithmetic in SQL; a test
holds the two together.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.models import Artwork, ArtworkStats, Grant, Licence, Price, PriceRule


@dataclass(frozen=True, slots=True)
class Offer:
    """A licence that a work can be had under now. `list_cents` is its price without a rule."""

    licence: Licence
    cents: int
    list_cents: int


def price_of(artwork: Artwork, licence: Licence, *, at: datetime | None = None) -> int | None:
    """Return what the licence costs for the work, in cents; `None` where it is not sold.

    An exclusive licence is sold only for a work that nobody has a right to yet.
    """
    found = [offer for offer in offers(artwork, at=at) if offer.licence.pk == licence.pk]
    return found[0].cents if found else None


def offers(artwork: Artwork, *, at: datetime | None = None) -> list[Offer]:
    """Return every licence that the work is sold under, with its price, in the shop's order."""
    if artwork.withdrawn_at is not None:
        return []
    listed = Price.objects.filter(licence__is_active=True, tier=artwork.tier)
    prices = list(listed.select_related("licence").order_by("licence__position", "licence__slug"))
    if any(price.licence.is_exclusive for price in prices) and is_sold(artwork):
        prices = [price for price in prices if not price.licence.is_exclusive]
    rules = list(_rules(at or timezone.now()))
    sales = _sales(artwork) if any(rule.least_sales for rule in rules) else 0
    return [
        Offer(price.licence, _changed(price, artwork, rules, sales), price.amount_cents)
        for price in prices
    ]


def set_price(artwork: Artwork) -> None:
    """Bring `price_cents` of one new work up to date: its cheapest licence, exclusive ones aside.

    A rule may fit that looks at withdrawn works too, as `refresh_prices` does.
    """
    shown = copy(artwork)
    shown.withdrawn_at = None
    cents = [each.cents for each in offers(shown) if not each.licence.is_exclusive]
    artwork.price_cents = min(cents, default=0)
    Artwork.objects.filter(pk=artwork.pk).update(price_cents=artwork.price_cents)


def is_sold(artwork: Artwork) -> bool:
    """Tell whether somebody holds a right to the work, or another outlet may give one."""
    from catalog.services.outlets import licensed_elsewhere

    if Grant.objects.filter(artwork=artwork, revoked_at=None).exists():
        return True
    return licensed_elsewhere(artwork.pk)


def with_rule(cents: int, factor_percent: int) -> int:
    """Return a price changed by a rule: halves round up, and what costs anything stays above 0."""
    return max(1, (cents * factor_percent + 50) // 100) if cents else 0


def refresh_prices(*, at: datetime | None = None, artwork_ids: Sequence[UUID] | None = None) -> int:
    """Bring `Artwork.price_cents` up to date; return how many works changed. Safe to repeat.

    Rows are locked in the order of their ids, as everywhere, so that nobody waits in a circle.

    Args:
        at: the moment whose rules count; now, if not given.
        artwork_ids: only these works; `None`: every one.
    """
    ids = None if artwork_ids is None else list(artwork_ids)
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"now": at or timezone.now(), "ids": ids})
        return cursor.rowcount


def refresh_sold(artwork_ids: Sequence[UUID]) -> None:
    """Bring works that were just sold up to date, where demand has a price."""
    if PriceRule.objects.filter(is_active=True, least_sales__gt=0).exists():
        refresh_prices(artwork_ids=artwork_ids)


def refresh_by_clock(*, period: timedelta = timedelta(minutes=5)) -> int:
    """Bring prices up to date where a rule began or ended lately; return how many changed.

    Whoever changes prices or rules calls `refresh_prices` at once; this is for the clock alone, so
    that a shop with a million works is not read every minute for nothing.
    """
    now = timezone.now()
    lately = (now - period, now)
    turned = Q(starts_at__range=lately) | Q(ends_at__range=lately)
    return refresh_prices(at=now) if PriceRule.objects.filter(turned).exists() else 0


def _rules(at: datetime) -> QuerySet[PriceRule]:
    begun = Q(starts_at__isnull=True) | Q(starts_at__lte=at)
    running = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    return PriceRule.objects.filter(begun, running, is_active=True)


def _sales(artwork: Artwork) -> int:
    found = ArtworkStats.objects.filter(pk=artwork.pk).values_list("sales", flat=True).first()
    return found or 0


def _changed(price: Price, artwork: Artwork, rules: Iterable[PriceRule], sales: int) -> int:
    """Return the price under the first rule that fits, or the list price."""
    for rule in rules:
        if (
            rule.licence_slug in ("", price.licence.slug)
            and rule.tier in ("", artwork.tier)
            and rule.style_slug in ("", artwork.style_slug)
            and sales >= rule.least_sales
        ):
            return with_rule(price.amount_cents, rule.factor_percent)
    return price.amount_cents


_REFRESH = """
WITH cheapest AS (
    SELECT work.id, COALESCE(MIN(
        CASE WHEN price.amount_cents = 0 THEN 0
             ELSE GREATEST(1, (price.amount_cents::bigint * COALESCE(rule.factor_percent, 100) + 50)
                              / 100)
        END), 0) AS cents
    FROM catalog_artwork work
    LEFT JOIN catalog_artworkstats stats ON stats.artwork_id = work.id
    LEFT JOIN (
        catalog_price price JOIN catalog_licence licence
            ON licence.id = price.licence_id AND licence.is_active AND NOT licence.is_exclusive
    ) ON price.tier = work.tier
    LEFT JOIN LATERAL (
        SELECT candidate.factor_percent FROM catalog_pricerule candidate
        WHERE candidate.is_active
          AND (candidate.starts_at IS NULL OR candidate.starts_at <= %(now)s)
          AND (candidate.ends_at IS NULL OR candidate.ends_at > %(now)s)
          AND candidate.licence_slug IN ('', licence.slug)
          AND candidate.tier IN ('', work.tier)
          AND candidate.style_slug IN ('', work.style_slug)
          AND candidate.least_sales <= COALESCE(stats.sales, 0)
        ORDER BY candidate.position, candidate.id LIMIT 1
    ) rule ON true
    WHERE %(ids)s::uuid[] IS NULL OR work.id = ANY(%(ids)s::uuid[])
    GROUP BY work.id
), changed AS (
    SELECT work.id, cheapest.cents FROM catalog_artwork work
    JOIN cheapest ON cheapest.id = work.id
    WHERE work.price_cents <> cheapest.cents
    ORDER BY work.id FOR UPDATE OF work
)
UPDATE catalog_artwork work SET price_cents = changed.cents
FROM changed WHERE work.id = changed.id
"""
