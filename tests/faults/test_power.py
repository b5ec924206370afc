"""A factory that loses its power comes back by itself with nothing lost; twenty are a bench."""

import os
import sys

import pytest

from tests.faults import power
from tests.faults.running import Factory

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
    pytest.mark.skipif("FAULTS" not in os.environ, reason="takes many minutes: FAULTS=2 asks"),
]


def test_two_losses_of_power_lose_nothing() -> None:
    factory = Factory(breakable=False)
    try:
        factory.start()
        factory.wait_open()
        report = power.run(factory, seed=1, losses=2)
    finally:
        factory.remove()

    assert report.reckoning.wrong() == []
    assert report.killed > 2 * 8
    assert len(report.opened) == 2
    assert report.ledger.jobs
    assert report.stopped_in_order
