"""What can happen to a factory: each accident begins, lasts a while, and is over.

An accident that ends by itself, such as a kill, lasts no time: what is measured is how soon the
factory has mended it. One from outside, such as a full disk, is lifted by whoever mends the world.
"""

import contextlib
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.probes import PARTS
from tests.faults.running import Factory
from tests.faults.witness import Witness, WitnessFailed

LONGEST_SECONDS = 6.0
SKEW_SECONDS = (20.0, 150.0)
NEARLY_FULL_BYTES = 64 << 10


@dataclass
class Scene:
    """Where accidents happen.

    Attributes:
        factory: which is hit.
        witness: who finds a file to damage.
        chance: decides what the accident itself leaves open.
        found: files that were damaged, and whether a rule named them.
    """

    factory: Factory
    witness: Witness
    chance: random.Random
    found: dict[str, bool]


Lift = Callable[[], None]
Strike = Callable[[Scene], Lift]


@dataclass(frozen=True)
class Accident:
    """One kind of accident.

    Attributes:
        name: what happens to which part.
        strike: lets it happen and returns what ends it.
        lasts: whether it goes on until it is lifted.
        breaks_world: whether it needs a disk, sockets or clocks that can be made to fail.
    """

    name: str
    strike: Strike
    lasts: bool = False
    breaks_world: bool = False


def nothing() -> None:
    """Lift what is over by itself."""


def kill(part: str) -> Strike:
    """Kill one process of a part: its first one or a child of it."""

    def strike(scene: Scene) -> Lift:
        pids = scene.factory.pids_of(part)
        if pids:
            scene.factory.signal([scene.chance.choice(pids)], signal.SIGKILL)
        return nothing

    return strike


def restart(part: str) -> Strike:
    """Tell a part to end in good order, as an operator does."""

    def strike(scene: Scene) -> Lift:
        stop = signal.SIGINT if part == "postgres" else signal.SIGTERM
        scene.factory.signal(scene.factory.pids_of(part)[:1], stop)
        return nothing

    return strike


def pause(part: str) -> Strike:
    """Let a part stand still with all its processes, then go on as if nothing had been."""

    def strike(scene: Scene) -> Lift:
        pids = scene.factory.pids_of(part)
        scene.factory.signal(pids, signal.SIGSTOP)
        return lambda: scene.factory.signal(pids, signal.SIGCONT)

    return strike


def cut(server: str) -> Strike:
    """Cut every connection to a server and refuse new ones."""

    def strike(scene: Scene) -> Lift:
        proxy = scene.factory.proxies[server]
        proxy.closed = True
        proxy.drop()
        return proxy.heal

    return strike


def drop(server: str) -> Strike:
    """Cut every connection to a server once."""

    def strike(scene: Scene) -> Lift:
        scene.factory.proxies[server].drop()
        return nothing

    return strike


def swallow(server: str) -> Strike:
    """Let nothing through to a server, with every connection open; then cut some, or let go on."""

    def strike(scene: Scene) -> Lift:
        proxy = scene.factory.proxies[server]
        proxy.deaf = True

        def lift() -> None:
            if scene.chance.random() < 0.5:
                proxy.drop()
            proxy.heal()

        return lift

    return strike


def slow(server: str) -> Strike:
    """Hold back what passes to and from a server."""

    def strike(scene: Scene) -> Lift:
        proxy = scene.factory.proxies[server]
        proxy.delay_seconds = scene.chance.uniform(0.02, 0.3)
        return proxy.heal

    return strike


def fill_disk(scene: Scene) -> Lift:
    """Leave no room, or next to none."""
    scene.factory.disk.fill(scene.chance.choice((0, NEARLY_FULL_BYTES)))
    return scene.factory.disk.empty


def fill_store(scene: Scene) -> Lift:
    """Leave no room for pictures; the database has its own."""
    scene.factory.store.fill(scene.chance.choice((0, NEARLY_FULL_BYTES)))
    return scene.factory.store.empty


def skew(part: str) -> Strike:
    """Put the clock of a part ahead or back."""

    def strike(scene: Scene) -> Lift:
        clocks = scene.factory.clocks
        assert clocks is not None
        seconds = scene.chance.uniform(*SKEW_SECONDS) * scene.chance.choice((1, -1))
        clocks.put(part, seconds)
        return lambda: clocks.put(part, 0)

    return strike


def damage_picture(scene: Scene) -> Lift:
    """Change a byte of an original; over when the rules have named it and it was put back."""
    try:
        drawn = scene.witness.ask("some_file", number=scene.chance.randrange(10**6))
    except WitnessFailed:
        return nothing
    if drawn is None:
        return nothing
    root, name, _sha256 = drawn
    path = Path(root) / name
    whole = path.read_bytes()
    torn = bytearray(whole)
    torn[scene.chance.randrange(len(torn))] ^= 0xFF
    path.write_bytes(torn)
    scene.found[name] = False

    def lift() -> None:
        for _try in range(20):
            with contextlib.suppress(WitnessFailed):
                named = scene.witness.ask("broken", only=["file.changed"])
                scene.found[name] = any(name in line for line in named)
                break
        path.write_bytes(whole)

    return lift


def damage_broker(scene: Scene) -> Lift:
    """Kill the broker and tear a hole into what it had written down."""
    folder = scene.factory.data / "valkey" / "appendonlydir"
    scene.factory.signal(scene.factory.pids_of("valkey"), signal.SIGKILL)
    for path in folder.glob("*.incr.aof") if folder.exists() else ():
        size = path.stat().st_size
        if size > 100:
            with path.open("r+b") as file:
                file.seek(scene.chance.randrange(size // 2))
                file.write(b"\0" * 40)
    return nothing


def damage_stamp(scene: Scene) -> Lift:
    """Cut off small files of the factory itself in their middle."""
    for name in ("accounts.json", "static.stamp"):
        path = scene.factory.data / name
        if path.exists() and scene.chance.random() < 0.7:
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return nothing


ACCIDENTS: tuple[Accident, ...] = (
    *(Accident(f"kill {part}", kill(part)) for part in PARTS),
    *(Accident(f"restart {part}", restart(part)) for part in PARTS),
    *(Accident(f"pause {part}", pause(part), lasts=True) for part in PARTS),
    *(
        Accident(f"{verb.__name__} {server}", verb(server), verb is not drop, breaks_world=True)
        for verb in (cut, drop, swallow, slow)
        for server in ("postgres", "valkey")
    ),
    *(Accident(f"skew {part}", skew(part), lasts=True, breaks_world=True) for part in PARTS),
    Accident("fill the disk", fill_disk, lasts=True, breaks_world=True),
    Accident("fill the store", fill_store, lasts=True, breaks_world=True),
    Accident("damage a picture", damage_picture, lasts=True),
    Accident("damage the broker's log", damage_broker),
    Accident("damage small files", damage_stamp),
)


def plan(seed: int, count: int, *, breakable: bool = True) -> list[list[tuple[Accident, float]]]:
    """Return volleys of accidents with the seconds that each lasts: same seed, same plan.

    Every kind comes about equally often; a volley has one to three, of different kinds.
    """
    chance = random.Random(seed)
    known = [one for one in ACCIDENTS if breakable or not one.breaks_world]
    drawn: list[Accident] = []
    while len(drawn) < count:
        drawn += chance.sample(known, len(known))
    volleys, left = [], drawn[:count]
    while left:
        size = min(len(left), chance.choice((1, 2, 2, 3)))
        taken, left = left[:size], left[size:]
        volleys.append(
            [(one, chance.uniform(0.3, LONGEST_SECONDS) if one.lasts else 0.0) for one in taken]
        )
    return volleys
