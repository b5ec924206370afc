"""What `million.py` measures, in the process that has the folder of the million open."""

import os
import random
from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client

from catalog import defaults
from catalog.color_words import FACETS
from catalog.conditions import conditions
from catalog.facets import Tally, terms_of
from catalog.listing import FACET_FIELDS, FRESH, Listing
from catalog.models import Artwork, ArtworkEmbedding, Collection
from catalog.nearness import nearest_to
from catalog.price_bands import BANDS
from catalog.queries import similar_works
from catalog.services.shelving import build_missing, fold
from catalog.shelf import ORDERS, Shelf, on_sale
from catalog.synthetic.copying import build_indexes, missing_indexes
from genart.ownership import as_owner
from generation.models import Style
from tests.bench import Figure, percentile
from tests.bench.catalog.small import check, timed

COUNT = int(os.environ.get("BENCH_MILLION_COUNT", "1000000"))
SETS = int(os.environ.get("BENCH_FILTER_SETS", "500"))
RUNS = 60
CHOICES: dict[str, list[str]] = {
    "style": [],  # those of the loaded works
    "color": list(FACETS),
    "orientation": ["square", "portrait", "landscape"],
    "size": ["small", "medium", "large"],
    "price": list(BANDS),
    "fresh": list(FRESH),
    "tier": ["commodity", "premium"],
    "palette": [f"palette-{n}" for n in range(40)],
}
WORDS = ["arches", "teal waves", "moon night", "terrazzo", "quiet hills", "scalop", "rings bold",
         "calm leaves", "geometric", "retro sun"]  # fmt: skip


def figures() -> Iterator[Figure]:
    """Load the works once, then yield every figure."""
    call_command("collectstatic", interactive=False, verbosity=0)
    defaults.load()
    if not Artwork.objects.exists():
        call_command("load_synthetic_artworks", count=COUNT)
    if missing_indexes():  # the load was broken off
        with as_owner():
            build_indexes()
    while fold() or build_missing():  # a folder of an older release gets its words here
        pass
    CHOICES["style"] = sorted(Style.objects.values_list("slug", flat=True))
    yield Figure("rows", Artwork.objects.count(), "rows")
    client = Client(headers={"host": "localhost", "user-agent": "Mozilla/5.0"})
    yield from browsing(client)
    yield from searching(client)
    yield from likeness()
    yield from exactness()


def chosen(chance: random.Random, least: int = 0, most: int = 3) -> dict[str, Any]:
    """Choose some facets at random, of each one value or two."""
    names = chance.sample(list(CHOICES), chance.randint(least, most))
    return {name: tuple(chance.sample(CHOICES[name], chance.randint(1, 2))) for name in names}


def p95(act: Callable[[int], Any], runs: int = RUNS) -> float:
    """Return the 95th percentile of the milliseconds that a run takes."""
    return percentile(timed(act, runs), 0.95)


def first_page(listing: Listing, run: int) -> None:
    """Read the first page of a listing."""
    Shelf(listing).page()


def browsing(client: Client) -> Iterator[Figure]:
    """Whole pages and what lies behind them."""
    chance = random.Random(1)
    queries = [Listing(**chosen(chance)).query() for _ in range(RUNS)]

    def page(run: int) -> None:
        check(client.get(f"/browse/?{queries[run % len(queries)]}").status_code == 200)

    yield Figure("browse_plain_p95", p95(lambda run: client.get("/browse/")), "ms", "<=60")
    yield Figure("browse_filtered_p95", p95(page), "ms", "<=60")
    counted = p95(lambda run: Shelf(Listing(**chosen(chance))).facets())
    yield Figure("facet_counts_p95", counted, "ms")
    for sort in ORDERS:
        listing = Listing(sort=sort)
        worth = percentile(timed(partial(first_page, listing), 20), 0.95)
        yield Figure(f"sorted_by_{sort}_p95", worth, "ms")
    place = min(COUNT, Artwork.objects.count()) - 200
    far = on_sale()[place]
    mark = Shelf(Listing()).cursor(far)
    first = percentile(timed(lambda run: Shelf(Listing()).page()), 0.5)
    deep = percentile(timed(lambda run: Shelf(Listing()).page(after=mark)), 0.5)
    yield Figure("deep_page_over_first_page", deep / first, "x", "<=1.25")
    address = f"/browse/?after={mark}"
    yield Figure("deep_page_p95", p95(lambda run: client.get(address)), "ms", "<=60")


def searching(client: Client) -> Iterator[Figure]:
    """Words and meaning together, as a page and behind it."""

    def search(run: int) -> None:
        Shelf(Listing(q=WORDS[run % len(WORDS)], sort="relevance")).page()

    def page(run: int) -> None:
        check(client.get("/browse/", {"q": WORDS[run % len(WORDS)]}).status_code == 200)

    found = [Shelf(Listing(q=words, sort="relevance")).total() for words in WORDS]
    yield Figure("search_matches_median", sorted(found)[len(found) // 2], "works")
    yield Figure("search_p95", p95(search), "ms", "<=150")
    yield Figure("search_page_p95", p95(page), "ms")


def likeness() -> Iterator[Figure]:
    """Similar works: how quick, and how many of the true nearest are found."""
    chance = random.Random(2)
    # From all series: the newest alone would be of one or two.
    step = max(1, Artwork.objects.count() // RUNS)
    some = list(Artwork.objects.filter(entry__ordinal__in=range(1, step * RUNS, step)))
    chance.shuffle(some)
    yield Figure("similar_p95", p95(lambda run: similar_works(some[run % len(some)])), "ms", "<=40")
    recalls, shown = [], []
    for work in some[:30]:
        vector = ArtworkEmbedding.objects.values_list("vector", flat=True).get(pk=work.pk)
        found = {pk for pk, _distance in nearest_to(list(vector), 20)}
        similar = {other.pk for other in similar_works(work, 19)} | {work.pk}
        with connection.cursor() as cursor:
            cursor.execute("BEGIN; SET LOCAL enable_indexscan = off")
            cursor.execute(
                "SELECT artwork_id FROM catalog_artworkembedding"
                " ORDER BY vector <=> %s::vector LIMIT 20",
                [str(np.asarray(vector).tolist())],
            )
            exact = {row[0] for row in cursor.fetchall()}
            cursor.execute("COMMIT")
        recalls.append(len(found & exact) / len(exact))
        shown.append(len(similar & exact) / len(exact))
    yield Figure("similar_recall_at_20", sum(shown) / len(shown), "share", ">=0.95")
    yield Figure("recall_at_20", sum(recalls) / len(recalls), "share", ">=0.95")
    yield Figure("recall_at_20_worst", min(recalls), "share")


def exactness() -> Iterator[Figure]:
    """Random filter sets: each listing returns min(limit, matches), counted the plain way."""
    chance = random.Random(3)
    series = list(Collection.objects.values_list("slug", flat=True)[:200])
    wrong, vectors_wrong, walked = 0, 0, []
    vectors = list(ArtworkEmbedding.objects.values_list("vector", flat=True)[:20])
    for turn in range(SETS):
        filters = chosen(chance, most=4)
        if turn % 10 == 0:
            filters["collection"] = (chance.choice(series),)
        listing = Listing(**filters, sort=chance.choice(list(ORDERS)))
        expected = on_sale().filter(conditions(listing)).order_by().count()
        limit = chance.choice([1, 24, 100])
        page = Shelf(listing).page(limit=limit)
        wrong += page.total != expected or len(page.items) != min(limit, expected)
        near = Shelf(Listing(**filters, sort="relevance"), list(vectors[turn % 20]))
        started = perf_counter()
        found = near.nearest(48)
        walked.append(1000 * (perf_counter() - started))
        vectors_wrong += len(found) != min(48, expected)
    yield Figure("filter_sets", SETS, "sets")
    yield Figure("filter_sets_wrong", wrong, "sets", "<=0")
    yield Figure("filter_sets_wrong_by_vector", vectors_wrong, "sets", "<=0")
    yield Figure("filtered_vector_p95", percentile(walked, 0.95), "ms")
    yield Figure("facet_count_differences", float(compared(chance)), "counts", "<=0")


def compared(chance: random.Random) -> int:
    """Return how many facet counts of some listings differ from those of plain `GROUP BY`."""
    differing = 0
    for _ in range(10):
        listing = Listing(**chosen(chance))
        counts = Tally(terms_of(listing)).counts(FACET_FIELDS)
        for name, column in (
            ("style", "style_slug"),
            ("palette", "palette_name"),
            ("size", "size"),
        ):
            works = on_sale().filter(conditions(listing, without=name)).order_by()
            plain = dict(works.values_list(column).annotate(n=Count("pk")))
            differing += sum(
                plain.get(value, 0) != counts[name].get(value, 0)
                for value in {*plain, *counts[name]}
            )
    return differing
