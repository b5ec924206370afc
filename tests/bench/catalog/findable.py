"""From an approval to a work that is found, in a running factory: its own web, workers, scheduler.

A curator's approval takes effect after a time of grace; here that is none, so what is measured is
the factory alone: the decision is committed, the publisher is rung, writes texts, derivatives and
rows, and the work stands on the first page, under its words, under its meaning, in the sitemap and
in the API, each asked of the web process over HTTP. Two hundred approvals, one after the other.
"""

import http.client
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.management import call_command

from catalog import defaults
from catalog.models import Artwork
from curation import defaults as curation_defaults
from curation import services as curation
from curation.models import Brand, Candidate, CandidateEmbedding, Score
from curation.scorers import SCORERS
from genart.accounts.services import ensure_roles
from genart.embedded.process import last_lines
from genart.factory import parts
from genart.factory.supervisor import Supervisor
from genart.ml.text import encode_text
from genart.ml.weights import clip_folder
from tests.bench import Figure, percentile
from tests.conftest import make_user
from tests.factories import COLORS, make_job, make_picture, make_render, make_style

APPROVALS = int(os.environ.get("BENCH_APPROVALS", "200"))
WARM, SIDE, PATIENCE_SECONDS = 5, 512, 240
PLACES = ("browse", "word", "meaning", "sitemap", "api")


def figures() -> Iterator[Figure]:
    """Yield the seconds from an approval to each place where the work is found."""
    call_command("collectstatic", interactive=False, verbosity=0)
    for app in (defaults, curation_defaults):
        app.load()
    ensure_roles()
    settings.REVIEW_GRACE_SECONDS = 0
    settings.SECOND_OPINION_SHARE = settings.BLIND_SHARE = 0.0
    user = make_user("findable", "curators")
    candidates = waiting(APPROVALS + WARM)
    taken: dict[str, list[float]] = {place: [] for place in PLACES}
    whole, listed = [], []
    with factory() as ask:
        for turn, candidate in enumerate(candidates):
            found, published = found_after(ask, user, candidate, turn)
            if turn < WARM:
                continue
            listed.append(published)
            whole.append(max(found.values()))
            for place, seconds in found.items():
                taken[place].append(seconds)
    yield Figure("approval_to_listed_p95", percentile(listed, 0.95), "s")
    for place in PLACES:
        yield Figure(f"approval_to_{place}_p95", percentile(taken[place], 0.95), "s")
    yield Figure("approval_to_findable_p50", percentile(whole, 0.5), "s")
    yield Figure("approval_to_findable_p95", percentile(whole, 0.95), "s", "<=1")
    yield Figure("approvals", len(whole), "works", f">={APPROVALS}")


def strange_word(turn: int) -> str:
    """Return a word that no listing has, another one each time: found by meaning alone."""
    letters = "bcdfghjklmnpqrstvwxz"
    return "zq" + "".join(letters[turn // 20**place % 20] for place in range(3)) + "x"


def waiting(count: int) -> list[Candidate]:
    """Return candidates that wait for a person, each with a picture and a meaning of its own."""
    brand, _made = Brand.objects.get_or_create(slug="house", defaults={"name": "House"})
    style, job = make_style(slug="boho-arches", name="Boho arches"), make_job()
    candidates = []
    for turn in range(count):
        render = make_render(
            style=style, job=job, index=turn, picture=make_picture(SIDE, SIDE, seed=turn)
        )
        candidate = Candidate.objects.create(
            render=render,
            brand=brand,
            tier="commodity",
            state="review",
            colors=[[color, 1 / 6] for color in COLORS],
        )
        CandidateEmbedding.objects.create(
            candidate=candidate,
            encoder=clip_folder().encoder,
            vector=encode_text(strange_word(turn)),
        )
        Score.objects.bulk_create(
            Score(candidate=candidate, scorer=name, version="1", value=0.7) for name in SCORERS
        )
        candidates.append(candidate)
    return candidates


@contextmanager
def factory() -> Iterator[Callable[[str], str]]:
    """Run the factory's processes on the servers that stand; yield what asks its web process."""
    os.environ["API_ANONYMOUS_PER_MINUTE"] = "1000000"  # the bench asks more than a visitor may
    os.environ["API_ADDRESS_PER_MINUTE"] = "1000000"
    os.environ["GENART_DATA_DIR"] = str(settings.DATA_DIR)  # the tests' settings set their own
    supervisor = Supervisor(lambda _line: None)
    try:
        for child in (parts.web(), parts.workers()[1], parts.scheduler()):
            supervisor.start(child)
        ask = asker()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not answers(ask):
            if time.monotonic() > deadline:
                raise RuntimeError("The web process did not answer.")
            time.sleep(0.2)
        yield ask
    finally:
        supervisor.stop()


def asker() -> Callable[[str], str]:
    """Return a function that fetches an address of the web process, on one kept connection."""
    kept: dict[str, Any] = {}

    def ask(address: str) -> str:
        if "line" not in kept:
            kept["line"] = http.client.HTTPConnection("127.0.0.1", settings.PORT, timeout=30)
        try:
            kept["line"].request("GET", address, headers={"Host": f"localhost:{settings.PORT}"})
            answer = kept["line"].getresponse()
            return str(answer.read().decode(errors="replace"))
        except (OSError, http.client.HTTPException):
            kept.pop("line").close()
            raise

    return ask


def answers(ask: Callable[[str], str]) -> bool:
    """Tell whether the web process answers yet."""
    try:
        return bool(ask("/browse/"))
    except (OSError, http.client.HTTPException):
        return False


def found_after(
    ask: Callable[[str], str], user: Any, candidate: Candidate, turn: int
) -> tuple[dict[str, float], float]:
    """Approve one candidate; return the seconds until it is found in each place, and listed."""
    curation.decide(candidate_id=candidate.pk, user=user, verdict="approve")
    started = time.perf_counter()
    work = listed(candidate.render_id, started)
    published = time.perf_counter() - started
    addresses = {
        "browse": "/browse/",
        "word": f"/browse/?q={quote(work.title)}&sort=newest",
        "meaning": f"/browse/?q={strange_word(turn)}",
        "sitemap": "/sitemap-works.xml",
        "api": "/api/v1/artworks?limit=10",
    }
    found: dict[str, float] = {}
    while len(found) < len(addresses):
        for place, address in addresses.items():
            if place not in found and work.slug in ask(address):
                found[place] = time.perf_counter() - started
        if time.perf_counter() - started > PATIENCE_SECONDS:
            missing = ", ".join(sorted(addresses.keys() - found.keys()))
            raise RuntimeError(f"“{work.title}” was not found: {missing}.")
    return found, published


def listed(render_id: UUID, started: float) -> Artwork:
    """Return the listing of a render as soon as it stands."""
    while time.perf_counter() - started < PATIENCE_SECONDS:
        work = Artwork.objects.filter(render_id=render_id).first()
        if work is not None:
            return work
        time.sleep(0.005)
    log = parts.LOG_DIR / "worker-tasks.log"
    raise RuntimeError(f"The approved work was not published; the worker says:\n{last_lines(log)}")
