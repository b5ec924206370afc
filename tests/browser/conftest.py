"""A real Chromium against the real ASGI application on the test database.

`page` opens paths (`page.goto("/browse/")`) and fails its test on a script error or a broken
content security policy. Without Chromium these tests fail with a sentence, or are skipped where
`NO_BROWSER=1` says so.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's own loop runs in this thread
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and skip them where that is asked for."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if os.environ.get("NO_BROWSER") == "1":
                item.add_marker(pytest.mark.skip(reason="NO_BROWSER=1"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium."""
    if CHROMIUM is None:
        pytest.fail("Chromium is missing: apt-get install chromium, or set NO_BROWSER=1.")
    return browser_type_launch_args | {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    }


@pytest.fixture(scope="session")
def channel_layer_server() -> Iterator[None]:
    """Run Valkey as the channel layer: unlike the one in memory, it crosses threads."""
    from channels.layers import channel_layers

    from genart.embedded.valkey import Valkey

    server = Valkey(
        settings.EMBEDDED_VALKEY_DIR,
        settings.EMBEDDED_ADDRESS,
        settings.DATA_DIR / "log" / "valkey.log",
    )
    process = server.start()
    server.wait_ready(process)
    before = settings.CHANNEL_LAYERS
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [settings.EMBEDDED_ADDRESS.redis_url]},
        }
    }
    channel_layers.backends.clear()
    yield
    settings.CHANNEL_LAYERS = before
    channel_layers.backends.clear()
    process.send_signal(server.stop_signal)
    process.wait(10)


@pytest.fixture(scope="session")
def base_url(django_db_setup: None, channel_layer_server: None) -> Iterator[str]:
    """Address of the application, served by uvicorn in a thread of this process."""
    from genart.asgi import application

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(application, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page whose scripts and policy must stay without errors."""
    problems: list[str] = []
    page.on("pageerror", lambda error: _note(problems, "error", str(error)))
    page.on("console", lambda line: _note(problems, line.type, line.text))
    page.set_default_timeout(10_000)
    yield page
    page.close()
    wait_idle()
    assert problems == []


def wait_idle(seconds: float = 10) -> None:
    """Wait until no request is in work, or the database would be emptied under it."""
    from genart.observability.counters import REQUESTS_RUNNING

    deadline = time.monotonic() + seconds
    while REQUESTS_RUNNING.collect()[0].samples[0].value and time.monotonic() < deadline:
        time.sleep(0.02)


def _note(problems: list[str], kind: str, text: str) -> None:
    """Keep an error line, but no report of a request that failed or of a fade cut short."""
    failed = ("Failed to load resource", "Response Status Error Code", "htmx:sendError")
    if kind == "error" and not text.startswith((*failed, "htmx:afterRequest", "Transition was ")):
        problems.append(text)


@pytest.fixture
def sign_in(context: BrowserContext, base_url: str) -> Callable[[Any], None]:
    """Log a user in, in the browser, without the login form."""

    def enter(user: Any) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base_url}])

    return enter
