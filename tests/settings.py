"""Settings of the tests: those of the application, on a throw-away data folder of their own.

The folder is made at the first import; processes that a test starts with these settings share it.
Where pytest-xdist runs the tests in several processes, each of them has a folder of its own within.
`tests/conftest.py` starts PostgreSQL in it and removes it.
"""

import atexit
import os
import shutil
import tempfile
from copy import deepcopy
from pathlib import Path

RUN_DIR = Path(os.environ.get("GENART_TEST_RUN_DIR") or tempfile.mkdtemp(prefix="genart-test-"))
if "GENART_TEST_RUN_DIR" not in os.environ:
    atexit.register(shutil.rmtree, RUN_DIR, ignore_errors=True)
if "PYTEST_XDIST_WORKER" in os.environ and RUN_DIR.name != os.environ["PYTEST_XDIST_WORKER"]:
    RUN_DIR /= os.environ["PYTEST_XDIST_WORKER"]
    RUN_DIR.mkdir(exist_ok=True)
    # Before torch is imported: two processes with as many threads as cores wait for each other.
    threads = (os.cpu_count() or 1) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    os.environ.setdefault("OMP_NUM_THREADS", str(max(threads, 1)))
RUN_DIR.chmod(0o711)
(RUN_DIR / "static").mkdir(exist_ok=True)
os.environ["GENART_TEST_RUN_DIR"] = str(RUN_DIR)
os.environ["GENART_DATA_DIR"] = str(RUN_DIR)
os.environ["GENART_MODE"] = "development"

from genart import settings as application  # noqa: E402
from genart.settings import *  # noqa: E402, F403

DEBUG = False
HTTPS = SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Copies: a measurement that borrows from the tests keeps the application's own settings.
DATABASES = deepcopy(application.DATABASES)
STORAGES = deepcopy(application.STORAGES)
DATABASES["default"] |= application.DATABASE_OWNER or {}  # tests make and empty their database
DATABASE_OWNER = None
DATABASES["default"]["OPTIONS"].pop("pool", None)  # each thread its own, closed by its owner
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True  # static files without collectstatic
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
API_LIMITS = {"anonymous": 100_000, "token": 100_000, "address": 100_000}
TASK_BROKER = "stub"
TASK_RETRIES = 0  # a failure shows at once
REVIEW_GRACE_SECONDS = 0  # approvals go on sale at once, but in the tests of the grace
SECOND_OPINION_SHARE = BLIND_SHARE = GOLD_SHARE = 0.0  # nobody is asked twice by chance
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEMAND_SHIP_SECONDS = 0  # events are in the table when a page was answered
PAGE_SECONDS = 0  # a page shows what a test has just changed
VIES_URL = ""  # nobody outside is asked
FLAGS_FRESH_SECONDS = 1e9  # read after a change, never by the clock
