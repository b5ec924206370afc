"""The gate's promise in simulated factories, and how soon a drift ends it.

The worlds are binormal and their truth is known; seeds are others than those by which the constants
of `curation/certifying/` were tuned. The last figures go through rows: judged pictures in the
database, the same verbs as in a running factory.
"""

import time
from collections.abc import Iterator

import numpy as np

from curation import defaults, services
from curation.certifying.drift import EVERY, WINDOWS, gauges, reference_of
from curation.certifying.wager import ALARM, BETS
from curation.models import Brand, Gate
from tests.bench import Figure, percentile
from tests.conftest import make_user
from tests.curation.certifying.worlds import GOAL, WORLDS, outcomes
from tests.curation.conftest import certify, make_gate
from tests.curation.judging import judge_many

RUNS, SEED = 300, 20261124
ALLOWED = 0.05 + 2 * (0.05 * 0.95 / RUNS) ** 0.5
DRIFTS = {
    "scores_fall_by_one_deviation": (1.0, 0.85),
    "half_of_the_pictures_turn_bad": (0.0, 0.5),
}
LONG = 5000


def figures() -> Iterator[Figure]:
    """Yield the figures of the gate."""
    yield from promises()
    yield from drifts()
    yield from silence()
    yield from wagers()
    yield from rows()


def promises() -> Iterator[Figure]:
    """Count broken promises, and what is published by itself, world by world."""
    for world in WORLDS:
        broken, shares = outcomes(world, RUNS, SEED)
        name = world.name.replace(",", "").replace(" ", "_")
        goal = f"<={ALLOWED:.4f}"
        yield Figure(f"promise_broken_{name}", float(broken.mean()), "share", goal)
        wanted = ">=0.65" if world is GOAL else ""
        yield Figure(f"published_by_itself_{name}", float(shares.mean()), "share", wanted)


def drifts() -> Iterator[Figure]:
    """Count pictures from a drift to the suspension; the certificate rests on 1,000 labels."""
    for name, (fall, base) in DRIFTS.items():
        waits = [_wait(fall, base, run) for run in range(100)]
        yield Figure(f"suspended_after_{name}_p95", percentile(waits, 0.95), "items", "<=200")
        yield Figure(f"suspended_after_{name}_max", max(waits), "items", "<=200")


def _wait(fall: float, base: float, run: int) -> float:
    chance = np.random.default_rng([SEED, run])
    reference = reference_of(GOAL.draw(chance, 1000)[0])
    good = chance.random(1000) < base
    after = chance.normal(size=1000) + GOAL.gap * good - fall
    values = np.concatenate([GOAL.draw(chance, 400)[0], after])
    seen = alarm_at(values, reference, 1000, start=400)
    return float(len(values) if seen is None else seen) - 400


def alarm_at(values: np.ndarray, reference: list[float], rests_on: int, start: int) -> int | None:
    """Return after how many values a gauge gives alarm, or nothing."""
    for seen in range(max(WINDOWS[0], start), len(values) + 1, EVERY):
        newest = values[max(0, seen - WINDOWS[-1]) : seen]
        if any(gauge.drifted for gauge in gauges(reference, rests_on, newest)):
            return seen
    return None


def silence() -> Iterator[Figure]:
    """Count suspensions in 5,000 pictures without a drift."""
    for rests_on in (200, 1000):
        false = 0
        for run in range(60):
            chance = np.random.default_rng([SEED, rests_on, run])
            reference = reference_of(GOAL.draw(chance, rests_on)[0])
            values = GOAL.draw(chance, LONG)[0]
            false += alarm_at(values, reference, rests_on, start=0) is not None
        name = f"false_suspensions_in_5000_items_{rests_on}_labels"
        yield Figure(name, false / 60, "share", "<=0.05")


def wagers() -> Iterator[Figure]:
    """Measure the audits: false alarms at the very target, and audits until a bad gate is seen."""
    chance = np.random.default_rng(SEED)
    stakes = _stakes(chance.random((2000, 250)) < 0.05)
    yield Figure(
        "false_suspensions_by_250_audits",
        float((stakes.max(axis=1) >= ALARM).mean()),
        "share",
        "<=0.05",
    )
    stakes = _stakes(chance.random((2000, 400)) < 0.25)
    needed = np.argmax(stakes >= ALARM, axis=1) + 1
    yield Figure(
        "audits_until_a_quarter_wrong_is_seen_p95", percentile(list(needed), 0.95), "items"
    )


def _stakes(wrong: np.ndarray) -> np.ndarray:
    """Return every run's stake after each audit, as `wager.stake` has it at equal propensity."""
    bets = np.array(BETS)[:, None, None] / 0.05
    return np.exp(np.log1p(bets * (wrong - 0.05)).cumsum(axis=2)).mean(axis=0)


def rows() -> Iterator[Figure]:
    """Measure what the verbs cost on rows, and the drift through the database."""
    defaults.load()
    brand = Brand.objects.get(slug="house")
    gate = certify(make_gate(brand, {"sharpness": {"reject": 0.0, "approve": 0.0}}), labels=1000)
    chance = np.random.default_rng(SEED)
    judge_many(gate, chance.random(2000))
    started = time.perf_counter()
    services.watch_gate(gate_id=gate.pk)
    yield Figure("watch_a_certificate_2000_items", 1000 * (time.perf_counter() - started), "ms")
    items = 0
    while Gate.objects.get(pk=gate.pk).autonomy == "certified" and items < 400:
        judge_many(gate, 0.6 * chance.random(EVERY))
        items += EVERY
        services.watch_gate(gate_id=gate.pk)
    yield Figure("suspended_through_rows_after", items, "items", "<=200")
    gate.refresh_from_db()
    learning = make_gate(brand, {"sharpness": {"reject": 0.0, "approve": 0.1}})
    values = chance.random(640)
    user = make_user("labeller")
    judge_many(learning, chance.random(900), drawn=False)
    judge_many(learning, values, [bool(v > 0.15) for v in values], user)
    started = time.perf_counter()
    services.reconsider(gate_id=learning.pk)
    yield Figure("look_at_160_of_640_labels", 1000 * (time.perf_counter() - started), "ms")
