"""The whole factory as people run it: start, crash of a part, refusal of a second, stop."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(tmp_path, port) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GENART_")}
    return clean | {
        "DJANGO_SETTINGS_MODULE": "genart.settings",
        "GENART_DATA_DIR": str(tmp_path / "data"),
        "PORT": str(port),
    }


def command(name: str, environment: dict[str, str], **options) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", name],
        env=environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.fixture
def factory(environment):
    process = command("run_factory", environment)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C or" in line:
            break
    process.said = "".join(lines)
    yield process
    process.kill()
    process.communicate()


def family(data: Path) -> dict[int, str]:
    """Return the live processes that work for the factory of `data`: pid and command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (folder / "environ").read_bytes().decode(errors="replace")
            inside = (folder / "cwd").readlink().is_relative_to(data)  # PostgreSQL's processes
        except OSError:
            continue
        if words and (inside or f"GENART_DATA_DIR={data}\0" in environment):
            found[int(folder.name)] = words
    return found


def ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/statusz", timeout=12) as answer:
            return json.load(answer)["ready"]
    except (urllib.error.HTTPError, OSError):
        return False


def wait_for(condition, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_the_factory_heals_itself_and_leaves_nothing_behind(factory, environment, port):
    data = Path(environment["GENART_DATA_DIR"])
    assert f"is open at http://localhost:{port}/" in factory.said
    accounts = json.loads((data / "accounts.json").read_text())
    assert all(account["password"] in factory.said for account in accounts)
    wait_for(lambda: ready(port))

    second = command("run_factory", environment)
    _out, refusal = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"already runs on {data} (process {factory.pid})" in refusal
    assert "Traceback" not in refusal

    for part in ("bin/postgres", "valkey-server", "uvicorn", "--queues render"):
        victim = min(pid for pid, words in family(data).items() if part in words)
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda gone=victim: gone not in family(data))
        wait_for(lambda what=part: any(what in words for words in family(data).values()))
        wait_for(lambda: ready(port))

    stop = command("stop_factory", environment)
    assert stop.communicate(timeout=90)[0] == "The factory has stopped.\n"
    assert factory.wait(5) == 0
    assert family(data) == {}
    again = command("stop_factory", environment)
    assert again.communicate(timeout=60)[0] == "No factory is running.\n"


def test_a_killed_factory_takes_its_processes_with_it_and_starts_again(factory, environment, port):
    data = Path(environment["GENART_DATA_DIR"])
    factory.kill()
    factory.wait()
    wait_for(lambda: family(data) == {}, 30)
    second = command("run_factory", environment)
    assert any("is open at" in line for line in iter(second.stdout.readline, ""))
    second.send_signal(signal.SIGINT)
    second.communicate(timeout=60)
    assert second.returncode == 0
    assert family(data) == {}
