"""Two hundred buyers, live job pages, curators and programs at once, while a worker renders.

The factory's own processes on this machine's cores, with the settings of `make run`: one web
process, the workers, the scheduler. The crowd shares those cores. Buyers think ten seconds on
average between pages, keep their cookies, fetch the pictures that their browser would not have, and
one visit in twelve ends with a payment. Each live page is a real WebSocket of a signed-in person.

`BENCH_LOAD_SECONDS` and `BENCH_LOAD_BUYERS` make it shorter and smaller.
"""

import asyncio
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import websockets
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import Client

from curation import defaults as gates
from genart.accounts.models import ApiToken
from genart.accounts.services import create_token, ensure_roles
from genart.factory import parts
from generation import defaults as styles
from generation import services
from tests.bench import Figure, percentile
from tests.bench.catalog.small import fill
from tests.bench.reliability import journeys
from tests.bench.reliability.memory import Memory
from tests.bench.reliability.visitor import Notes, Visitor
from tests.factories import make_artwork, make_job, make_picture, make_render
from tests.fuzz.shop import candidates, person

SECONDS = int(os.environ.get("BENCH_LOAD_SECONDS", "300"))
BUYERS = int(os.environ.get("BENCH_LOAD_BUYERS", "200"))
CURATORS, PROGRAMS, WATCHERS = 4, 6, 20
RAMP_SECONDS = min(30, SECONDS / 4)
"""In which the crowd arrives; answers are timed from then on, errors always."""
THINK = {"buyer": 10.0, "curator": 5.0, "program": 2.0}
PICTURES, WAITING, SERIES, RENDERS, OPEN_SECONDS = 60, 400, 20, 40, 300
SITE = f"http://127.0.0.1:{settings.PORT}"
GOALS = {"browse": "<=200"}
"""Kind of request → goal of its 95th percentile, in ms."""


def figures() -> Iterator[Figure]:
    """Yield what the crowd saw, and how the processes grew."""
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name hashed files
    people = prepare()
    with running() as processes:
        memory, notes = Memory(processes), Notes()
        asyncio.run(crowd(people, notes, memory))
    yield from answers(notes)
    rendered = sum(job.renders.filter(state="rendered").count() for job in people["jobs"])
    yield Figure("load_renders_meanwhile", rendered, "renders", ">=1")
    yield Figure("load_pushes_to_quietest_page", quietest(notes), "messages", ">=1")
    for name in processes:
        yield Figure(f"load_memory_{name}", memory.last(name), "MB")
        yield Figure(f"load_growth_{name}", memory.growth(name), "share", "<=0.1")


def answers(notes: Notes) -> Iterator[Figure]:
    """Yield a line for each kind of request and percentile, and the errors."""
    for (kind, what), times in notes.errors.most_common():
        print(f"# error × {times}: {kind} {what}", flush=True)
    for kind, times in sorted(notes.times_ms.items()):
        yield Figure(f"load_{kind}_requests", len(times), "requests")
        for share in (0.5, 0.95, 0.99):
            goal = GOALS.get(kind, "") if share == 0.95 else ""
            name = f"load_{kind}_p{share * 100:.0f}"
            yield Figure(name, percentile(times, share), "ms", goal)
    yield Figure("load_errors", notes.errors.total(), "errors", "<=0")


def quietest(notes: Notes) -> int:
    """Return how many messages the live page got that got fewest."""
    return min((notes.pushes[number] for number in range(WATCHERS)), default=0)


# -- before --------------------------------------------------------------------------------------


def prepare() -> dict[str, Any]:
    """Fill the shop; return the secrets of those who sign in, and the jobs to look at."""
    styles.load()
    gates.load()
    ensure_roles()
    fill()
    for seed in range(PICTURES):
        work = make_artwork(render=make_render(picture=make_picture(512, 512, seed=seed)))
        journeys.ON_SHOW.add(work.get_absolute_url())
    journeys.PUBLISHED.update(media_addresses())
    admin = person("load-admin", is_staff=True, is_superuser=True)
    candidates(make_job(owner=admin), WAITING)
    _token, secret = create_token(user=admin, scopes=list(ApiToken.Scope.values))
    chance = random.Random(3)
    jobs = [services.submit_job(spec=series(chance), owner=admin)[0] for _ in range(SERIES)]
    curators = [person(f"load-{number}", is_superuser=True) for number in range(CURATORS)]
    return {
        "token": secret,
        "jobs": jobs,
        "admin": session_of(admin),
        "curators": [session_of(user) for user in curators],
    }


def series(chance: random.Random) -> dict[str, Any]:
    """Return a spec of which the worker has enough to do for minutes."""
    return {
        "version": 1,
        "style": chance.choice(("boho-arches", "mountains", "ripples", "stripes")),
        "subject": "calm shapes",
        "palette": {"name": chance.choice(("terracotta", "sage", "ocean"))},
        "size": {"width_px": 512, "height_px": 512},
        "count": RENDERS,
        "seed": chance.randrange(2**40),
    }


def session_of(user: Any) -> str:
    """Sign somebody in and return the session's secret."""
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def media_addresses(folder: str = "") -> set[str]:
    """Return the addresses of every public picture that has a file."""
    folders, files = storages["default"].listdir(folder)
    found = {f"{settings.MEDIA_URL}{folder}{name}" for name in files}
    for name in folders:
        found |= media_addresses(f"{folder}{name}/")
    return found


@contextmanager
def running() -> Iterator[dict[str, int]]:
    """Run the factory's processes beside its servers; yield their names and ids."""
    os.environ.pop("PAGE_SECONDS", None)  # as a shop has it, and not as measurements do
    children = [parts.web(), *parts.workers(), parts.scheduler()]
    started = [(child, child.launch()) for child in children]
    try:
        wait_open()
        yield {child.name: process.pid for child, process in started}
    finally:
        for child, process in reversed(started):
            process.send_signal(child.stop_signal)
        for _child, process in started:
            process.wait(60)


def wait_open() -> None:
    """Wait until the site answers."""
    deadline = time.monotonic() + OPEN_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx2.get(f"{SITE}/healthz").status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(0.5)
    raise RuntimeError(f"The web process did not open in {OPEN_SECONDS} seconds.")


# -- the crowd -----------------------------------------------------------------------------------


async def crowd(people: dict[str, Any], notes: Notes, memory: Memory) -> None:
    """Let everybody do what they came for until the time is over."""
    notes.begins_at = time.perf_counter() + RAMP_SECONDS
    over_at = time.monotonic() + SECONDS
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=BUYERS + 50)
    transport = httpx2.AsyncHTTPTransport(limits=limits)

    def visitor(number: int, kind: str, **known: Any) -> Visitor:
        return Visitor(SITE, number, notes, transport, think_seconds=THINK[kind], **known)

    name, bearer = settings.SESSION_COOKIE_NAME, {"Authorization": f"Bearer {people['token']}"}
    visits = [(visitor(n, "buyer"), journeys.look_around) for n in range(BUYERS)]
    visits += [
        (visitor(1000 + n, "curator", cookies={name: secret}), journeys.review)
        for n, secret in enumerate(people["curators"])
    ]
    visits += [
        (visitor(2000 + n, "program", headers=bearer), journeys.call_api) for n in range(PROGRAMS)
    ]
    jobs = people["jobs"]
    pages = [
        watch(number, jobs[number % len(jobs)], people["admin"], notes, over_at)
        for number in range(WATCHERS)
    ]
    busy = [repeat(one, journey, over_at) for one, journey in visits]
    await asyncio.gather(memory.watch(SECONDS), *pages, *busy)
    await transport.aclose()


async def repeat(visitor: Visitor, journey: journeys.Journey, over_at: float) -> None:
    """Arrive some time in the ramp, and come again until the time is over."""
    await asyncio.sleep(visitor.chance.uniform(0, RAMP_SECONDS))
    while time.monotonic() < over_at:
        left = over_at - time.monotonic()
        try:
            await asyncio.wait_for(journey(visitor), left + 1)
        except TimeoutError:
            return  # a person who was thinking when the time was over


async def watch(number: int, job: Any, session: str, notes: Notes, over_at: float) -> None:
    """Keep a job's live page open and count what it is sent; a socket that ends is an error."""
    address = f"{SITE.replace('http', 'ws')}/ws/jobs/{job.pk}/"
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}", "Origin": SITE}
    try:
        async with (
            asyncio.timeout(over_at - time.monotonic()),
            websockets.connect(address, additional_headers=headers) as socket,
        ):
            async for _message in socket:
                notes.pushes[number] += 1
        notes.failed("socket", "closed by the site")
    except TimeoutError:
        return
    except (OSError, websockets.WebSocketException) as error:
        notes.failed("socket", type(error).__name__)
