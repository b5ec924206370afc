"""Children are kept alive and ended in order; one factory per data folder."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from signal import SIGTERM

import pytest

from genart.embedded.process import launch
from genart.factory.lock import FactoryLock
from genart.factory.supervisor import Child, Supervisor
from genart.lib.errors import StateConflict


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said):
    supervisor = Supervisor(said.append)
    yield supervisor
    supervisor.stop()


def child(tmp_path, name: str, command: list[str], **fields) -> Child:
    log = tmp_path / f"{name}.log"
    return Child(name, partial(launch, command, log=log), log, **fields)


def tick_until(supervisor: Supervisor, reached, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        supervisor.tick()
        time.sleep(0.02)


def test_a_killed_child_is_started_again(tmp_path, supervisor, said):
    sleeper = supervisor.start(child(tmp_path, "sleeper", ["sleep", "60"], pause_seconds=0.01))
    first = sleeper.process
    first.kill()
    first.wait()
    tick_until(supervisor, lambda: sleeper.restarts == 1 and sleeper.alive)
    assert sleeper.process.pid != first.pid
    assert "sleeper was ended by SIGKILL" in said[0]


def test_a_child_that_keeps_failing_waits_longer_each_time(tmp_path, supervisor):
    failing = supervisor.start(child(tmp_path, "failing", ["false"], pause_seconds=0.01))
    tick_until(supervisor, lambda: failing.restarts == 3)
    assert failing.pause_seconds >= 0.08


def test_children_end_before_those_that_they_need(tmp_path, supervisor):
    order = tmp_path / "order"
    script = (
        "import pathlib, signal, sys\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n"
        "print('ready', flush=True)\n"
        "signal.sigwait([signal.SIGTERM])\n"
        "pathlib.Path(sys.argv[1]).open('a').write(sys.argv[2])\n"
    )
    for needs, name in enumerate("abc"):
        command = [sys.executable, "-c", script, str(order), name]
        started = supervisor.start(child(tmp_path, name, command, needs=needs))
        tick_until(supervisor, lambda log=started.log: log.read_text() == "ready\n")
    supervisor.stop()
    assert order.read_text() == "cba"


def test_a_child_that_does_not_obey_is_killed(tmp_path, supervisor, said):
    stubborn = child(tmp_path, "stubborn", ["sh", "-c", "trap '' TERM; echo up; sleep 60 & wait"],
                     stop_seconds=0.2)  # fmt: skip
    supervisor.start(stubborn)
    tick_until(supervisor, lambda: stubborn.log.read_text() == "up\n")
    process = stubborn.process
    supervisor.stop()
    assert process.returncode == -signal.SIGKILL
    assert "was killed" in said[0]


def test_a_second_factory_on_one_data_folder_is_refused(tmp_path):
    first, second = FactoryLock(tmp_path), FactoryLock(tmp_path)
    first.take()
    with pytest.raises(StateConflict, match=f"process {os.getpid()}"):
        second.take()
    first.free()
    second.take()
    second.free()


def test_stop_ends_the_factory_that_runs_elsewhere(tmp_path):
    script = (
        "import pathlib, sys, time\n"
        "from genart.factory.lock import FactoryLock\n"
        "lock = FactoryLock(pathlib.Path(sys.argv[1]))\n"
        "lock.take()\n"
        "print('taken', flush=True)\n"
        "time.sleep(60)\n"
    )
    lock = FactoryLock(tmp_path)
    assert lock.stop_holder() is False
    elsewhere = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert elsewhere.stdout.readline() == "taken\n"
    assert lock.stop_holder(10) is True
    assert elsewhere.wait(5) == -SIGTERM
