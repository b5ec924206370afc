"""Worlds in which the guardrails are tried: limits, a past, and plans that want far too much."""

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from catalog.autopilot.history import History, Spent
from catalog.autopilot.types import Arm, ArmDay, Choice, Limits, Plan

HOSTILE = ("none", "fake-clicks", "one-buyer", "missing", "clock", "nonsense")
EXPECTED_ALARM = {
    "fake-clicks": "clicks",
    "one-buyer": "buyer",
    "missing": "missing",
    "clock": "clock",
    "nonsense": "numbers",
}
STEERED = 10
"""In every tenth world the real policy makes the first plan; in the others nobody sensible does."""
FIRST_DAY = date(2026, 3, 1)
WINDOW_DAYS = 7


@dataclass
class World:
    """One world, and what has been made in it so far.

    Attributes:
        made: (day, choice), in the order of making.
    """

    chance: Random
    limits: Limits
    arms: list[Arm]
    seconds: dict[str, float]
    cents: dict[str, float]
    hostility: str
    is_steered: bool = False
    made: list[tuple[date, Choice]] = field(default_factory=list)
    previous: dict[Arm, float] = field(default_factory=dict)

    def history(self, today: date) -> History:
        """Return what a cycle of a day would find."""
        of_day = [choice for day, choice in self.made if day == today]
        recent = Counter[str]()
        for day, choice in self.made:
            if day > today - timedelta(days=WINDOW_DAYS):
                recent[choice.arm.style] += choice.renders
        return History(
            used=Spent(
                sum(choice.renders for choice in of_day),
                math.fsum(c.renders * self.seconds.get(c.arm.style, 30.0) for c in of_day),
                math.fsum(c.renders * self.cents.get(c.arm.style, 0.0) for c in of_day),
            ),
            recent=recent,
            previous=dict(self.previous),
            seconds=self.seconds,
            cents=self.cents,
            near_duplicates={arm: self.chance.choice((0, 1, 5, 14)) for arm in self.arms[::2]},
            **self._signals(today),
        )

    def _signals(self, today: date) -> dict:
        """Return counts of people and days; the hostile ones are out of all proportion."""
        last = today - timedelta(days=8 if self.hostility == "missing" else 1)
        flood = self.hostility == "one-buyer"
        return {
            "days_with_signals": tuple(last - timedelta(days=n) for n in range(20, -1, -1)),
            "last_cycle": today + timedelta(days=40 if self.hostility == "clock" else -1),
            "sold": 60 if flood else self.chance.randrange(0, 40),
            "largest_buyer": 55 if flood else 1,
        }

    def facts(self, today: date) -> list[ArmDay]:
        """Return the signals of two weeks."""
        rows = []
        for back in range(14, 0, -1):
            day = today - timedelta(days=back)
            for arm in self.arms[:6]:
                rows.append(self._fact(arm, day, is_last=back == 1))
        return rows

    def _fact(self, arm: Arm, day: date, *, is_last: bool) -> ArmDay:
        shown = self.chance.uniform(20, 60)
        looks = shown * self.chance.uniform(0.05, 0.6)
        if is_last and self.hostility == "fake-clicks":
            looks = 5000.0
        if is_last and self.hostility == "nonsense":
            looks = self.chance.choice((-3.0, math.nan, math.inf))
        return ArmDay(arm, day, day - timedelta(days=9), works=3, impressions=shown, views=looks)

    def greedy_plan(self) -> Plan:
        """Return a plan of a policy that keeps to nothing: too much, too narrow, ill-formed."""
        chance, choices = self.chance, []
        for arm in chance.sample(self.arms, chance.randrange(0, len(self.arms) + 1)):
            wanted = chance.choice((0, -4, 1, 2, 5, 8, 12, 30, 200))
            propensity = chance.choice((0.0, -1.0, math.nan, 2.0, *[chance.uniform(0.01, 1)] * 8))
            kind = chance.choices(("exploit", "explore", "gap"), (6, 2, 1))[0]
            choices += [Choice(arm, wanted, propensity, kind)] * chance.choice((1, 1, 1, 2))
        return Plan(tuple(choices), seed=chance.randrange(1 << 31))


def make_world(seed: int) -> World:
    """Return a world; every sixth is friendly, the others are hostile in one way."""
    chance = Random(seed)
    styles = [f"style-{n}" for n in range(chance.randrange(1, 12))]
    arms = [
        Arm(style, f"palette-{p}", "centered", f"theme {t}")
        for style in styles
        for p in range(chance.randrange(1, 4))
        for t in range(chance.randrange(1, 3))
    ]
    paid = chance.sample(styles, chance.randrange(0, len(styles)))
    return World(
        chance,
        _limits(chance),
        arms,
        {style: chance.uniform(0, 90) for style in styles[: chance.randrange(0, len(styles) + 1)]},
        {style: chance.uniform(0.5, 8) for style in paid},
        HOSTILE[seed % len(HOSTILE)],
        is_steered=seed % STEERED == 0,
    )


def _limits(chance: Random) -> Limits:
    return Limits(
        renders_per_day=chance.choice((0, 1, 12, 48, 48, 120)),
        gpu_seconds_per_day=chance.choice((0.0, 300.0, 3600.0, 3600.0, 36000.0)),
        cents_per_day=chance.choice((0.0, 50.0, 500.0)),
        exploration_floor=chance.choice((0.0, 0.15, 0.15, 0.4, 1.0)),
        diversity_floor=chance.choice((1.0, 2.0, 3.0, 3.0, 4.5)),
        step_limit=chance.choice((0.0, 0.1, 0.25, 0.25, 0.5, 1.0)),
        near_duplicate_cap=chance.choice((0, 12, 12, 30)),
        arm_cap=chance.choice((1, 4, 12, 12)),
    )
