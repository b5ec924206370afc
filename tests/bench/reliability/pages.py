"""What each kind of request costs the web process: its processor's time, and its queries.

Wall time says little on a busy machine; the time of this thread alone says how many such requests
one core can answer. `BENCH_PAGES_PROFILE=browse` prints where the time of one kind goes.
"""

import cProfile
import os
import pstats
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from curation import defaults as gates
from genart.accounts.models import ApiToken
from genart.accounts.services import create_token, ensure_roles
from tests.bench import Figure
from tests.bench.catalog.small import fill
from tests.bench.reliability.journeys import PICTURES
from tests.bench.reliability.visitor import found
from tests.factories import make_artwork, make_job, make_picture, make_render
from tests.fuzz.shop import candidates, person

RUNS, WARM = 12, 3
PROFILED = os.environ.get("BENCH_PAGES_PROFILE", "")
MOST_QUERIES = 30
"""That no request may need, whatever is in the tables."""
KEPT = ("home", "browse", "filtered", "artwork")
"""Kinds that guests share for some seconds."""


def figures() -> Iterator[Figure]:
    """Yield milliseconds of this thread and queries of each kind of request."""
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name hashed files
    gates.load()
    ensure_roles()
    fill()
    settings.API_LIMITS = dict.fromkeys(settings.API_LIMITS, 10**9)
    for kind, ask in kinds().items():
        for _ in range(WARM):
            ask()
        with CaptureQueriesContext(connection) as queries:
            ask()
        count = len(queries)  # at once: the next request empties the log
        yield Figure(f"cost_{kind}", median(cpu_ms(ask) for _ in range(RUNS)), "ms")
        yield Figure(f"queries_{kind}", count, "queries", f"<={MOST_QUERIES}")
        if kind == PROFILED:
            profile(ask)
    settings.PAGE_SECONDS = 60
    for kind, ask in kinds().items():
        if kind in KEPT:
            cache.clear()
            ask()
            yield Figure(f"cost_{kind}_kept", median(cpu_ms(ask) for _ in range(RUNS)), "ms")


def kinds() -> dict[str, Callable[[], Any]]:
    """Return each kind of request with what sends it."""
    work = make_artwork(render=make_render(picture=make_picture(512, 512)))
    admin = person(f"cost-{work.pk}", is_staff=True, is_superuser=True)
    _token, secret = create_token(user=admin, scopes=list(ApiToken.Scope.values))
    candidates(make_job(owner=admin), 3)
    guest, curator = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost"})
    program = Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})
    curator.force_login(admin)
    [picture, *_] = found(PICTURES, _Text(guest.get(work.get_absolute_url()))) or [""]
    asked: dict[str, tuple[Client, str]] = {
        "home": (guest, "/"),
        "browse": (guest, "/browse/"),
        "filtered": (guest, "/browse/?color=teal&style=style-3"),
        "search": (guest, "/browse/?q=quiet+hills"),
        "artwork": (guest, work.get_absolute_url()),
        "picture": (guest, picture),
        "api_works": (program, "/api/v1/artworks?limit=24"),
        "api_facets": (program, "/api/v1/artworks/facets?color=teal"),
        "review": (curator, "/review/"),
        "job": (curator, admin.jobs.get().get_absolute_url()),
        "queue": (curator, "/studio/queue/"),
    }
    return {kind: _asking(client, path) for kind, (client, path) in asked.items()}


class _Text:
    """A response as `found` reads it."""

    def __init__(self, response: Any) -> None:
        self.text = response.content.decode()


def _asking(client: Client, path: str) -> Callable[[], Any]:
    def ask() -> None:
        answer = client.get(path)
        answer.close()
        assert answer.status_code == 200, (path, answer.status_code)

    return ask


def cpu_ms(ask: Callable[[], Any]) -> float:
    """Return the milliseconds of this thread that a request takes."""
    started = time.thread_time()
    ask()
    return (time.thread_time() - started) * 1000


def profile(ask: Callable[[], Any]) -> None:
    """Print where the time of a request goes."""
    running = cProfile.Profile()
    for _ in range(5):
        running.runcall(ask)
    pstats.Stats(running).sort_stats("cumulative").print_stats(60)
