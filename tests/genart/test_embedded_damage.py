"""A broker whose log of commands was torn starts with nothing; a sound log is read to its end."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from dramatiq.brokers.redis import RedisBroker

from genart.embedded import address
from genart.embedded.valkey import LOG_FOLDER, Valkey
from genart.lib.backlog import waiting


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    """A server that holds a value and was killed."""
    made = Valkey(tmp_path / "valkey", address.find(tmp_path), tmp_path / "log")
    with running(made) as client:
        client.config_set("appendfsync", "always")
        for number in range(200):
            client.rpush("kept", number)
    yield made


class running:
    """The server for a block, killed at its end as by a loss of power."""

    def __init__(self, server: Valkey) -> None:
        self.server = server

    def __enter__(self) -> redis.Redis:
        self.process = self.server.start()
        self.server.wait_ready(self.process)
        return redis.Redis.from_url(self.server.address.redis_url)

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.wait()


def the_log(server: Valkey, ending: str) -> Path:
    [path] = (server.folder / LOG_FOLDER).glob(f"*{ending}")
    return path


def tear_a_hole(server: Valkey) -> None:
    with the_log(server, "incr.aof").open("r+b") as file:
        file.seek(500)
        file.write(b"\0" * 40)


def misspell_a_command(server: Valkey) -> None:
    log = the_log(server, "incr.aof")
    said = log.read_bytes()
    assert b"$5\r\nRPUSH" in said.upper()
    at = said.upper().index(b"$5\r\nRPUSH", 500)
    log.write_bytes(said[:at] + b"$3\r\nRPU\r\n" + said[at + len(b"$5\r\nRPUSH\r\n") :])


def damage_the_base(server: Valkey) -> None:
    with the_log(server, "base.rdb").open("r+b") as file:
        file.write(b"\0" * 40)


def damage_the_manifest(server: Valkey) -> None:
    the_log(server, ".manifest").write_text("nothing of sense")


@pytest.mark.parametrize(
    "damage", [tear_a_hole, misspell_a_command, damage_the_base, damage_the_manifest]
)
def test_a_log_that_cannot_be_read_is_put_aside(
    server: Valkey, damage: Callable[[Valkey], None]
) -> None:
    damage(server)

    with running(server) as client:
        assert client.llen("kept") == 0
        client.rpush("kept", "new")
    with running(server) as client:
        assert client.llen("kept") == 1
    assert (server.folder / f"{LOG_FOLDER}.damaged").is_dir()


@pytest.mark.parametrize("at", range(200, 400, 17))
def test_wherever_its_log_is_torn_it_starts(server: Valkey, at: int) -> None:
    log = the_log(server, "incr.aof")
    said = bytearray(log.read_bytes())
    said[at : at + 40] = bytes(40)
    log.write_bytes(said)

    with running(server) as client:
        assert client.ping()


def test_a_log_cut_off_at_its_end_is_read_up_to_there(server: Valkey) -> None:
    log = the_log(server, "incr.aof")
    os.truncate(log, log.stat().st_size - 5)

    with running(server) as client:
        assert client.llen("kept") == 199
    assert not (server.folder / f"{LOG_FOLDER}.damaged").exists()


def test_messages_that_wait_are_counted(server: Valkey) -> None:
    with running(server):
        broker = RedisBroker(url=server.address.redis_url)
        broker.declare_queue("default")
        assert waiting("default", broker) == 0
        for number in range(3):
            broker.do_enqueue("default", str(number), b"x")
        assert waiting("default", broker) == 3
    assert waiting("default", broker) == 0  # it is away: nobody is kept from sending
