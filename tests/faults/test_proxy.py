"""The proxy lets pass, holds back, swallows and cuts, and takes the place of a server made anew."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.proxy import Proxy


def serve(path: Path) -> socket.socket:
    """Echo on a socket made anew, as a server that starts does."""
    path.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()

    def answer() -> None:
        while True:
            try:
                client, _address = server.accept()
            except OSError:
                return
            threading.Thread(target=echo, args=[client], daemon=True).start()

    def echo(client: socket.socket) -> None:
        while data := client.recv(100):
            client.sendall(data.upper())

    threading.Thread(target=answer, daemon=True).start()
    return server


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "server.sock"


@pytest.fixture
def proxy(path: Path) -> Iterator[Proxy]:
    server = serve(path)
    proxy = Proxy(path)
    proxy.start()
    wait_for(lambda: proxy.real.exists())
    yield proxy
    proxy.stop()
    server.close()


def wait_for(reached) -> None:
    deadline = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def connect(path: Path) -> socket.socket:
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(5)
    client.connect(str(path))
    return client


def ask(client: socket.socket, text: bytes = b"hello") -> bytes:
    client.sendall(text)
    return client.recv(100)


def test_data_passes_both_ways(path: Path, proxy: Proxy) -> None:
    assert ask(connect(path)) == b"HELLO"
    assert proxy.passed == 1


def test_data_is_held_back(path: Path, proxy: Proxy) -> None:
    client = connect(path)
    proxy.delay_seconds = 0.1

    began = time.monotonic()
    assert ask(client) == b"HELLO"
    assert time.monotonic() - began >= 0.2  # once there, once back


def test_nothing_passes_while_it_is_deaf_and_all_of_it_afterwards(path: Path, proxy: Proxy) -> None:
    client = connect(path)
    client.settimeout(0.2)
    proxy.deaf = True
    with pytest.raises(TimeoutError):
        ask(client)

    proxy.heal()
    client.settimeout(5)
    assert client.recv(100) == b"HELLO"


def test_connections_are_cut_and_new_ones_refused(path: Path, proxy: Proxy) -> None:
    client = connect(path)
    ask(client)
    proxy.closed = True

    assert proxy.drop() == 1
    assert client.recv(100) == b""
    assert connect(path).recv(100) == b""
    proxy.heal()
    assert ask(connect(path)) == b"HELLO"


def test_it_takes_the_place_of_a_server_that_was_started_again(path: Path, proxy: Proxy) -> None:
    before = proxy.real.stat().st_ino
    server = serve(path)
    wait_for(lambda: proxy.real.stat().st_ino != before)

    assert ask(connect(path)) == b"HELLO"
    assert proxy.passed == 1
    server.close()
