"""What a curator waits for, and what two of them do to each other.

The queue is synthetic (1,000 waiting pictures that share one file, 5,000 known ones); the pages are
whole, templates, permissions and the application's own database role included. `two_curators` runs
a web process of its own and two real browsers, which decide on all 1,000 by the keyboard.
"""

import os
import random
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from curation import defaults
from curation.cards import REASONS
from curation.models import Assignment, Brand, Candidate, CandidateEmbedding, Decision, Score
from curation.scorers import SCORERS
from genart.accounts.services import ensure_roles
from genart.lib.approval import EMBEDDING_DIM
from genart.ml.weights import clip_folder
from generation.models import Render
from tests.bench import Figure, percentile, timed_ms
from tests.conftest import make_user
from tests.factories import COLORS, make_job, make_picture, make_render, make_style

SIDE = 512
WAITING, KNOWN, DECISIONS = 1_000, 5_000, 120
ASKED = 40
"""Blind opinions that are open while two curators work, besides what waits."""
WORDS = {"a": ("approve", "")} | {
    str(number): ("reject", value) for number, (value, _label) in enumerate(REASONS, 1)
}
"""What a key that decides means."""


def figures() -> Iterator[Figure]:
    """Yield the figures of the queue."""
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name hashed files
    defaults.load()
    ensure_roles()
    fill()
    yield from reviewing()
    yield from two_curators()


def fill(waiting: int = WAITING, known: int = KNOWN) -> list[Candidate]:
    """Write the synthetic queue and the known pictures."""
    chance = np.random.default_rng(1)
    model = make_render(picture=make_picture(SIDE, SIDE, seed=1), index=0)
    brand, _ = Brand.objects.get_or_create(slug="house", defaults={"name": "House"})
    style, job = make_style(), make_job()
    fields = {
        field.attname: getattr(model, field.attname) for field in Render._meta.concrete_fields
    }
    renders = Render.objects.bulk_create(
        Render(**fields | {"id": uuid.uuid4(), "job_id": job.pk, "index": index})
        for index in range(waiting + known)
    )
    candidates = Candidate.objects.bulk_create(
        Candidate(
            render=render,
            brand=brand,
            tier=style.tier,
            state="review" if index < waiting else "approved",
            doubt=float(chance.random()),
            reasons=["It is soft: sharpness 0.18 is under 0.20."],
            colors=[[color, 1 / 6] for color in COLORS],
        )
        for index, render in enumerate(renders)
    )
    vectors = chance.normal(size=(len(candidates), EMBEDDING_DIM)).astype(np.float32)
    CandidateEmbedding.objects.bulk_create(
        CandidateEmbedding(candidate=candidate, encoder=clip_folder().encoder, vector=vector)
        for candidate, vector in zip(candidates, vectors, strict=True)
    )
    Score.objects.bulk_create(
        Score(candidate=candidate, scorer=name, version="1", value=float(chance.random()))
        for candidate in candidates[:waiting]
        for name in SCORERS
    )
    return list(candidates)


# -- the server ----------------------------------------------------------------------------------


def reviewing() -> Iterator[Figure]:
    """Measure one key: the decision, the next card, and its picture."""
    client = Client(headers={"host": "localhost"})
    client.force_login(make_user("bench", "curators"))
    shown = Candidate.objects.filter(state="review").order_by("-doubt", "created_at").first()
    assert shown is not None
    client.get(reverse("curation:candidate", args=[shown.pk]))
    decided, fetched, rails, cpu = [], [], [], []
    for _ in range(DECISIONS):
        started, worked = time.perf_counter(), time.process_time()
        answer = client.post(
            reverse("curation:decide", args=[shown.pk]),
            {"verdict": "reject", "reason": "taste"},
            headers={"hx-request": "true"},
        )
        decided.append(1000 * (time.perf_counter() - started))
        cpu.append(1000 * (time.process_time() - worked))
        assert answer.status_code == 200, answer.content
        shown = Candidate.objects.get(pk=answer.headers["HX-Push-Url"].split("/")[2])
        fetched.append(timed_ms(fetch, client, shown))
        rails.append(timed_ms(client.get, reverse("curation:about", args=[shown.pk])))
    yield Figure("decide_to_next_card_p50", percentile(decided, 0.5), "ms")
    yield Figure("decide_to_next_card_p95", percentile(decided, 0.95), "ms", "<=100")
    yield Figure("decide_to_next_card_cpu_p50", percentile(cpu, 0.5), "ms", "<=60")
    yield Figure("rest_of_the_rail_p95", percentile(rails, 0.95), "ms")
    yield Figure("next_image_p95", percentile(fetched, 0.95), "ms", "<=100")
    grid = [timed_ms(client.get, reverse("curation:grid")) for _ in range(10)]
    yield Figure("grid_of_60_p50", percentile(grid, 0.5), "ms", "<=500")


def fetch(client: Client, candidate: Candidate) -> bytes:
    """Read a candidate's whole picture."""
    answer = client.get(reverse("curation:image", args=[candidate.pk]))
    return b"".join(answer.streaming_content)


# -- two real browsers ---------------------------------------------------------------------------

LOOK_MS = (250, 650)
"""How long a curator looks at a picture before the key, drawn evenly: nobody sees, judges and
presses in less. Without it the figure would be that of a queue of requests, not of a person."""

WATCH = """() => {
  const seen = window.seen = { waits: [], wrong: 0, unused: 0, keys: [] };
  const picture = () => document.querySelector('.review-picture');
  const source = () => picture()?.getAttribute('src') ?? null;
  let last = source(), pressed = null, early = null, waiting = null;
  document.addEventListener('keydown', (event) => {
    seen.keys.push([source(), event.key]);
    pressed = performance.now();
  }, true);
  const measure = (since) => {
    const now = picture();
    const there = () => { if (now.isConnected) seen.waits.push(performance.now() - since); };
    now?.decode().then(there, () => {});
  };
  new MutationObserver(() => {
    const busy = document.querySelector('[data-card][aria-busy]') !== null;
    if (!busy && early) {
      if (early.source !== source()) { seen.wrong += 1; measure(early.since); }
      early = null;
    }
    if (source() === last) return;
    last = source();
    if (document.body.textContent.includes('your key was not used')) seen.unused += 1;
    if (pressed !== null) measure(pressed);
    if (busy) early = { source: last, since: pressed };
    pressed = null;
    waiting?.(last);
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ['aria-busy'] });
  window.moved = (from) => new Promise((resolve, reject) => {
    if (source() !== from) { resolve(source()); return; }
    waiting = resolve;
    setTimeout(() => reject(new Error('no other picture came')), 30000);
  });
}"""
"""Keeps, for each decision, the milliseconds from its key until the next picture is in the document
and decoded; how often the picture that was shown before its card was not the one that came (then
the wait counts again, until that one); and which picture was there at each key."""


def press_through(page: Any, seed: int, most: int = 5_000) -> dict[str, Any]:
    """Decide by the keyboard until nothing waits.

    Returns:
        What `WATCH` kept, and `done`, keys that decide, and `seconds` for all.
    """
    chance = random.Random(seed)
    page.evaluate(WATCH)
    started, done = time.monotonic(), 0
    shown = page.get_attribute(".review-picture", "src")
    while shown and done < most:
        page.wait_for_timeout(chance.uniform(*LOOK_MS))
        shown = page.get_attribute(".review-picture", "src")
        if chance.random() < 0.7:
            page.keyboard.press("a")
        else:
            page.keyboard.press("r")
            page.keyboard.press(str(chance.randint(1, 7)))
        done += 1
        shown = page.evaluate("from => window.moved(from)", shown)
    page.wait_for_timeout(300)
    return page.evaluate("window.seen") | {"done": done, "seconds": time.monotonic() - started}


def two_curators() -> Iterator[Figure]:
    """Let two curators in two browsers decide on everything that waits, at the same time."""
    make_all_wait()
    people = [make_user(name, "curators") for name in ("ada", "ben")]
    waiting = set(Candidate.objects.filter(state="review").values_list("pk", flat=True))
    asked = ask_blindly(ASKED)
    results: dict[int, dict[str, Any]] = {}
    with web() as address:
        threads = [
            threading.Thread(target=one_curator, args=(address, cookie_of(user), user.pk, results))
            for user in people
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(results) == len(people), "a browser did not come to the end"
    made = Decision.objects.filter(candidate__in=waiting, user__in=people)
    twice = made.values("candidate").annotate(times=Count("pk")).filter(times__gt=1)
    lost = waiting - set(made.values_list("candidate", flat=True))
    waits = [wait for seen in results.values() for wait in seen["waits"]]
    slowest = min(60 * seen["done"] / seen["seconds"] for seen in results.values())
    yield Figure("two_curators_decided", float(made.count()), "pictures", f">={len(waiting)}")
    yield Figure("two_curators_decided_twice", float(twice.count()), "pictures", "<=0")
    yield Figure("two_curators_lost", float(len(lost)), "pictures", "<=0")
    answered = Assignment.objects.filter(pk__in=asked, state="done").count()
    yield Figure("two_curators_blind_answers", float(answered), "answers", f">={len(asked)}")
    yield Figure("two_curators_decided_unseen", float(len(unseen(results))), "pictures", "<=0")
    yield Figure("key_to_next_picture_p50", percentile(waits, 0.5), "ms")
    yield Figure("key_to_next_picture_p95", percentile(waits, 0.95), "ms", "<=100")
    wrong = sum(seen["wrong"] for seen in results.values())
    yield Figure("shown_ahead_wrongly", 1000 * wrong / len(waits), "per_1000", "<=10")
    yield Figure("keyboard_decisions_per_minute", slowest, "per_min", ">=60")


def unseen(results: dict[int, dict[str, Any]]) -> set[tuple[int, str]]:
    """Return what was decided otherwise than by a key while its picture was on the screen.

    Args:
        results: what `press_through` returned, by user.
    """
    meant = {
        (user, str(source).split("/")[2], *WORDS[key])
        for user, seen in results.items()
        for source, key in seen["keys"]
        if key in WORDS and source
    }
    rows = [
        *Decision.objects.filter(user__in=results).exclude(verdict="undo").order_by("pk"),
        *Assignment.objects.filter(user__in=results, state="done"),
    ]
    return {
        (row.user_id, str(row.candidate_id))
        for row in rows
        if (row.user_id, str(row.candidate_id), row.verdict, row.reason) not in meant
    }


def make_all_wait() -> None:
    """Put back into the queue what `reviewing` decided."""
    rejected = Candidate.objects.filter(state="rejected")
    rejected.update(state="review", decided_at=None, leased_by=None, lease_expires_at=None)


def ask_blindly(count: int) -> list[int]:
    """Ask for opinions of approved pictures; they must not be told from the others."""
    rows = Candidate.objects.filter(state="approved").order_by("pk")[:count]
    return [
        Assignment.objects.create(candidate=row, purpose="audit_approved", propensity=0.01).pk
        for row in rows
    ]


def cookie_of(user: Any) -> str:
    """Return the session cookie of a signed-in user."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def web() -> Iterator[str]:
    """Run the web process as the factory does; give its address."""
    words = ["-m", "uvicorn", "genart.asgi:application", "--host", "127.0.0.1"]
    words += ["--port", str(settings.PORT), "--no-access-log", "--log-level", "warning"]
    folder = {"GENART_DATA_DIR": str(settings.DATA_DIR)}  # tests' settings have set another
    process = subprocess.Popen(
        [sys.executable, *words, "--lifespan", "off"], env=os.environ | folder
    )
    address = f"http://127.0.0.1:{settings.PORT}"
    try:
        wait_until(lambda: answers(f"{address}/healthz"))
        yield address
    finally:
        process.terminate()
        process.wait(20)


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Return when something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def answers(address: str) -> bool:
    """Tell whether a page is there."""
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True
    except OSError:
        return False


def one_curator(address: str, cookie: str, user: int, results: dict[int, dict[str, Any]]) -> None:
    """Work the queue to its end in a browser of one's own; leave what was seen under the user."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": cookie, "url": address}])
        page = context.new_page()
        page.goto("/review/")
        results[user] = press_through(page, seed=user)
        browser.close()
    connection.close()
