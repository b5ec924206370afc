from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog import services
from catalog.models import Artwork, ArtworkStats, Price, PriceRule
from catalog.services.pricing import with_rule
from catalog.services.promotions import spread
from tests.catalog.money.conftest import make_works
from tests.factories import make_licence

NOW = timezone.now()


def price(work, slug="personal", **asked):
    return services.price_of(work, make_licence(slug), **asked)


@pytest.mark.django_db
def test_the_first_rule_that_fits_counts(shelf):
    PriceRule.objects.create(name="other style", style_slug="other", factor_percent=10)
    PriceRule.objects.create(name="sold often", least_sales=5, factor_percent=200, position=1)
    PriceRule.objects.create(name="all", factor_percent=50, position=2)
    assert price(shelf[0]) == 450
    ArtworkStats.objects.filter(pk=shelf[0].pk).update(sales=5)
    assert price(shelf[0]) == 1800
    assert 900 in {each.list_cents for each in services.offers(shelf[0])}


@pytest.mark.django_db
def test_a_rule_counts_in_its_time(shelf):
    begins, ends = NOW + timedelta(days=1), NOW + timedelta(days=2)
    PriceRule.objects.create(name="sale", factor_percent=50, starts_at=begins, ends_at=ends)
    moments = (NOW, begins, ends - timedelta(seconds=1), ends)
    assert [price(shelf[0], at=at) for at in moments] == [900, 450, 450, 900]


@pytest.mark.django_db
def test_what_is_not_sold_has_no_price(shelf):
    Price.objects.filter(licence__slug="commercial").delete()
    assert price(shelf[0], "commercial") is None
    services.withdraw_artwork(render_id=shelf[0].render_id, reason="gone")
    assert price(Artwork.objects.get(pk=shelf[0].pk)) is None


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_listings_show_what_a_buyer_pays(seed, shelf):
    """The arithmetic in SQL and the one in Python agree, whatever the rules."""
    import random

    chance = random.Random(seed)
    works = shelf + make_works(3, tier="premium", style_slug="waves")
    for place in range(6):
        PriceRule.objects.create(
            name=str(place),
            position=chance.randint(0, 3),
            factor_percent=chance.randint(1, 300),
            tier=chance.choice(["", "premium", "commodity"]),
            style_slug=chance.choice(["", "waves"]),
            licence_slug=chance.choice(["", "personal", "exclusive"]),
            least_sales=chance.randint(0, 3),
            is_active=chance.random() < 0.8,
            starts_at=chance.choice([None, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
        )
    for work in works:
        ArtworkStats.objects.filter(pk=work.pk).update(sales=chance.randint(0, 4))
    services.refresh_prices(at=NOW)
    assert services.refresh_prices(at=NOW) == 0
    for work in works:
        cheapest = [
            each.cents for each in services.offers(work, at=NOW) if not each.licence.is_exclusive
        ]
        assert Artwork.objects.get(pk=work.pk).price_cents == min(cheapest)


@pytest.mark.django_db
def test_prices_follow_the_clock_and_the_sales(shelf):
    from catalog.services.pricing import refresh_by_clock, refresh_sold

    services.refresh_prices()
    rule = PriceRule.objects.create(name="sold", factor_percent=200, least_sales=1)
    assert refresh_by_clock() == 0
    ArtworkStats.objects.update(sales=1)
    refresh_sold([shelf[0].pk])
    assert Artwork.objects.filter(price_cents=1800).get() == shelf[0]
    PriceRule.objects.filter(pk=rule.pk).update(least_sales=0, starts_at=timezone.now())
    assert refresh_by_clock() == 3


@given(st.integers(0, 10**7), st.integers(1, 1000))
def test_a_rule_rounds_to_the_nearest_cent_and_gives_nothing_away(cents, percent):
    result = with_rule(cents, percent)
    assert (result == 0) == (cents == 0)
    assert abs(result - cents * percent / 100) <= 0.5 or result == 1


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=12), st.data())
def test_a_discount_is_spread_to_the_cent(bases, data):
    cents = data.draw(st.integers(0, sum(bases)))
    parts = spread(cents, bases)
    assert sum(parts) == cents
    assert all(0 <= part <= base for part, base in zip(parts, bases, strict=True))
