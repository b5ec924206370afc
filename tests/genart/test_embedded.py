"""The embedded servers on real folders: first start, crash, leftovers, long paths."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from genart.embedded import address
from genart.embedded.postgres import THROW_AWAY, Postgres
from genart.embedded.process import ServerFailed, Unprivileged, is_running, launch
from genart.embedded.valkey import Valkey


def postgres(folder: Path) -> Postgres:
    where = address.find(folder)
    # fsync stays on: these tests are about crashes
    return Postgres(folder / "postgres", where, folder / "log", {"shared_buffers": "32MB"})


@contextmanager
def running(server):
    process = server.start()
    try:
        server.wait_ready(process)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(server.stop_signal)
            process.wait(20)


def test_postgres_keeps_committed_rows_over_a_kill(tmp_path):
    server = postgres(tmp_path)
    with running(server) as process:
        with psycopg.connect(**server.address.connection()) as connection:
            connection.execute("CREATE EXTENSION vector")
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 2000) AS n")
        process.kill()
        process.wait()
    with (
        running(server) as process,
        psycopg.connect(**server.address.connection()) as connection,
    ):
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (2000,)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SELECT current_user").fetchone() == ("genart",)
    assert process.returncode == 0


def test_postgres_starts_over_the_lock_of_a_dead_one_whose_number_is_another_s(tmp_path):
    server = postgres(tmp_path)
    with running(server):
        pass
    lock = server.address.socket_dir / f".s.PGSQL.{server.address.postgres_port}.lock"
    left = f"{os.getppid()}\n{server.folder}\n"
    lock.write_text(left)
    lock.chmod(0o666)
    with running(server):
        assert lock.read_text() != left
    assert not lock.exists()


def test_postgres_stops_a_server_that_its_factory_left_behind(tmp_path):
    server = postgres(tmp_path)
    with running(server) as left_behind, running(server) as process:
        assert left_behind.wait(5) == 0
        assert is_running(process.pid, inside=server.folder)


def test_postgres_starts_over_a_pid_file_whose_number_now_belongs_to_another(tmp_path):
    server = postgres(tmp_path)
    with running(server):
        pass
    (server.folder / "postmaster.pid").write_text(f"{os.getppid()}\n")
    with running(server) as process:
        assert process.poll() is None


def test_the_end_of_the_log_explains_a_failed_start(tmp_path):
    server = postgres(tmp_path)
    server.settings = THROW_AWAY | {"shared_buffers": "nonsense"}
    with pytest.raises(ServerFailed, match="shared_buffers"), running(server):
        pass


def test_valkey_keeps_messages_over_a_restart(tmp_path):
    where = address.find(tmp_path)
    server = Valkey(tmp_path / "valkey", where, tmp_path / "log")
    with running(server):
        redis.Redis.from_url(where.redis_url).set("kept", "1")
    with running(server) as process:
        assert redis.Redis.from_url(where.redis_url).get("kept") == b"1"
    assert process.returncode == 0


def test_a_long_path_makes_both_servers_listen_on_loopback_with_a_password(tmp_path):
    folder = tmp_path / ("long" * 25)
    where = address.find(folder)
    assert where.socket_dir is None
    assert address.find(folder) == where
    assert (folder / "address.json").stat().st_mode & 0o777 == 0o600
    server = postgres(folder)
    valkey = Valkey(folder / "valkey", where, folder / "valkey.log")
    with running(server), running(valkey):
        with psycopg.connect(**where.connection()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(**where.connection() | {"password": "guess"})
        assert redis.Redis.from_url(where.redis_url).ping()
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(f"redis://127.0.0.1:{where.valkey_port}").ping()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another user")
def test_root_starts_postgres_below_a_folder_that_others_may_not_enter(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = postgres(closed / "data")
    assert server.user is not None
    with running(server) as process:
        assert not server.user.may_reach(server.folder)
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert f"Uid:\t{server.user.uid}" in status
    assert closed.stat().st_mode & 0o777 == 0o700
    assert closed.stat().st_uid == 0


def test_an_ordinary_user_needs_no_other(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert Unprivileged.choose() is None


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")
def test_a_child_ends_with_its_parent(tmp_path):
    script = (
        "import pathlib, signal, sys, time\n"
        "from genart.embedded.process import launch\n"
        "child = launch(['sleep', '60'], log=pathlib.Path(sys.argv[1]))\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 5
    while _alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_a_full_log_is_put_aside(tmp_path, monkeypatch):
    monkeypatch.setattr("genart.embedded.process.LOG_LIMIT_BYTES", 10)
    log = tmp_path / "a.log"
    log.write_text("old lines, more than ten")
    launch(["echo", "new"], log=log).wait()
    assert log.read_text() == "new\n"
    assert (tmp_path / "a.log.1").read_text().startswith("old")
