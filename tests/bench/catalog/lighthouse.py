"""Lighthouse against the running shop: home, browse, a work, checkout, as a phone sees them.

The shop is the one that is sold: uvicorn, collected and compressed static files, PostgreSQL, and
pictures by the painters that the house model learned from with the derivatives that publishing
makes. Lighthouse is the npm package at a pinned version, kept in a folder outside the checkout
(`GENART_LIGHTHOUSE_DIR`, by default `~/.cache/genart/lighthouse`), driving the system's Chromium
with its own mobile settings: a middling phone, a processor four times slower, slow 4G. Each page is
run three times; the median by performance counts. Other work on the same cores makes the figures
worse: run it on a quiet machine.

The checkout is not to be indexed, which Lighthouse counts as a fault (`is-crawlable`); its SEO is
judged without that one audit, and it is asserted that the page does say `noindex`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from PIL import Image

from catalog import defaults
from catalog.models import Artwork
from catalog.services import publish_artwork
from genart.factory import parts
from genart.factory.supervisor import Supervisor
from generation.house import compositing, finishes, painters
from tests.bench import Figure
from tests.factories import make_approval, make_job, make_render, make_style

VERSION, RUNS, WORKS = "13.5.0", 3, 40
CATEGORIES = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
SHAPES = ((512, 512), (512, 640), (640, 512))
PALETTES = (
    ("#F6EADB", "#C8553D", "#E59A7A", "#4A2C2A", "#8A9A5B", "#D9A520"),
    ("#FDFCF7", "#1F7A7A", "#2E62A8", "#17264F", "#F2C744", "#EFA3B8"),
    ("#17264F", "#F7F3E8", "#C8B6E8", "#7150A8", "#E8A31A", "#5B2A57"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What Lighthouse said of one page in one run: scores 0 … 100, times in ms."""

    scores: dict[str, float]
    lcp_ms: float
    shift: float
    blocked_ms: float
    server_ms: float
    faults: list[str]


class Unusable(RuntimeError):
    """Lighthouse could not make anything of what the browser recorded."""


def figures() -> Iterator[Figure]:
    """Yield the scores and times of each page."""
    call_command("collectstatic", interactive=False, verbosity=0)
    defaults.load()
    works = hang()
    with web():
        cookie = cart_cookie(works[0])
        pages = {
            "home": ("/", ""),
            "browse": ("/browse/", ""),
            "artwork": (works[0].get_absolute_url(), ""),
            "checkout": ("/checkout/", cookie),
        }
        for name, (path, header) in pages.items():
            yield from page_figures(name, median(path, header))


def page_figures(name: str, report: Report) -> Iterator[Figure]:
    """Yield one page's figures; what keeps a score from its goal is printed before."""
    for fault in report.faults:
        print(f"# {name}: {fault}")
    for category, goal in CATEGORIES.items():
        label = f"lighthouse_{name}_{category.replace('-', '_')}"
        yield Figure(label, report.scores[category], "points", f">={goal}")
    yield Figure(f"lighthouse_{name}_lcp", report.lcp_ms, "ms", "<=1500")
    yield Figure(f"lighthouse_{name}_cls", report.shift, "shift", "<=0.02")
    yield Figure(f"lighthouse_{name}_blocked", report.blocked_ms, "ms")
    yield Figure(f"lighthouse_{name}_server", report.server_ms, "ms")


# -- the shop


def hang() -> list[Artwork]:
    """Publish pictures of the house in three styles of one series."""
    styles = [make_style(), make_style(), make_style()]
    job = make_job(title="Quiet rooms", collection="quiet-rooms")
    works = []
    for number, picture in enumerate(pictures()):
        fields = {"style": styles[number % 3], "job": job, "picture": picture}
        works.append(publish_artwork(approval=make_approval(make_render(**fields))))
    return works


def pictures() -> Iterator[Image.Image]:
    """Yield `WORKS` pictures of the house: its painters' scenes under its paper finish.

    They are as rich in detail as what the model renders, and made at once: a render takes seconds.
    """
    import torch

    for number in range(WORKS):
        wide, high = SHAPES[number % len(SHAPES)]
        aspect = (wide / min(wide, high), high / min(wide, high))
        scene = painters.random_scene(Random(number), aspect=aspect)
        maps = torch.from_numpy(painters.draw(scene))[None]
        cover = compositing.coverage(maps, high, wide)[0]
        pixels = finishes.applied("paper", cover, PALETTES[number % len(PALETTES)], number)
        yield Image.fromarray(pixels)


@contextmanager
def web() -> Iterator[None]:
    """Run the web process of the factory."""
    supervisor = Supervisor(lambda line: None)
    supervisor.start(parts.web())
    try:
        wait_for_web()
        yield
    finally:
        supervisor.stop()


def wait_for_web() -> None:
    """Wait until the shop answers."""
    import time
    from urllib.error import URLError
    from urllib.request import urlopen

    for _ in range(600):
        try:
            urlopen(f"{address()}/healthz", timeout=5).read()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the shop does not answer")


def address() -> str:
    """Return where the shop is."""
    return f"http://localhost:{settings.PORT}"


def cart_cookie(work: Artwork) -> str:
    """Return the cookie of a guest who has a work in the cart."""
    client = Client(headers={"host": "localhost"})
    client.post("/cart/add/", {"artwork": work.pk, "licence": "personal"})
    page = client.get("/checkout/").content.decode()
    if "noindex" not in page:
        raise AssertionError("the checkout does not say that it is not to be indexed")
    return f"sessionid={client.cookies['sessionid'].value}"


# -- Lighthouse


def median(path: str, cookie: str) -> Report:
    """Return the run in the middle, by performance."""
    reports = [run_again(path, cookie) for _ in range(RUNS)]
    return sorted(reports, key=lambda report: report.scores["performance"])[RUNS // 2]


def run_again(path: str, cookie: str) -> Report:
    """Run Lighthouse, once more where the browser's trace was unusable."""
    try:
        return run(path, cookie)
    except Unusable as error:
        print(f"# {path}: {error}", flush=True)
        return run(path, cookie)


def run(path: str, cookie: str) -> Report:
    """Run Lighthouse once."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "report.json"
        command = [
            str(program()), f"{address()}{path}", "--quiet", "--output=json",
            f"--output-path={output}", "--chrome-flags=--headless=new --no-sandbox"
            " --disable-dev-shm-usage --disable-gpu",
        ]  # fmt: skip
        if cookie:
            command += [
                "--extra-headers",
                json.dumps({"Cookie": cookie}),
                "--skip-audits=is-crawlable",
            ]
        environment = os.environ | {"CHROME_PATH": chromium()}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
        if not output.exists():
            raise RuntimeError(f"Lighthouse wrote no report: {done.stderr[-500:]}")
        return read(json.loads(output.read_text(encoding="utf-8")))


def read(data: dict[str, Any]) -> Report:
    """Return what counts of a report."""
    if data.get("runtimeError"):
        raise Unusable(data["runtimeError"]["message"])
    audits = data["audits"]
    wanted = {ref["id"] for name in CATEGORIES for ref in data["categories"][name]["auditRefs"]
              if ref["weight"]}  # fmt: skip
    faults = [
        f"{key}: {audit['title']} {audit.get('displayValue', '')}".strip()
        for key, audit in audits.items()
        if key in wanted and audit["score"] is not None and audit["score"] < 0.9
    ]
    return Report(
        {name: round(100 * data["categories"][name]["score"]) for name in CATEGORIES},
        audits["largest-contentful-paint"]["numericValue"],
        audits["cumulative-layout-shift"]["numericValue"],
        audits["total-blocking-time"]["numericValue"],
        audits["server-response-time"]["numericValue"],
        faults,
    )


def program() -> Path:
    """Return Lighthouse, installed on first need."""
    default = Path.home() / ".cache" / "genart" / "lighthouse"
    folder = Path(os.environ.get("GENART_LIGHTHOUSE_DIR") or default)
    found = folder / "node_modules" / ".bin" / "lighthouse"
    if not found.exists():
        npm = shutil.which("npm")
        if npm is None:
            sys.exit("Node.js is missing: apt-get install nodejs npm")
        folder.mkdir(parents=True, exist_ok=True)
        package = f"lighthouse@{VERSION}"
        command = [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder)]
        subprocess.run([*command, package], check=True)
    return found


def chromium() -> str:
    """Return the system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        sys.exit("Chromium is missing: apt-get install chromium")
    return found
