"""Lets accidents happen to a busy factory, volley after volley, and measures how soon it is whole.

The accidents of one volley overlap. Before the next one the factory must be whole again; how long
that takes is counted for each accident from its own end.
"""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.accidents import Accident, Scene, plan
from tests.faults.customers import Customers, Ledger
from tests.faults.probes import Moment, Probes
from tests.faults.reckoning import Reckoning, reckon
from tests.faults.running import ROOT, Factory
from tests.faults.witness import Witness

GIVE_UP_SECONDS = 240.0
BREATH_SECONDS = (0.5, 3.0)
"""Work goes on for so long between volleys."""
TOLD_SECONDS = 12.0
"""Of what took longer, it is told what was missed meanwhile."""
Say = Callable[[str], None]


@dataclass
class Row:
    """One accident and its end; `seconds` to a whole factory, `None` where it never was."""

    accident: Accident
    seconds: float | None
    lacking: str = ""


@dataclass
class Report:
    """What a campaign found."""

    rows: list[Row] = field(default_factory=list)
    found: dict[str, bool] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    reckoning: Reckoning = field(default_factory=Reckoning)
    stopped_in_order: bool = False

    @property
    def slow(self) -> list[Row]:
        """Return the accidents after which it took thirty seconds or longer."""
        return [row for row in self.rows if row.seconds is None or row.seconds >= 30]

    def table(self) -> str:
        """Return how often what happened, and how soon it was mended, as lines."""
        by_name: dict[str, list[float]] = defaultdict(list)
        for row in self.rows:
            by_name[row.accident.name].append(
                GIVE_UP_SECONDS if row.seconds is None else row.seconds
            )
        lines = [f"{'accident':<28} {'times':>5} {'median s':>9} {'longest s':>10}"]
        for name, seconds in sorted(by_name.items()):
            middle = sorted(seconds)[len(seconds) // 2]
            lines.append(f"{name:<28} {len(seconds):>5} {middle:>9.1f} {max(seconds):>10.1f}")
        return "\n".join(lines)


def run(factory: Factory, *, seed: int, count: int, say: Say = print) -> Report:
    """Break an open factory `count` times, and return what was found when it is at rest again."""
    witness = Witness(factory.environment, str(ROOT))
    probes = Probes(factory, witness)
    customers = Customers(factory, seed, lambda: int(witness.ask("unfinished")["renders"]))
    report = Report(ledger=customers.ledger)
    scene = Scene(factory, witness, random.Random(seed), report.found)
    probes.wait_whole(Moment(), GIVE_UP_SECONDS)
    customers.begin()
    try:
        for number, volley in enumerate(plan(seed, count, breakable=factory.breakable)):
            rows = _volley(scene, probes, volley)
            report.rows += rows
            say(_line(number, rows))
            time.sleep(scene.chance.uniform(*BREATH_SECONDS))
    finally:
        _mend_world(factory)
        customers.end()
    say(str(customers.ledger))
    report.reckoning = reckon(factory, witness, customers.ledger, say)
    witness.close()
    return report


def _volley(scene: Scene, probes: Probes, volley: list[tuple[Accident, float]]) -> list[Row]:
    """Let accidents happen together and return how soon the factory was whole after each."""
    ends: dict[Accident, Moment] = {}

    def happen(accident: Accident, seconds: float, delay: float) -> None:
        time.sleep(delay)
        try:
            lift = accident.strike(scene)
            time.sleep(seconds)
            lift()
        finally:
            ends[accident] = Moment()

    threads = [
        threading.Thread(target=happen, args=[accident, seconds, scene.chance.uniform(0, 1)])
        for accident, seconds in volley
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    since = probes.now()
    since.at = min(moment.at for moment in ends.values())
    whole = probes.wait_whole(since, GIVE_UP_SECONDS)
    over = since.at + (whole or 0)
    return [
        Row(
            accident,
            None if whole is None else over - moment.at,
            since.lacking if whole is None else since.worst(),
        )
        for accident, moment in ends.items()
    ]


def _mend_world(factory: Factory) -> None:
    """Put right whatever an accident may have left wrong outside the factory."""
    for proxy in factory.proxies.values():
        proxy.heal()
    factory.disk.empty()
    factory.store.empty()
    if factory.clocks:
        factory.clocks.mend()


def _line(number: int, rows: list[Row]) -> str:
    """Return what a volley did in a line."""
    names = " + ".join(row.accident.name for row in rows)
    if any(row.seconds is None for row in rows):
        return f"{number:>4} {names}: not whole: {rows[0].lacking}"
    seconds = max(row.seconds or 0 for row in rows)
    why = f" ({rows[0].lacking})" if seconds >= TOLD_SECONDS else ""
    return f"{number:>4} {names}: {seconds:.1f} s{why}"
