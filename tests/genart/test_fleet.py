"""Workers that come and go, with sleeping processes in their place."""

import socket
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from genart.embedded.process import launch
from genart.factory import parts
from genart.factory.fleet import Fleet
from genart.factory.supervisor import Child
from generation.autoscale import Limits, Load

BUSY = Load(waiting=9)
EMPTY = Load()


class Clock:
    """Seconds that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_fleet(tmp_path: Path, clock: Clock):
    fleets: list[Fleet] = []

    def make(command: list[str] | None = None, **limits: float) -> Fleet:
        def child(slot: int) -> Child:
            log = tmp_path / f"{slot}.log"
            start = partial(launch, command or ["sleep", "60"], log=log)
            return Child(f"elastic-{slot}", start, log, stop_seconds=5)

        said: list[str] = []
        fleet = Fleet(Limits(**limits), child, said.append, clock)  # type: ignore[arg-type]
        fleets.append(fleet)
        return fleet

    yield make
    for fleet in fleets:
        fleet.stop()


def tick_until(fleet: Fleet, load: Load, reached: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        fleet.tick(load)
        time.sleep(0.02)


def test_it_wakes_grows_and_sleeps_again(make_fleet, clock):
    fleet = make_fleet(most=2, idle_seconds=30)

    assert fleet.tick(EMPTY) == 0
    assert fleet.tick(Load(waiting=1)) == 1
    assert fleet.tick(BUSY) == 2
    processes = [child.process for child in fleet.slots.values()]
    clock.now = 20
    assert fleet.tick(EMPTY) == 2
    clock.now = 31
    assert fleet.tick(EMPTY) == 0
    assert [process.wait(5) for process in processes] == [-15, -15]
    tick_until(fleet, EMPTY, lambda: not fleet.leaving)


def test_a_busy_worker_is_not_stopped(make_fleet, clock):
    fleet = make_fleet(most=2, idle_seconds=30)
    fleet.tick(BUSY)
    clock.now = 31
    host = socket.gethostname()

    left = fleet.tick(Load(busy=frozenset({f"{host}:1/elastic-1", "elsewhere:1/elastic-0"})))

    assert left == 1
    assert list(fleet.slots) == [1]
    assert fleet.slots[1].alive


def test_a_slot_is_used_again_once_its_worker_has_ended(make_fleet, clock):
    stubborn = ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"]
    fleet = make_fleet(stubborn, most=1, idle_seconds=0)
    fleet.tick(BUSY)
    time.sleep(0.3)  # until it ignores the signal
    fleet.tick(EMPTY)

    assert fleet.tick(BUSY) == 0
    clock.now = 6
    tick_until(fleet, BUSY, lambda: len(fleet.slots) == 1)


def test_a_worker_that_dies_is_started_again(make_fleet):
    fleet = make_fleet(most=1)
    fleet.tick(BUSY)
    child = fleet.slots[0]
    child.pause_seconds = 0.01
    child.process.kill()
    child.process.wait()

    tick_until(fleet, BUSY, lambda: child.restarts == 1 and child.alive)


def test_one_process_renders_on_each_device(settings, monkeypatch):
    settings.ENGINE_DEVICES = []
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,6")
    parts.gpus.cache_clear()

    children = {child.name: child.start.keywords["env"] for child in parts.workers()}
    parts.gpus.cache_clear()

    assert list(children) == [
        "worker-render",
        "worker-render-1",
        "worker-remote",
        "worker-tasks",
    ]
    devices = [env.get("ENGINE_DEVICE") for env in children.values()][:2]
    assert devices == ["cuda:0", "cuda:1"]
    assert children["worker-render-1"]["WORKER_LABEL"] == "worker-render-1"
    assert children["worker-remote"]["dramatiq_queue_prefetch"] == str(parts.REMOTE_THREADS)


@pytest.mark.parametrize(
    ("named", "visible", "devices"),
    [
        ([], "", [""]),
        ([], "-1", [""]),
        (["cuda"], "", ["cuda"]),
        (["cuda"], "0,1", ["cuda:0", "cuda:1"]),
        (["cpu"], "0,1", ["cpu"]),
        (["cuda:1", "cuda:3"], "0,1,2,3", ["cuda:1", "cuda:3"]),
    ],
)
def test_devices_are_those_named_else_every_gpu(settings, monkeypatch, named, visible, devices):
    settings.ENGINE_DEVICES = named
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    parts.gpus.cache_clear()

    assert parts.devices() == devices
    parts.gpus.cache_clear()


def test_each_queue_has_its_worker():
    words = [child.start.args[0] for child in parts.workers()]
    queues = [set(command[command.index("--queues") + 1 :]) for command in words]

    assert set().union(*queues) == {"render", "remote", "score", "publish", "seal", "default"}
    assert {"render"} in queues
    assert {"remote"} in queues
