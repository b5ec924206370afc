"""Three hundred accidents on a running factory, from a fixed seed: what is lost, what is doubled.

About 25 minutes on two quiet cores; `FAULTS=40` makes it shorter. Prints a line for each volley, a
table by kind, then the figures. As root it also fills a disk and, with a C compiler, puts clocks
wrong; else those accidents are left out, and their number says so.
"""

import os
from collections.abc import Iterator

from tests.bench import Figure, percentile
from tests.faults import campaign
from tests.faults.accidents import ACCIDENTS
from tests.faults.running import Factory

SEED = 8
COUNT = int(os.environ.get("FAULTS", "300"))


def figures() -> Iterator[Figure]:
    """Yield what a factory made of its accidents."""
    factory = Factory()
    try:
        factory.start()
        factory.wait_open()
        report = campaign.run(factory, seed=SEED, count=COUNT)
        in_order = factory.stop()
    finally:
        factory.remove()
    print(report.table())
    yield from of_campaign(report)
    yield Figure("stopped_in_order", int(in_order), "share", ">=1")


def of_campaign(report: campaign.Report) -> Iterator[Figure]:
    """Yield the figures of a campaign."""
    found, ledger = report.reckoning, report.ledger
    seconds = [row.seconds or 0.0 for row in report.rows]
    kinds = {row.accident.name for row in report.rows}
    never = [row for row in report.rows if row.seconds is None]
    yield Figure("accidents", len(report.rows), "accidents", f">={COUNT}")
    yield Figure("kinds_of_accidents", len(kinds), "kinds", f">={min(COUNT, len(ACCIDENTS))}")
    yield Figure("renders_made", found.counts.get("all", 0), "renders")
    yield Figure("renders_lost_or_doubled", len(found.renders), "renders", "<=0")
    yield Figure("payments_taken", len(ledger.orders), "orders")
    yield Figure("orders_lost_or_doubled", len(found.orders), "orders", "<=0")
    yield Figure("unchecked_publications", len(found.publications), "works", "<=0")
    yield Figure("files_lost_or_left_over", len(found.files), "files", "<=0")
    yield Figure("stuck_leases", len(found.leases), "leases", "<=0")
    yield Figure("other_faults", len(found.others), "faults", "<=0")
    unseen = sum(not named for named in report.found.values())
    yield Figure("damaged_files_unnoticed", unseen, "files", "<=0")
    yield Figure("never_whole_again", len(never), "accidents", "<=0")
    yield Figure("recovery_p50", percentile(seconds, 0.5), "s")
    yield Figure("recovery_p95", percentile(seconds, 0.95), "s")
    yield Figure("recovery_longest", max(seconds), "s", "<=30")
