"""What every test can ask for: a database, people, a broker with a worker, and no network.

PostgreSQL is the embedded one, on a throw-away folder, started before Django sets up its test
database, so that plain `pytest tests/…` works anywhere; `DATABASE_URL` replaces it. `pytest -n 2`
runs the tests in two processes, each with a server of its own.
"""

import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from dramatiq import Worker
from dramatiq.brokers.stub import StubBroker

from tests.settings import RUN_DIR

_servers: list[Callable[[], Any]] = []


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL, but not where others run the tests, and close the network."""
    distributes = config.getoption("dist", "no") != "no"
    if not (settings.DATABASE_URL or config.option.collectonly or distributes):
        _servers.append(start_postgres())
    forbid_network()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop PostgreSQL and remove the run's folder."""
    while _servers:
        _servers.pop()()
    shutil.rmtree(RUN_DIR, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser tests last: playwright leaves an event loop running in this thread."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(autouse=True)
def no_heart_beats_on() -> Iterator[None]:
    """End the heartbeat of a worker that ran inside a test, before the database goes."""
    yield
    beating = sys.modules.get("generation.heartbeat")
    if beating is not None:
        beating.silence()


@pytest.fixture(autouse=True)
def flags_at_their_defaults() -> Iterator[None]:
    """Let no test begin with the flags, or in the maintenance, of another."""
    from genart.flags.snapshot import Snapshot, hold

    hold(Snapshot())
    yield
    hold(Snapshot())


@pytest.fixture(autouse=True)
def empty_storage() -> Iterator[None]:
    """Leave no file of one test to the next."""
    yield
    shutil.rmtree(RUN_DIR / "media", ignore_errors=True)


def start_postgres() -> Callable[[], Any]:
    """Start the run's PostgreSQL; return what stops it."""
    from genart.embedded.postgres import THROW_AWAY, Postgres

    server = Postgres(
        settings.EMBEDDED_POSTGRES_DIR,
        settings.EMBEDDED_ADDRESS,
        RUN_DIR / "log" / "postgres.log",
        THROW_AWAY,
    )
    process = server.start()
    server.wait_ready(process)

    def stop() -> None:
        process.send_signal(server.stop_signal)
        process.wait(20)

    return stop


class NetworkUsed(AssertionError):
    """A test tried to reach another machine."""


def forbid_network() -> None:
    """Let sockets reach this machine only."""
    connect, getaddrinfo = socket.socket.connect, socket.getaddrinfo
    near = {"localhost", "127.0.0.1", "::1", "", None}

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in near:
            raise NetworkUsed(f"tests must not reach {address[0]}")
        connect(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in near and host not in ("0.0.0.0", "::"):
            raise NetworkUsed(f"tests must not look up {host}")
        return getaddrinfo(host, *args, **kwargs)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.getaddrinfo = guarded_getaddrinfo


# -- people ----------------------------------------------------------------------------------


def make_user(username: str, *groups: str, **fields: Any) -> Any:
    """Make a user who is in `groups`, with the password `password`."""
    from genart.accounts.services import ensure_roles

    user = get_user_model().objects.create_user(
        username, f"{username}@example.com", "password", **fields
    )
    if groups:
        ensure_roles()
        user.groups.set(Group.objects.filter(name__in=groups))
    return user


def signed_in(user: Any) -> Client:
    """Return a client in which `user` is logged in."""
    from genart.accounts.services.sessions import touch_session

    client = Client()
    client.force_login(user)
    touch_session(key=str(client.session.session_key))  # a page notes that once in five minutes
    return client


@pytest.fixture
def stranger() -> Client:
    """A client of somebody who is not logged in."""
    return Client()


@pytest.fixture
def buyer(db: None) -> Any:
    """A customer."""
    return make_user("buyer")


@pytest.fixture
def other_buyer(db: None) -> Any:
    """A second customer."""
    return make_user("other_buyer")


@pytest.fixture
def curator(db: None) -> Any:
    """Somebody who may commission and review."""
    return make_user("curator", "studio", "curators")


@pytest.fixture
def admin_user(db: None) -> Any:
    """A superuser."""
    return make_user("admin", is_staff=True, is_superuser=True)


@pytest.fixture
def buyer_client(buyer: Any) -> Client:
    """The customer's browser."""
    return signed_in(buyer)


@pytest.fixture
def other_buyer_client(other_buyer: Any) -> Client:
    """The second customer's browser."""
    return signed_in(other_buyer)


@pytest.fixture
def curator_client(curator: Any) -> Client:
    """The curator's browser."""
    return signed_in(curator)


@pytest.fixture
def admin_client(admin_user: Any) -> Client:
    """The superuser's browser."""
    return signed_in(admin_user)


# -- work ------------------------------------------------------------------------------------


@pytest.fixture
def broker() -> Iterator[StubBroker]:
    """The stub broker with every app's actors, empty."""
    from django.utils.module_loading import autodiscover_modules

    from genart.lib.queue import broker as stub

    assert isinstance(stub, StubBroker)
    autodiscover_modules("tasks")
    forget_messages(stub)
    yield stub
    forget_messages(stub)


def forget_messages(stub: StubBroker) -> None:
    """Empty all queues, and forget what a stopped worker took and never acknowledged.

    A delayed message that its worker gives back is counted twice by the stub.
    """
    stub.flush_all()
    for queue in stub.queues.values():
        with queue.all_tasks_done:
            queue.unfinished_tasks = 0
            queue.all_tasks_done.notify_all()


@pytest.fixture
def worker(
    broker: StubBroker, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Worker]:
    """A real worker thread on the stub broker; see `drain`.

    Boot hooks (heartbeat, loading of the engine) are left to the tests that are about them.
    """
    monkeypatch.setattr("genart.lib.queue._boot_hooks", [])
    monkeypatch.setattr("genart.lib.queue._stop_hooks", [])
    process = Worker(broker, worker_timeout=20, worker_threads=1)
    process.start()
    yield process
    process.join()  # a message cut off in its middle would count as unfinished for ever
    process.stop()


@pytest.fixture
def drain(broker: StubBroker, worker: Worker) -> Callable[..., None]:
    """Wait until the worker has done every message, and those that these sent; raise its errors."""

    def wait(seconds: float = 240) -> None:
        deadline = time.monotonic() + seconds
        quiet = 0
        while quiet < 2:  # an actor may send to a queue that was looked at already
            for name in list(broker.get_declared_queues()):
                left_ms = int((deadline - time.monotonic()) * 1000)
                broker.join(name, timeout=max(left_ms, 1))
            worker.join()
            busy = [name for name, queue in broker.queues.items() if queue.unfinished_tasks]
            if busy and time.monotonic() > deadline:
                raise TimeoutError(f"messages are left in {', '.join(busy)}")
            quiet = 0 if busy else quiet + 1

    return wait
