"""`kill -9` of every process, twenty times at random; `make run` brings the factory back each time.

About fifteen minutes on two quiet cores; `LOSSES=4` makes it shorter.
"""

import os
from collections.abc import Iterator

from tests.bench import Figure
from tests.faults import power
from tests.faults.running import Factory

SEED = 8
LOSSES = int(os.environ.get("LOSSES", "20"))
MAKE_RUN = ("make", "--old-file=.venv/.installed", "run")
"""As people start it; what is installed is taken as it is."""


def figures() -> Iterator[Figure]:
    """Yield what is left after the losses of power."""
    factory = Factory(command=MAKE_RUN, breakable=False)
    try:
        factory.start()
        factory.wait_open()
        report = power.run(factory, seed=SEED, losses=LOSSES)
    finally:
        factory.remove()
    whole = [seconds for seconds in report.whole if seconds is not None]
    yield Figure("losses_of_power", len(report.opened), "losses", f">={LOSSES}")
    yield Figure("processes_killed", report.killed, "processes")
    yield Figure("came_back", len(whole), "times", f">={LOSSES}")
    yield Figure("open_again_longest", max(report.opened), "s", "<=30")
    yield Figure("whole_again_longest", max(whole, default=0.0), "s")
    yield Figure("renders_made", report.reckoning.counts.get("all", 0), "renders")
    yield Figure("series_promised", len(report.ledger.jobs), "series", ">=1")
    yield Figure("payments_taken", len(report.ledger.orders), "orders", ">=1")
    yield Figure("lost_doubled_or_left_over", len(report.reckoning.wrong()), "faults", "<=0")
    yield Figure("stopped_in_order", int(report.stopped_in_order), "share", ">=1")
