"""Found by bits is found by a plain query: words, filters, orders, pages, folded or not."""

import random
import threading
from datetime import timedelta

import pytest
from django.contrib.postgres.search import SearchVector
from django.db import connection, connections
from django.db.models import F
from django.utils import timezone

from catalog import search
from catalog.conditions import conditions
from catalog.facets import Tally, terms_of
from catalog.listing import Listing
from catalog.members import CHUNK
from catalog.models import Artwork, ArtworkStats, FacetChange, ShelfChunk, ShelfEntry, ShelfWord
from catalog.orders import ORDERS
from catalog.search import words_query
from catalog.services.shelving import build_missing, fold
from catalog.shelf import Shelf, on_sale
from catalog.shelf_memory import MEMORY, Memory
from tests.factories import make_listings

pytestmark = pytest.mark.django_db
WORDS = ["teal", "arches", "arched", "wave", "waving", "night", "bold", "quiet", "geometric",
         "geometry", "sun", "12", "1200", "café"]  # fmt: skip
ASKED = ["teal", "arch", "arches", "teal waves", "geom", "geometric sun", "night or bold", "12",
         "quiet -teal", "-teal", '"teal arches"', "teal 12", "cafe", "q", "the", "bold 1",
         "s"]  # fmt: skip


@pytest.fixture(autouse=True)
def words_only(monkeypatch):
    """Look for words alone, as they stand."""
    monkeypatch.setattr(search, "_meaning", lambda text: None)
    monkeypatch.setattr(search, "mend", lambda text: "")


def begin_at(ordinal):
    """Let the next work have this ordinal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('catalog_shelfentry', 'ordinal'), %s)",
            [ordinal - 1],
        )


def write_words(works):
    """Index works by titles and tags, as publishing does."""
    title = SearchVector("title", config="shop", weight="A")
    works.update(search=title + SearchVector("tags", config="shop", weight="B"))


def make_shop(chance, many=160):
    """Write works on both sides of the end of a chunk."""
    begin_at(CHUNK - many // 2)
    moment = timezone.now()
    works = make_listings(
        many,
        title=lambda i: " ".join(chance.sample(WORDS, 2)),
        tags=lambda i: chance.sample(WORDS, 3),
        style_slug=lambda i: chance.choice(["arches", "waves", "night"]),
        color_names=lambda i: chance.sample(["teal", "red", "pink"], 2),
        tier=lambda i: chance.choice(["commodity", "premium"]),
        quality=lambda i: chance.choice([0.25, 0.5, chance.random()]),
        price_cents=lambda i: chance.choice([900, 1200, 4900]),
        published_at=lambda i: moment - timedelta(hours=chance.choice([0, 1, 30, 900, 9000])),
    )
    ArtworkStats.objects.bulk_create(ArtworkStats(artwork=work) for work in works)
    write_words(Artwork.objects.all())
    return works


def change_some(chance, works):
    """Change works in every way that a listing can notice."""
    for work in chance.sample(works, 8):
        works_of = Artwork.objects.filter(pk=work.pk)
        way = chance.randrange(6)
        if way == 0:
            works_of.update(title=" ".join(chance.sample(WORDS, 2)))
            write_words(works_of)
        elif way == 1:
            works_of.update(withdrawn_at=timezone.now(), withdrawn_by="shop")
        elif way == 2:
            works_of.update(withdrawn_at=None, withdrawn_by="")
        elif way == 3:
            works_of.update(price_cents=chance.choice([900, 4900]), quality=chance.random())
        elif way == 4:
            works_of.update(published_at=F("published_at") + timedelta(hours=chance.randint(1, 99)))
        else:
            works_of.update(style_slug="waves", color_names=["teal"])


def plain(listing):
    """Return the matching works by a plain query."""
    works = on_sale().filter(conditions(listing))
    if listing.q:
        works = works.filter(entry__words=words_query(listing.q))
    return works


def random_listing(chance, **fields):
    """Ask for some words, some filters, both or neither."""
    filters = {"style": ("arches", "waves"), "color": ("teal",), "tier": ("premium",)}
    chosen = chance.sample(list(filters), chance.randint(0, 2))
    words = chance.choice(["", *ASKED])
    return Listing(q=words, **{name: filters[name] for name in chosen}, **fields)


def all_pages(listing, limit):
    """Return the ids of all works of a listing, page by page, and the total that it told."""
    shelf, after, seen = Shelf(listing), "", []
    while True:
        page = shelf.page(after=after, limit=limit)
        seen += [work.pk for work in page.items]
        if not page.next:
            return seen, page.total
        after = page.next


def in_order(listing):
    """Return the ids of the matching works in the order of the listing, by a plain query."""
    order = ORDERS[listing.sort]
    sign = "-" if order.descending else ""
    works = plain(listing).order_by(f"{sign}{order.column}", f"{sign}pk")
    return list(works.values_list("pk", flat=True))


@pytest.mark.parametrize("seed", range(3))
def test_listings_are_those_of_a_plain_query_after_any_change(seed):
    chance = random.Random(seed)
    works = make_shop(chance)
    for turn in range(14):
        if turn % 4 == 1:
            fold()
        if turn:
            change_some(chance, works)
        listing = random_listing(chance, sort=chance.choice(list(ORDERS)))
        ids, total = all_pages(listing, chance.choice([7, 24, 100]))
        expected = in_order(listing)
        assert total == len(expected), listing
        assert ids == expected, listing
        page = Shelf(listing)
        mark = page.page(limit=5).next
        shown = page.until(after=mark, limit=5) if mark else page.page(limit=10)
        assert [work.pk for work in shown.items] == expected[:10]


@pytest.mark.parametrize("state", ["fresh", "folded", "changed", "old"])
def test_words_find_what_the_index_of_words_finds(state):
    chance = random.Random(7)
    works = make_shop(chance)
    if state != "fresh":
        fold()
    if state == "changed":
        change_some(chance, works)
        works[0].delete()
    if state == "old":  # an index from before words were written
        ShelfChunk.objects.all().delete()
        ShelfWord.objects.all().delete()
    for text in ASKED:
        listing = Listing(q=text, sort="relevance")
        ids, total = all_pages(listing, 30)
        assert len(ids) == total
        assert set(ids) == set(plain(listing).values_list("pk", flat=True)), text
        facets = Shelf(listing).facets()
        counted = {choice.value: choice.count for choice in facets["style"]}
        for style in ("arches", "waves", "night"):
            assert counted.get(style, 0) == plain(listing).filter(style_slug=style).count()


def test_an_old_index_is_written_anew_chunk_by_chunk():
    make_shop(random.Random(1))
    fold()
    before = set(ShelfWord.objects.values_list("lexeme", "chunk"))
    ShelfChunk.objects.all().delete()
    ShelfWord.objects.all().delete()
    assert not MEMORY.view().is_whole
    while build_missing():
        pass
    assert set(ShelfWord.objects.values_list("lexeme", "chunk")) == before
    assert MEMORY.view().is_whole
    assert {chunk for _lexeme, chunk in before} == {0, 1}


def test_a_word_that_no_work_has_any_longer_is_gone():
    works = make_listings(2, title="Heron")
    write_words(Artwork.objects.all())
    fold()
    assert ShelfWord.objects.filter(lexeme="heron").exists()
    Artwork.objects.filter(pk=works[0].pk).update(title="Crane")
    Artwork.objects.filter(pk=works[1].pk).delete()
    write_words(Artwork.objects.all())
    fold()
    assert not ShelfWord.objects.filter(lexeme="heron").exists()
    assert ShelfWord.objects.filter(lexeme="crane").exists()


def test_a_change_of_words_or_quality_is_logged():
    (work,) = make_listings(1, title="Heron", quality=0.5)
    write_words(Artwork.objects.all())
    fold()
    Artwork.objects.filter(pk=work.pk).update(description="Nothing that is found")
    assert not FacetChange.objects.exists()
    Artwork.objects.filter(pk=work.pk).update(quality=0.75)
    assert FacetChange.objects.count() == 1
    fold()
    entry = ShelfEntry.objects.get(artwork=work)
    assert MEMORY.view().numbers["quality"][entry.ordinal] == 0.75


def test_the_best_of_very_many_come_first(monkeypatch):
    monkeypatch.setattr("catalog.ranking.CHAMPIONS", 5)
    chance = random.Random(2)
    make_listings(60, title=lambda i: "Heron" if i % 9 == 0 else "Other",
                  tags=lambda i: ["heron"], quality=lambda i: chance.random())  # fmt: skip
    write_words(Artwork.objects.all())
    fold()
    ids, _total = all_pages(Listing(q="heron", sort="relevance"), 9)
    works = Artwork.objects.in_bulk(ids)
    shown = [works[pk] for pk in ids]
    assert [work.title for work in shown[:5]] == ["Heron"] * 5
    champions = sorted((work.quality for work in works.values()), reverse=True)[:5]
    assert {work.quality for work in shown[:12]} >= set(champions)
    rest = [work.quality for work in shown[12:]]
    assert rest == sorted(rest, reverse=True)


def test_a_fold_that_was_taken_back_is_forgotten():
    from django.db import transaction

    make_listings(3, style_slug="arches")
    fold()
    memory = Memory()
    assert counted(memory, style="waves") == 0
    try:
        with transaction.atomic():
            Artwork.objects.update(style_slug="waves")
            fold()
            assert counted(memory, style="waves") == 3
            raise LookupError
    except LookupError:
        pass
    assert counted(memory, style="waves") == 0
    assert counted(memory, style="arches") == 3


def test_a_changed_work_is_judged_once_for_each_change(django_assert_num_queries):
    works = make_listings(5, style_slug="arches")
    fold()
    memory = Memory()
    counted(memory)  # reads the bits
    Artwork.objects.update(style_slug="waves")
    with django_assert_num_queries(2):  # the state, and the rows of those that changed
        assert counted(memory, style="waves") == 5
    with django_assert_num_queries(1):
        assert counted(memory, style="arches") == 0
    Artwork.objects.filter(pk=works[0].pk).update(style_slug="stripes")
    with django_assert_num_queries(2):
        assert counted(memory, style="waves") == 4
    Artwork.objects.filter(pk=works[1].pk).update(withdrawn_at=timezone.now(), withdrawn_by="shop")
    assert counted(memory, style="waves") == 3
    assert counted(memory) == 4
    fold()
    assert counted(memory, style="waves") == 3
    assert not memory.view().stamps


def counted(memory, **filters):
    """Count a listing by a copy of the bits."""
    return Tally(terms_of(Listing(**filters)), view=memory.view()).total


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_every_work_is_counted_once_while_others_write_and_fold():
    works = make_listings(40, style_slug="arches")
    fold()
    stop, failed = threading.Event(), []

    def again(act):
        try:
            while not stop.is_set():
                act()
        except Exception as error:  # told by the test itself
            failed.append(error)
        finally:
            connections.close_all()

    chance = random.Random(1)

    def write():
        some = [work.pk for work in chance.sample(works, 5)]
        Artwork.objects.filter(pk__in=some).update(style_slug=chance.choice(["arches", "waves"]))

    threads = [threading.Thread(target=again, args=(act,)) for act in (write, fold)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(150):
            counts = Tally(terms_of(Listing())).counts(["style"])["style"]
            assert sum(counts.values()) == len(works)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failed
