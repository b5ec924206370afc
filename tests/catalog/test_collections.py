"""Collections by rule and by hand: what they hold, how they are shown, who may change what."""

import pytest
from django.urls import reverse

from catalog.collected import count_of, gathered, shelf_of
from catalog.listing import Listing
from catalog.models import Collection
from catalog.queries import collections_with_covers
from catalog.services.collections import (
    order_picks,
    pick_works,
    rule_listing,
    save_collection,
    works_of,
)
from genart.lib.errors import InvalidInput
from tests.factories import make_artwork, make_collection, make_listings

pytestmark = pytest.mark.django_db


def by_rule(rule, **fields):
    values = {"slug": "by-rule", "title": "By rule"} | fields
    return save_collection(kind="rule", rule=rule, **values)


def by_hand(works, **fields):
    values = {"slug": "by-hand", "title": "By hand"} | fields
    row = save_collection(kind="hand", **values)
    pick_works(collection=row, artwork_ids=[work.pk for work in works])
    return row


def test_a_rule_shows_what_its_listing_shows_now():
    make_listings(2, style_slug="waves", color_names=["teal"])
    make_listings(1, style_slug="waves", color_names=["red"])
    row = by_rule("?style=waves&color=teal")
    assert row.rule == "style=waves&color=teal"
    assert count_of(row) == 2
    make_listings(1, style_slug="waves", color_names=["teal"])
    assert count_of(row) == 3


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("colour=teal", "“colour” is no filter"),
        ("color=tael", "color: Choose from"),
        ("sort=newest", "at least one filter"),
        ("", "at least one filter"),
        ("collection=other", "cannot ask for a collection"),
    ],
)
def test_a_rule_that_can_be_no_listing_is_refused(rule, said):
    with pytest.raises(InvalidInput, match=said) as caught:
        by_rule(rule)
    assert caught.value.where == "rule"
    assert not Collection.objects.exists()


def test_a_rule_may_look_for_words():
    assert rule_listing("q=sun&orientation=square").q == "sun"


def test_picks_keep_their_order_and_come_once():
    first, second, third = make_listings(3)
    row = by_hand([second, first, second])
    assert list(works_of(row)) == [second, first]
    assert pick_works(collection=row, artwork_ids=[first.pk, third.pk]) == 1
    assert list(works_of(row)) == [second, first, third]
    order_picks(collection=row, artwork_ids=[third.pk, second.pk])
    assert list(works_of(row)) == [third, second]


def test_works_are_picked_for_collections_by_hand_only():
    [work] = make_listings(1)
    with pytest.raises(InvalidInput, match="not made by hand"):
        pick_works(collection=make_collection(), artwork_ids=[work.pk])


def test_a_page_of_picks_is_complete_and_goes_on_from_its_mark():
    works = make_listings(7)
    shelf = shelf_of(by_hand(works), Listing())
    page, seen = shelf.page(limit=3), []
    while True:
        seen += page.items
        if not page.next:
            break
        upto = shelf.until(after=page.next, limit=3)
        assert upto.items[: len(seen)] == seen
        page = shelf.page(after=page.next, limit=3)
    assert seen == works
    with pytest.raises(InvalidInput):
        shelf.page(after="nonsense")


def test_every_kind_has_a_page(client):
    series = make_collection()
    in_series = make_artwork(collection=series, style_slug="waves")
    picked = make_artwork(style_slug="dunes")
    for row, shown, other in (
        (series, in_series, picked),
        (by_rule("style=waves"), in_series, picked),
        (by_hand([picked]), picked, in_series),
    ):
        answer = client.get(row.get_absolute_url())
        assert answer.status_code == 200
        body = answer.content.decode()
        assert shown.get_absolute_url() in body
        assert other.get_absolute_url() not in body


def test_a_rule_stays_where_a_visitor_narrows_it():
    make_listings(1, style_slug="waves", orientation="square")
    make_listings(1, style_slug="waves", orientation="portrait")
    make_listings(1, style_slug="dunes", orientation="square")
    row = by_rule("style=waves")
    asked = Listing(style="dunes", orientation="square")
    assert shelf_of(row, asked).listing.filters == {
        "style": ("waves",), "orientation": ("square",),
    }  # fmt: skip


def test_all_kinds_hang_among_the_collections(client):
    series = make_collection()
    make_artwork(collection=series)
    picked = make_artwork(style_slug="waves")
    hand, rule = by_hand([picked]), by_rule("style=waves", is_featured=True)
    by_rule("style=nothing", slug="empty")
    assert [one.pk for one in collections_with_covers()] == [rule.pk, hand.pk, series.pk]
    assert gathered()[0].covers
    body = client.get(reverse("catalog:collections")).content.decode()
    assert "By rule" in body
    assert "By hand" in body


def test_a_rule_that_no_longer_can_be_read_shows_nothing():
    row = by_rule("color=teal")
    Collection.objects.filter(pk=row.pk).update(rule="color=gone")
    row.refresh_from_db()
    assert count_of(row) == 0
    assert gathered() == []
