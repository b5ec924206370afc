"""The first page of a large shop remembers, and forgets what was withdrawn."""

import pytest
from django.core.cache import cache

from catalog import front
from catalog.services import withdraw_artwork
from tests.factories import make_artwork, make_collection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


def test_a_small_shop_is_asked_each_time(django_assert_num_queries):
    first = make_artwork()
    assert front.hero_works(4, total=front.works_on_sale()) == [first]
    second = make_artwork()
    assert {first, second} == set(front.hero_works(4, total=front.works_on_sale()))


def test_a_large_shop_remembers_but_shows_nothing_withdrawn(django_assert_num_queries):
    works, large = [make_artwork() for _ in range(2)], front.LARGE
    assert set(front.hero_works(4, total=large)) == set(works)
    with django_assert_num_queries(1):
        front.hero_works(4, total=large)
    withdraw_artwork(render_id=works[0].render_id, reason="gone", by="shop")
    assert front.hero_works(4, total=large) == [works[1]]


def test_collections_of_a_large_shop_are_asked_once(django_assert_num_queries):
    make_artwork(collection=make_collection())
    assert len(front.collections(3, total=front.LARGE)) == 1
    with django_assert_num_queries(0):
        (found,) = front.collections(3, total=front.LARGE)
    assert len(found.covers) == 1
