import random
import uuid
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from catalog import nearness
from catalog import shelf as shelf_module
from catalog.color_words import FACETS
from catalog.listing import (
    FACET_FIELDS,
    FRESH,
    Listing,
    decode_cursor,
    encode_cursor,
    parse_listing,
)
from catalog.models import Artwork, ArtworkEmbedding, ArtworkStats, FacetChange
from catalog.price_bands import BANDS
from catalog.services import record_view
from catalog.services.shelving import fold
from catalog.shelf import ORDERS, Shelf
from genart.lib.errors import InvalidInput
from tests.factories import make_collection, make_licence, make_listings, make_vector

pytestmark = pytest.mark.django_db
ROWS = 240


@pytest.fixture
def works():
    """A few hundred rows with random fields; some withdrawn, many published at one moment."""
    chance = random.Random(7)
    moment = timezone.now()
    make_licence("personal")
    make_licence("wall").prices.filter(tier="commodity").delete()
    series = [make_collection(slug="a"), make_collection(slug="b"), None]
    rows = make_listings(
        ROWS,
        style_slug=lambda i: chance.choice(["arches", "waves", "night"]),
        color_names=lambda i: chance.sample(list(FACETS), chance.randint(1, 3)),
        orientation=lambda i: chance.choice(["square", "portrait", "landscape"]),
        collection=lambda i: chance.choice(series),
        palette_name=lambda i: chance.choice(["sage", "neon", ""]),
        tier=lambda i: chance.choice(["commodity", "premium"]),
        size=lambda i: chance.choice(["small", "medium", "large"]),
        price_cents=lambda i: chance.choice([0, 900, 1200, 2900, 12_000]),
        category=lambda i: chance.choice(["abstract", "nature", ""]),
        quality=lambda i: chance.random(),
        published_at=lambda i: moment - timedelta(hours=chance.choice([0, 1, 2, 90, 400, 9000])),
        withdrawn_at=lambda i: moment if i % 10 == 0 else None,
        withdrawn_by=lambda i: "shop" if i % 10 == 0 else "",
    )
    ArtworkStats.objects.bulk_create(
        ArtworkStats(artwork=row, views=chance.randint(0, 5)) for row in rows
    )
    return [row for row in rows if row.withdrawn_at is None]


def values_of(work, name):
    """Say by hand under which choices of a facet a work falls."""
    if name == "color":
        return set(work.color_names)
    if name == "collection":
        return {work.collection.slug} if work.collection else set()
    if name == "price":
        return {slug for slug, (low, high) in BANDS.items() if low <= work.price_cents <= high}
    if name == "fresh":
        age = (timezone.now().date() - work.published_at.date()).days
        return {key for key, days in FRESH.items() if age < days}
    if name == "licence":
        return {"personal", "wall"} if work.tier == "premium" else {"personal"}
    column = {"style": "style_slug", "palette": "palette_name"}.get(name, name)
    return {getattr(work, column)} - {""}


CHOICES = {
    "style": ["arches", "waves", "night"],
    "color": list(FACETS),
    "orientation": ["square", "portrait", "landscape"],
    "size": ["small", "medium", "large"],
    "price": list(BANDS),
    "fresh": list(FRESH),
    "tier": ["commodity", "premium"],
    "licence": ["personal", "wall", "unknown"],
    "category": ["abstract", "nature"],
    "collection": ["a", "b", "unknown"],
    "palette": ["sage", "neon"],
}


def random_listing(chance, most=4):
    """Choose up to some facets, of each one value or two."""
    chosen = chance.sample(FACET_FIELDS, chance.randint(0, most))
    return Listing(
        **{name: tuple(chance.sample(CHOICES[name], chance.randint(1, 2))) for name in chosen}
    )


def matching(works, listing, without=""):
    """Return the works under all filters but one, chosen by hand."""
    filters = {name: set(v) for name, v in listing.filters.items() if name != without}
    return [w for w in works if all(values_of(w, n) & v for n, v in filters.items())]


@pytest.mark.parametrize("folded", ["never", "half", "all"])
def test_filters_and_facet_counts_are_exact(works, folded):
    if folded != "never":
        assert fold() > 0
    if folded == "half":
        changed = works[::3]
        for place, work in enumerate(changed):
            if place % 2:
                work.style_slug, work.price_cents = "night", 4900
                work.save(update_fields=["style_slug", "price_cents"])
        gone = [work.pk for work in works[::7]]
        Artwork.objects.filter(pk__in=gone).update(withdrawn_at=timezone.now(), withdrawn_by="shop")
        works = [work for work in works if work.pk not in gone]
    chance = random.Random(3)
    for _ in range(25):
        listing = random_listing(chance)
        shelf = Shelf(listing)
        assert shelf.total() == len(matching(works, listing))
        assert {work.pk for work in shelf.works()} == {w.pk for w in matching(works, listing)}
        facets = shelf.facets()
        for name in FACET_FIELDS:
            expected = Counter()
            for work in matching(works, listing, without=name):
                expected.update(values_of(work, name))
            assert {choice.value: choice.count for choice in facets[name]} == expected, name


def test_every_query_returns_as_many_works_as_match(works):
    fold()
    vectors = [list(make_vector(n)) for n in range(len(works))]
    ArtworkEmbedding.objects.bulk_create(
        ArtworkEmbedding(artwork=work, vector=vector)
        for work, vector in zip(works, vectors, strict=True)
    )
    chance = random.Random(5)
    for turn in range(60):
        listing = replace(random_listing(chance), sort=chance.choice([*ORDERS, "relevance"]))
        limit = chance.choice([1, 24, 100])
        vector = list(vectors[turn]) if listing.sort == "relevance" else None
        page = Shelf(listing, vector).page(limit=limit)
        expected = matching(works, listing)
        assert len(page.items) == min(limit, len(expected))
        assert {w.pk for w in page.items} <= {w.pk for w in expected}


def test_the_walk_of_the_index_finds_all_that_pass_the_filter(works, monkeypatch):
    monkeypatch.setattr(shelf_module, "EXACT_WORKS", 0)
    monkeypatch.setattr(nearness, "SCAN_TUPLES", 1)
    ArtworkEmbedding.objects.bulk_create(
        ArtworkEmbedding(artwork=work, vector=list(make_vector(n))) for n, work in enumerate(works)
    )
    chance = random.Random(6)
    for turn in range(20):
        listing = replace(random_listing(chance), sort="relevance")
        expected = matching(works, listing)
        found = Shelf(listing, list(make_vector(turn))).nearest(50)
        assert len(found) == min(50, len(expected))
        distances = [distance for _pk, distance in found]
        assert distances == sorted(distances)


def test_a_change_that_a_fold_is_just_reading_is_not_lost(works):
    fold()
    work = works[0]
    FacetChange.objects.create(ordinal=work.entry.ordinal)  # a first change, not folded yet
    Artwork.objects.filter(pk=work.pk).update(style_slug="night")
    assert FacetChange.objects.filter(ordinal=work.entry.ordinal).count() == 2
    fold()
    assert not FacetChange.objects.exists()
    work.refresh_from_db()
    kept = Shelf(Listing(style="night")).works()
    assert Shelf(Listing(style="night")).total() == kept.count()


def test_a_deleted_work_counts_no_more(works):
    fold()
    gone = works[0]
    total = Shelf(Listing()).total()
    gone.delete()
    assert Shelf(Listing()).total() == total - 1
    fold()
    assert Shelf(Listing()).total() == total - 1


def test_undiscovered_comes_good_and_seldom_seen_first(works):
    shown = Shelf(Listing(sort="undiscovered")).page(limit=100).items
    values = [work.stats.undiscovered for work in shown]
    assert values == sorted(values, reverse=True)
    seen = Artwork.objects.get(pk=shown[0].pk)
    for _ in range(20):
        record_view(artwork_id=seen.pk)
    again = Shelf(Listing(sort="undiscovered")).page(limit=100).items
    assert again[0].pk != seen.pk


@pytest.mark.parametrize("sort", list(ORDERS))
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


@pytest.mark.parametrize(
    "query", ["color=teal&color=red", "color=red,teal", "color=teal,red,,teal"]
)
def test_several_values_are_repeated_or_joined_and_mean_one_address(query):
    listing = parse_listing(QueryDict(query))
    assert listing.color == ("red", "teal")
    assert listing.query() == "color=red,teal"


def test_the_address_of_a_view_is_sorted_and_short():
    listing = parse_listing({"style": "arches", "color": "red", "sort": "newest", "junk": "1"})
    assert listing.query() == "color=red&style=arches"
    assert listing.query(color="") == "style=arches"
    assert listing.toggled("color", "teal") == "color=red,teal&style=arches"
    assert listing.toggled("color", "red") == "style=arches"
    assert parse_listing({"q": "a  b\x00"}).query(sort="newest") == "q=a+b&sort=newest"
