"""A hundred thousand inputs that nobody sane would send: no 5xx, no hang, nothing half-written.

Specs, addresses, headers, cookies, forms, uploads, JSON bodies and socket messages, all in this
process, from fixed seeds; what each visitor can reach is found by following the site. What the
invariants of `genart.integrity` say afterwards must be what they said before, of all that had its
quarter of an hour: no worker runs, so younger rows are still on their way.

`BENCH_FUZZ_SHARE` (such as 0.01) fires that part of the shots, `BENCH_FUZZ_KINDS` (such as
`forms,bodies`) only some kinds, `BENCH_FUZZ_PAGES` follows the site over fewer pages, and
`BENCH_FUZZ_SEED` takes other inputs.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from logging import CRITICAL, disable

from django.conf import settings
from django.core.management import call_command
from django.test import signals  # noqa: F401  (lets a changed setting take effect)
from django.test.utils import override_settings

from genart import integrity
from genart.integrity.rules import PATIENCE
from tests.bench import Figure
from tests.fuzz.guns import fire_all, survey
from tests.fuzz.range import Tally
from tests.fuzz.shop import Shop, open_shop

SHARE = float(os.environ.get("BENCH_FUZZ_SHARE", "1"))
SEED = int(os.environ.get("BENCH_FUZZ_SEED", "20260101"))
SHOTS = {
    "specs": 42_000,
    "pages": 24_000,
    "forms": 12_000,
    "uploads": 4_000,
    "bodies": 8_000,
    "messages": 10_000,
}
KINDS = os.environ.get("BENCH_FUZZ_KINDS", ",".join(SHOTS)).split(",")
PAGES = int(os.environ.get("BENCH_FUZZ_PAGES", "160"))
"""Pages that each visitor follows the site over."""
QUICK = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    "API_LIMITS": dict.fromkeys(settings.API_LIMITS, 10**9),
    "VIES_URL": "",
    "SPEC_RENDER_LIMIT": 12,
}
"""Settings of a run: nobody outside is asked, a job is small, and no limit saves a page."""


def figures() -> Iterator[Figure]:
    """Yield the figures of this part, and print what was hit."""
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name hashed files
    counts = {kind: round(SHARE * shots) for kind, shots in SHOTS.items() if kind in KINDS}
    tally = Tally()
    try:
        broken = shoot(tally, open_shop(), counts)
    finally:
        for line in report(tally):
            print(f"# {line}", flush=True)
    for line in sorted(broken)[:20]:
        print(f"# broken: {line}", flush=True)
    yield Figure("fuzz_inputs", tally.shots.total(), "inputs", f">={sum(counts.values())}")
    for fault in ("5xx", "error", "hang", "slow", "half-written"):
        name = f"fuzz_{fault.replace('-', '_')}"
        yield Figure(name, tally.faults[fault], "inputs", "<=0")
    yield Figure("fuzz_invariants_broken", len(broken), "rows", "<=0")
    yield Figure("fuzz_slowest_input", tally.worst_seconds, "s")


def shoot(
    tally: Tally, shop: Shop, counts: dict[str, int], seed: int = SEED, pages: int = PAGES
) -> set[str]:
    """Fire `counts` of each kind; return what invariants are newly broken."""
    with override_settings(**QUICK), silence():
        site = survey(shop, pages)
        # The shop's own rows are made the short way: whatever they will be found old enough for.
        before = violations(timedelta())
        fire_all(tally, site, seed, counts)
        return violations(PATIENCE) - before


def violations(patience: timedelta) -> set[str]:
    """Return what the invariants say is wrong with what is older than this."""
    return {str(found) for found in integrity.violations(patience=patience)}


@contextmanager
def silence() -> Iterator[None]:
    """Let nothing be logged: each shot would be a line."""
    disable(CRITICAL)
    try:
        yield
    finally:
        disable(0)


def report(tally: Tally) -> Iterator[str]:
    """Yield what happened, a line for each kind and each distinct hit."""
    for kind, shots in tally.shots.items():
        outcomes = {name: n for (of, name), n in tally.answers.items() if of == kind}
        listed = ", ".join(f"{name} × {n}" for name, n in sorted(outcomes.items()))
        yield f"{kind}: {shots} ({listed})"
    yield f"slowest: {tally.worst}"
    for sort, told in tally.hits.items():
        yield f"{sort}\n#   {told}"
