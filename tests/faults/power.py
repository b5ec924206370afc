"""Takes the power from a busy factory again and again, and lets it come back by itself.

Every process is killed at once, with whatever it was about; sometimes while the factory is only
just starting. What the kernel had taken is still written, as after a crash of every program: that
files outlast the kernel itself is the business of `genart/lib/files.py`.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.customers import Customers, Ledger
from tests.faults.probes import Moment, Probes
from tests.faults.reckoning import Reckoning, at_rest, reckon
from tests.faults.running import ROOT, START_SECONDS, Factory
from tests.faults.witness import Witness

WORK_SECONDS = (4.0, 20.0)
EARLY_SHARE = 0.25
"""So many losses come while it is still starting."""
EARLY_SECONDS = (0.2, 6.0)


@dataclass
class PowerReport:
    """What was left after the losses.

    Attributes:
        opened: seconds from the command to the printed address, after each loss.
        whole: seconds until every part was at work again; `None` where that took too long.
        killed: processes that were killed.
    """

    opened: list[float] = field(default_factory=list)
    whole: list[float | None] = field(default_factory=list)
    killed: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    reckoning: Reckoning = field(default_factory=Reckoning)
    stopped_in_order: bool = False


def run(
    factory: Factory, *, seed: int, losses: int, say: Callable[[str], None] = print
) -> PowerReport:
    """Take the power `losses` times from a factory that is open; return what was found at rest."""
    chance = random.Random(seed)
    witness = Witness(factory.environment, str(ROOT))
    probes = Probes(factory, witness)
    customers = Customers(factory, seed, lambda: int(witness.ask("unfinished")["renders"]))
    report = PowerReport(ledger=customers.ledger)
    probes.wait_whole(Moment(), START_SECONDS)
    at_rest(witness, START_SECONDS)  # the first series is made: there is something to buy
    customers.begin()
    try:
        for number in range(losses):
            time.sleep(chance.uniform(*WORK_SECONDS))
            report.killed += factory.lose_power()
            if chance.random() < EARLY_SHARE:
                factory.launch()
                time.sleep(chance.uniform(*EARLY_SECONDS))
                report.killed += factory.lose_power()
            _come_back(factory, probes, report)
            say(f"{number:>4} open {report.opened[-1]:.1f} s, whole {report.whole[-1]}")
    finally:
        customers.end()
    say(str(customers.ledger))
    report.reckoning = reckon(factory, witness, customers.ledger, say)
    witness.close()
    report.stopped_in_order = factory.stop()
    return report


def _come_back(factory: Factory, probes: Probes, report: PowerReport) -> None:
    """Start the factory as anybody would and wait until every part is at work."""
    moment = Moment()
    factory.launch()
    report.opened.append(factory.wait_open())
    report.whole.append(probes.wait_whole(moment, START_SECONDS))
