import shutil
import tempfile
from pathlib import Path

import pytest
import redis
from django.test import Client

from catalog.demand import shipping, visitors
from genart.embedded import address
from genart.embedded.valkey import Valkey

PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def afresh():
    """Forget what a process remembers: the salt, and the rest after a failure."""
    visitors._today.clear()
    shipping._rests_until = 0.0
    yield
    shipping._rests_until = 0.0


@pytest.fixture
def visitor():
    return Client(headers={"user-agent": PERSON})


def visitor_number(number: int) -> Client:
    """Return the browser of one of many people."""
    return Client(
        headers={"user-agent": PERSON}, REMOTE_ADDR=f"10.1.{number // 250}.{number % 250}"
    )


@pytest.fixture(scope="session")
def valkey_url():
    """A real Valkey server for the run."""
    folder = Path(tempfile.mkdtemp(prefix="genart-vk-"))
    server = Valkey(folder / "valkey", address.find(folder), folder / "log")
    process = server.start()
    server.wait_ready(process)
    yield server.address.redis_url
    process.send_signal(server.stop_signal)
    process.wait(20)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def stream(valkey_url, settings):
    """The stream of events on a real server, empty."""
    settings.REDIS_URL = valkey_url
    client = redis.Redis.from_url(valkey_url)
    client.flushall()
    yield client
    client.flushall()
