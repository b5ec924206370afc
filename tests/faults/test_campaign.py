"""A few accidents on a real factory; three hundred are a bench, `make bench ONLY=reliability`."""

import os
import sys
from collections import Counter

import pytest

from tests.faults import campaign
from tests.faults.accidents import ACCIDENTS, LONGEST_SECONDS, plan
from tests.faults.customers import Ledger
from tests.faults.reckoning import decisions_differ, orders_differ, renders_differ
from tests.faults.running import Factory


def test_the_same_seed_plans_the_same_accidents() -> None:
    assert plan(7, 40) == plan(7, 40)
    assert plan(7, 40) != plan(8, 40)


def test_every_kind_of_accident_comes_about_equally_often() -> None:
    counts = Counter(one.name for volley in plan(1, 300) for one, _seconds in volley)

    assert sum(counts.values()) == 300
    assert set(counts) == {one.name for one in ACCIDENTS}
    assert max(counts.values()) - min(counts.values()) <= 1


def test_no_accident_lasts_too_long_and_no_two_of_a_volley_are_alike() -> None:
    for volley in plan(3, 300):
        assert all(0 <= seconds <= LONGEST_SECONDS for _one, seconds in volley)
        assert len({one.name for one, _seconds in volley}) == len(volley) <= 3


def test_where_nothing_can_be_broken_only_processes_are_hit() -> None:
    assert not any(one.breaks_world for volley in plan(1, 60, breakable=False) for one, _ in volley)


ROWS = {
    "jobs": [["a", 3]],
    "states": {"rendered": 3},
    "paid": ["1"],
    "grants": [["1", 2]],
    "lines": [["1", 2]],
    "refunded_lines": [],
    "decisions": [["c", 1]],
    "opinions": [],
}
LEDGER = Ledger(jobs={"a": 3}, orders={"1": 2}, decisions={"c": "approve"})


def wrong(**rows: object) -> list[str]:
    found = ROWS | rows
    return [
        *renders_differ(LEDGER, found),
        *orders_differ(LEDGER, found),
        *decisions_differ(LEDGER, found),
    ]


def test_what_was_promised_and_kept_is_not_held_against_it() -> None:
    assert wrong() == []
    assert wrong(grants=[["1", 1]], refunded_lines=["1"]) == []
    assert wrong(decisions=[], opinions=["c"]) == []


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ({"jobs": []}, "The series a is lost."),
        ({"jobs": [["a", 3], ["a", 3]]}, "The series a is there 2 times."),
        ({"jobs": [["a", 2]]}, "The series a has 2 renders for 3."),
        ({"states": {"rendered": 2, "failed": 1}}, "1 renders are failed."),
        ({"paid": []}, "The order 1 was paid and is lost."),
        ({"paid": ["1", "2"]}, "The order 2 is paid by nobody."),
        ({"grants": [["1", 3]]}, "The order 1 has 2 lines and gave 3 rights."),
        ({"decisions": []}, "The candidate c has 0 decisions for one."),
        ({"decisions": [["c", 2]]}, "The candidate c has 2 decisions for one."),
    ],
)
def test_what_is_lost_or_doubled_is_said(rows: dict, sentence: str) -> None:
    assert wrong(**rows) == [sentence]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.skipif("FAULTS" not in os.environ, reason="takes many minutes: FAULTS=5 asks for it")
def test_five_accidents_lose_nothing() -> None:
    factory = Factory()
    try:
        factory.start()
        factory.wait_open()
        report = campaign.run(factory, seed=5, count=5)
    finally:
        factory.remove()

    assert report.reckoning.wrong() == []
    assert len(report.rows) == 5
    assert all(row.seconds is not None for row in report.rows), report.table()
    assert all(report.found.values())
    assert report.ledger.jobs
