import random
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.color_words import FACETS
from catalog.listing import FACET_FIELDS, Listing, decode_cursor, encode_cursor, parse_listing
from catalog.models import Artwork, ArtworkStats
from catalog.shelf import Shelf
from genart.lib.errors import InvalidInput
from tests.factories import make_collection, make_listings

pytestmark = pytest.mark.django_db
ROWS = 240


@pytest.fixture
def works():
    """A few hundred rows with random fields; some withdrawn, many published at one moment."""
    chance = random.Random(7)
    moment = timezone.now()
    series = [make_collection(slug="a"), make_collection(slug="b"), None]
    rows = make_listings(
        ROWS,
        style_slug=lambda i: chance.choice(["arches", "waves", "night"]),
        color_names=lambda i: chance.sample(list(FACETS), chance.randint(1, 3)),
        orientation=lambda i: chance.choice(["square", "portrait", "landscape"]),
        collection=lambda i: chance.choice(series),
        palette_name=lambda i: chance.choice(["sage", "neon", ""]),
        tier=lambda i: chance.choice(["commodity", "premium"]),
        published_at=lambda i: moment - timedelta(hours=chance.randint(0, 20)),
        withdrawn_at=lambda i: moment if i % 10 == 0 else None,
        withdrawn_by=lambda i: "shop" if i % 10 == 0 else "",
    )
    ArtworkStats.objects.bulk_create(
        ArtworkStats(artwork=row, views=chance.randint(0, 5)) for row in rows
    )
    return [row for row in rows if row.withdrawn_at is None]


def holds(work, name, value):
    """Say by hand whether a work is under a filter."""
    if name == "color":
        return value in work.color_names
    if name == "collection":
        return work.collection is not None and work.collection.slug == value
    return (
        getattr(work, {"style": "style_slug", "palette": "palette_name"}.get(name, name)) == value
    )


def random_listing(chance):
    """Choose up to three filters."""
    choices = {
        "style": ["arches", "waves", "night"],
        "color": list(FACETS),
        "orientation": ["square", "portrait", "landscape"],
        "collection": ["a", "b"],
        "palette": ["sage", "neon"],
        "tier": ["commodity", "premium"],
    }
    chosen = chance.sample(FACET_FIELDS, chance.randint(0, 3))
    return Listing(**{name: chance.choice(choices[name]) for name in chosen})


def test_filters_and_facet_counts_are_exact(works):
    chance = random.Random(3)
    for _ in range(25):
        listing = random_listing(chance)
        shelf = Shelf(listing)

        def matching(without="", listing=listing):
            filters = {k: v for k, v in listing.filters.items() if k != without}
            return [w for w in works if all(holds(w, k, v) for k, v in filters.items())]

        assert shelf.total() == len(matching())
        facets = shelf.facets()
        for name in FACET_FIELDS:
            expected = Counter()
            for work in matching(without=name):
                if name == "color":
                    expected.update(work.color_names)
                elif name == "collection":
                    expected.update([work.collection.slug] if work.collection else [])
                else:
                    field = {"style": "style_slug", "palette": "palette_name"}.get(name, name)
                    expected.update([getattr(work, field)] if getattr(work, field) else [])
            assert {choice.value: choice.count for choice in facets[name]} == expected, name


@pytest.mark.parametrize("sort", ["newest", "popular"])
@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_are_complete_and_nothing_comes_twice(works, sort, limit):
    if limit == 1:
        Artwork.objects.filter(pk__in=[work.pk for work in works[20:]]).update(
            withdrawn_at=timezone.now(), withdrawn_by="shop"
        )
        works = works[:20]
    shelf, after, seen = Shelf(Listing(sort=sort)), "", []
    while True:
        page = shelf.page(after=after, limit=limit)
        seen += [work.pk for work in page.items]
        assert page.total == len(works)
        if not page.next:
            break
        after = page.next
    assert len(seen) == len(works) == len(set(seen))
    ordered = Shelf(Listing(sort=sort)).page(limit=ROWS).items
    assert [work.pk for work in ordered] == seen


def test_back_shows_what_was_there_before(works):
    shelf = Shelf(Listing())
    first = shelf.page(limit=10)
    second = shelf.page(after=first.next, limit=10)
    shown = shelf.until(after=first.next, limit=10)
    assert [w.pk for w in shown.items] == [w.pk for w in [*first.items, *second.items]]
    assert shown.next == second.next


def test_far_down_a_page_begins_at_its_mark(works):
    shelf = Shelf(Listing())
    mark = shelf.page(limit=30).next
    assert (
        shelf.until(after=mark, limit=10, most=20).items == shelf.page(after=mark, limit=10).items
    )


@pytest.mark.parametrize("cursor", ["x", "é", "bm8", "W10", "eyJhIjoxfQ", "A" * 300])
def test_a_strange_mark_is_refused_with_its_place(cursor):
    with pytest.raises(InvalidInput) as refused:
        Shelf(Listing()).page(after=cursor)
    assert refused.value.where == "after"


def test_a_mark_of_another_order_is_refused():
    mark = encode_cursor("popular", 3, uuid.uuid4())
    with pytest.raises(InvalidInput):
        Shelf(Listing(sort="newest")).page(after=mark)


def test_a_mark_with_broken_values_is_refused():
    with pytest.raises(InvalidInput):
        Shelf(Listing()).page(after=encode_cursor("newest", "yesterday", "me"))


def test_cursors_come_back_as_they_were():
    assert decode_cursor(encode_cursor("newest", "ä", 3), "newest") == ["ä", "3"]


def test_pages_ignore_what_they_do_not_know_and_the_api_refuses_it():
    assert parse_listing({"color": "ultraviolet", "sort": "random"}) == Listing()
    for name in ("color", "sort", "orientation", "tier"):
        with pytest.raises(InvalidInput) as refused:
            parse_listing({name: "nonsense"}, strict=True)
        assert refused.value.where == name


def test_the_address_of_a_view_is_sorted_and_short():
    listing = parse_listing({"style": "arches", "color": "red", "sort": "newest", "junk": "1"})
    assert listing.query() == "color=red&style=arches"
    assert listing.query(color="") == "style=arches"
    assert parse_listing({"q": "a  b\x00"}).query(sort="newest") == "q=a+b&sort=newest"
