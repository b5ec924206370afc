"""How quick the shop is with 5,000 works: browse, deep pages, facets, search, similar, publishing.

The rows are synthetic (random styles, colours, words and vectors, no files); the pages are whole,
templates included. Each figure of a plain way of doing the same stands beside it as a baseline.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import numpy as np
from django.contrib.postgres.search import SearchVector
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from catalog import defaults
from catalog.color_words import FACETS
from catalog.listing import Listing
from catalog.models import Artwork, ArtworkEmbedding, ArtworkStats, SearchWord
from catalog.queries import similar_works
from catalog.services import publish_artwork, shelving
from catalog.shelf import Shelf, on_sale
from catalog.texts.words.english import FAMILIES
from genart.lib.approval import EMBEDDING_DIM
from tests.bench import Figure, percentile
from tests.factories import make_approval, make_listings, make_picture, make_render

ROWS, RUNS = 5_000, 60


def figures() -> Iterator[Figure]:
    """Yield every figure of this subject."""
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name hashed files
    fill()
    client = Client(headers={"host": "localhost"})
    yield from pages(client)
    yield from facets_and_search(client)
    yield from publishing()


def fill() -> None:
    """Write the synthetic works."""
    chance = random.Random(1)
    moment = timezone.now()
    defaults.load()
    spoken = FAMILIES.values()
    words = [noun.text for family in spoken for noun in family.nouns]
    words += [tag for family in spoken for tag in family.tags]
    works = make_listings(
        ROWS,
        title=lambda i: f"{chance.choice(words)} {chance.choice(words)} {i}",
        style_slug=lambda i: f"style-{chance.randint(1, 12)}",
        style_name=lambda i: "Style",
        color_names=lambda i: chance.sample(list(FACETS), 3),
        palette_name=lambda i: f"palette-{chance.randint(1, 16)}",
        tags=lambda i: chance.sample(words, 8),
        orientation=lambda i: chance.choice(["square", "portrait", "landscape"]),
        published_at=lambda i: moment - timedelta(minutes=i),
        quality=lambda i: chance.random(),
    )
    ArtworkStats.objects.bulk_create(
        ArtworkStats(artwork=work, views=chance.randint(0, 99)) for work in works
    )
    vectors = np.random.default_rng(1).normal(size=(ROWS, EMBEDDING_DIM))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ArtworkEmbedding.objects.bulk_create(
        ArtworkEmbedding(artwork=work, vector=vector)
        for work, vector in zip(works, vectors, strict=True)
    )
    vector = SearchVector("title", config="shop", weight="A")
    Artwork.objects.update(search=vector + SearchVector("tags", config="shop", weight="B"))
    known = {part for word in words for part in word.lower().split() if part.isalpha()}
    SearchWord.objects.bulk_create([SearchWord(word=word) for word in known], ignore_conflicts=True)
    while shelving.fold() == shelving.MOST_AT_ONCE or shelving.build_missing():
        pass  # as the scheduler has it done within seconds
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def timed(act: Callable[[int], Any], runs: int = RUNS) -> list[float]:
    """Return the milliseconds of each run, after three that do not count."""
    for run in range(3):
        act(run)
    taken = []
    for run in range(runs):
        started = time.perf_counter()
        act(run)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def pages(client: Client) -> Iterator[Figure]:
    """Whole pages, first and deep, and the listing behind them."""

    def page(address: str) -> Callable[[int], Any]:
        return lambda run: check(client.get(address).status_code == 200)

    yield Figure("home_p95", percentile(timed(page("/")), 0.95), "ms", "<=120")
    yield Figure("browse_page_p95", percentile(timed(page("/browse/")), 0.95), "ms", "<=150")
    filtered = timed(page("/browse/?color=teal&style=style-3"))
    yield Figure("browse_filtered_p95", percentile(filtered, 0.95), "ms", "<=150")
    deep_mark = far_mark(ROWS - 100)
    first = percentile(timed(lambda run: Shelf(Listing()).page()), 0.5)
    deep = percentile(timed(lambda run: Shelf(Listing()).page(after=deep_mark)), 0.5)
    offset = ROWS - 100
    plain = percentile(timed(lambda run: list(on_sale()[offset : offset + 24])), 0.5)
    yield Figure("first_page_p50", first, "ms", "<=30")
    yield Figure("deep_page_over_first_page", deep / first, "x", "<=2")
    yield Figure("deep_page_by_offset_p50_baseline", plain, "ms")


def far_mark(place: int) -> str:
    """Return the cursor of a work far down the newest listing."""
    return Shelf(Listing()).cursor(on_sale()[place])


def facets_and_search(client: Client) -> Iterator[Figure]:
    """Facet counts, search by words and typos, similar works; each against the plain way."""
    facets = percentile(timed(lambda run: Shelf(Listing()).facets(), 20), 0.95)
    yield Figure("facets_p95", facets, "ms", "<=90")
    plain = percentile(timed(lambda run: count_in_python(), 5), 0.5)
    yield Figure("facets_in_python_p50_baseline", plain, "ms")
    asked = ["arches", "moon stars", "terrazzo", "wavy bands", "quiet hills", "scalop", "rings"]

    def search(run: int) -> None:
        Shelf(Listing(q=asked[run % len(asked)], sort="relevance")).page()

    yield Figure("search_p95", percentile(timed(search), 0.95), "ms", "<=150")

    def contains(run: int) -> None:
        words = asked[run % len(asked)].split()
        match = Q()
        for word in words:
            match &= Q(title__icontains=word) | Q(tags__icontains=word)
        list(on_sale().filter(match)[:24])

    yield Figure("search_by_icontains_p95_baseline", percentile(timed(contains), 0.95), "ms")
    some = list(on_sale()[:20])
    similar = timed(lambda run: similar_works(some[run % len(some)]))
    yield Figure("similar_p95", percentile(similar, 0.95), "ms", "<=40")
    page = timed(lambda run: check(client.get("/browse/?q=arches").status_code == 200), 20)
    yield Figure("search_page_p95", percentile(page, 0.95), "ms", "<=250")


def count_in_python() -> Counter[str]:
    """Count colours the plain way: read every row."""
    return Counter(name for work in on_sale() for name in work.color_names)


def publishing() -> Iterator[Figure]:
    """Time from an approval to a listing that is found, with real derivatives of 512 px."""
    taken = []
    for run in range(12):
        render = make_render(picture=make_picture(512, 512, seed=run))
        started = time.perf_counter()
        artwork = publish_artwork(approval=make_approval(render))
        found = Shelf(Listing(q=artwork.title, sort="relevance")).works()
        check(found.filter(pk=artwork.pk).exists())
        taken.append(time.perf_counter() - started)
    yield Figure("approval_to_findable_p95", percentile(taken, 0.95), "s", "<=1")


def check(held: bool) -> None:
    """Stop the measurement when what it measured did not work."""
    if not held:
        raise AssertionError("the shop did not answer as it should")
