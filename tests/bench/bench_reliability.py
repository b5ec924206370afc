"""Reliability: whether it stays up and lets no one in. Parts that need a database run apart.

`make bench ONLY=reliability` runs this and every part (`APART` in `__main__.py`),
`ONLY=reliability.load` one of them. The parts are files of `tests/bench/reliability/`, each with
`figures()`: `api` and `fuzz` look for answers that are wrong, `pages` and `load` for slow ones,
`faults` and `power` for what an accident leaves behind.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Figure
from tests.test_permissions import LEVELS, routes

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "GENART_MODE": "production",
    "SECRET_KEY": "a secret of this measurement alone, and long enough for the check to take it",
    "SITE_URL": "https://shop.example.com",
    "ALLOWED_HOSTS": "shop.example.com",
    "PAYMENT_GATEWAY": "stripe",
    "STRIPE_SECRET_KEY": "sk_test_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
}


def figures() -> Iterator[Figure]:
    """Yield what can be told without a running factory."""
    names = {name for name, _path in routes()}
    yield Figure("routes", len(names), "routes")
    yield Figure("routes_without_permission_entry", len(names - LEVELS.keys()), "routes", "<=0")
    yield Figure("deploy_check_status", deploy_check(), "status", "<=0")


def deploy_check() -> int:
    """Return the exit status of `manage.py check --deploy` under the settings of production."""
    words = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(words, cwd=ROOT, env=os.environ | PRODUCTION).returncode
