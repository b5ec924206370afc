"""What another policy would have earned, from what was made and by which chance.

Each logged render of an arm has the propensity by which it was chosen and the reward that came of
it. Four estimates, from the plainest to the one that the autopilot goes by:

- inverse propensity scoring (IPS): unbiased, and restless where chances were small;
- self-normalised IPS (SNIPS): divides by the weights' sum; a little bias for much less noise;
- direct: what a pooled mean of each arm says; bold where an arm was never made;
- doubly robust (DR): the direct estimate, corrected by weighted residuals; right if either the
  propensities or the means are. The means of a round are fitted without that round.

Intervals are by a t distribution over rounds (a cycle's renders share their fate, so a cycle is one
observation), with as many degrees of freedom as the weights are worth. "Not enough data" is an
answer: where the new policy would mostly make what was hardly ever made, no number is given.

Sources: Horvitz and Thompson (1952); Swaminathan and Joachims (2015) for SNIPS; Dudík, Langford and
Li (2011) for DR; Kish (1965) for the effective sample size.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from catalog.autopilot.policy.design import design_of
from catalog.autopilot.policy.ledger import Floats, Ints, summed
from catalog.autopilot.types import Arm

CONFIDENCE = 0.95
"""Skew and few cycles cost these intervals two or three points: at 0.95 they hold 92 to 95 %."""
LEAST_SAMPLE = 20.0
"""Effective renders below which there is not enough data."""
LEAST_ROUNDS = 8
LEAST_COVERED = 0.9
"""Share of the new policy's renders that must be of arms with a chance in the log."""
LARGEST_WEIGHT = 50.0
"""Larger weights are cut; the doubly robust estimate bears it, its means step in."""
RIDGE = 4.0
"""Renders by which an attribute's or an arm's mean is drawn to what is above it."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One render that was made, or several alike of one round.

    Attributes:
        round: number of the cycle.
        arm: what was made.
        propensity: chance by which a render of that round went to the arm, above 0.
        reward: cents per render.
        renders: how many renders it stands for.
    """

    round: int
    arm: Arm
    propensity: float
    reward: float
    renders: float = 1.0


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate in cents per render, with a 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """What a policy would have earned per render.

    Attributes:
        enough: whether the log can tell; if not, no estimates are given.
        reason: why not, in a sentence; empty where it can.
        sample: effective number of renders (Kish) that speak of the new policy.
        covered: share of the new policy's renders that are of arms with a chance in the log.
        by_method: `ips`, `snips`, `direct`, `dr` → interval.
    """

    enough: bool
    reason: str
    sample: float
    covered: float
    by_method: Mapping[str, Interval]

    @property
    def best(self) -> Interval | None:
        """The doubly robust estimate, if there is enough data."""
        return self.by_method.get("dr")


def estimate(
    log: Iterable[Logged],
    target: Mapping[Arm, float],
    *,
    chances: Sequence[Mapping[Arm, float]] = (),
) -> Estimate:
    """Return what a policy would have earned per render in the logged rounds.

    Args:
        log: what was made.
        target: chance that the new policy gives each arm; need not sum to 1.
        chances: by round, the whole logged policy where it is known; with it the covered share is
            exact, else an arm counts as covered if it was ever made.
    """
    rows = [one for one in log if _sound(one)]
    whole = sum(max(chance, 0.0) for chance in target.values())
    if not rows or whole <= 0:
        return _not_enough("Nothing was made with a known chance yet.", 0.0, 0.0)
    table = Table.of(rows, {arm: max(c, 0.0) / whole for arm, c in target.items()})
    covered = _covered(table, chances)
    sample = table.effective_sample()
    if covered < LEAST_COVERED:
        share = f"{100 * (1 - covered):.0f} %"
        return _not_enough(f"{share} of it would be of arms that were never made.", sample, covered)
    if sample < LEAST_SAMPLE or len(table.rounds) < LEAST_ROUNDS:
        said = f"{sample:.0f} renders in {len(table.rounds)} cycles speak of it"
        return _not_enough(
            f"{said}; {LEAST_SAMPLE:.0f} in {LEAST_ROUNDS} are needed.", sample, covered
        )
    return Estimate(True, "", sample, covered, table.estimates())


def _sound(one: Logged) -> bool:
    numbers = (one.propensity, one.reward, one.renders)
    return bool(np.all(np.isfinite(numbers))) and 0 < one.propensity <= 1 and one.renders > 0


def _not_enough(reason: str, sample: float, covered: float) -> Estimate:
    return Estimate(False, f"Not enough data: {reason}", sample, covered, {})


def _covered(table: "Table", chances: Sequence[Mapping[Arm, float]]) -> float:
    made = {table.arms[n] for n in np.unique(table.arm)}
    for policy in chances:
        made |= {arm for arm, chance in policy.items() if chance > 0}
    return float(sum(table.target[n] for n, arm in enumerate(table.arms) if arm in made))


@dataclass(frozen=True)
class Table:
    """The log as columns.

    Attributes:
        arms: every arm of the log and of the new policy.
        target: chance of each arm in the new policy, sum 1.
        arm, round: index of each row's arm and round.
        weight: ratio of the chances, cut at `LARGEST_WEIGHT`.
        reward, renders: columns.
        rounds: numbers of the rounds.
    """

    arms: tuple[Arm, ...]
    target: Floats
    arm: Ints
    round: Ints
    weight: Floats
    reward: Floats
    renders: Floats
    rounds: Ints

    @classmethod
    def of(cls, rows: Sequence[Logged], target: Mapping[Arm, float]) -> "Table":
        """Return the columns of some rows."""
        arms = tuple(sorted({one.arm for one in rows} | set(target)))
        place = {arm: number for number, arm in enumerate(arms)}
        chance = np.array([target.get(arm, 0.0) for arm in arms])
        arm = np.array([place[one.arm] for one in rows], dtype=np.int64)
        rounds, number = np.unique([one.round for one in rows], return_inverse=True)
        logged = np.array([one.propensity for one in rows])
        return cls(
            arms=arms,
            target=chance,
            arm=arm,
            round=number.astype(np.int64),
            weight=np.minimum(chance[arm] / logged, LARGEST_WEIGHT),
            reward=np.array([one.reward for one in rows]),
            renders=np.array([one.renders for one in rows], dtype=np.float64),
            rounds=rounds.astype(np.int64),
        )

    def effective_sample(self) -> float:
        """Return how many renders of the new policy the log is worth (Kish)."""
        squares = float((self.renders * self.weight**2).sum())
        return float((self.renders * self.weight).sum()) ** 2 / squares if squares else 0.0

    def by_round(self, values: Floats) -> Floats:
        """Return the sum of a column in each round."""
        return summed(self.round, values, len(self.rounds))

    def estimates(self) -> dict[str, Interval]:
        """Return every method's interval."""
        renders = self.by_round(self.renders)
        weights = self.by_round(self.renders * self.weight)
        paid = self.by_round(self.renders * self.weight * self.reward)
        ratio = paid.sum() / weights.sum()
        means = _means_without(self)
        direct = means @ self.target
        residual = self.reward - means[self.round, self.arm]
        corrected = renders * direct + self.by_round(self.renders * self.weight * residual)
        free = _freedom(self)
        return {
            "ips": _interval(paid, renders, free),
            "snips": _interval(paid, weights, free, around=ratio),
            "direct": _interval(renders * direct, renders, free),
            "dr": _interval(corrected, renders, free),
        }


def _freedom(table: Table) -> float:
    """Return how many independent rounds the weights are worth, less one."""
    weights = table.by_round(table.renders * table.weight**2)
    return max(float(weights.sum() ** 2 / max((weights**2).sum(), 1e-12)) - 1, 2.0)


def _interval(sums: Floats, sizes: Floats, free: float, around: float | None = None) -> Interval:
    """Return a ratio of sums over rounds with its interval.

    By the linearised variance, and Hall's transformation (1992) for skew: rewards are mostly
    nothing and sometimes a lot, so what is missed lies above more often than below.
    """
    value = float(sums.sum() / sizes.sum()) if around is None else around
    rounds = len(sums)
    gaps = (sums - value * sizes) * rounds / sizes.sum()
    error = float(np.sqrt((gaps**2).sum() / (rounds - 1) / rounds))
    if error <= 0:
        return Interval(value, value, value)
    skew = float((gaps**3).mean() / (gaps**2).mean() ** 1.5)
    reach = float(student.ppf((1 + CONFIDENCE) / 2, free))
    low, high = (value - error * _unskewed(side, skew, rounds) for side in (reach, -reach))
    return Interval(value, low, high)


def _unskewed(quantile: float, skew: float, count: int) -> float:
    """Return the quantile of the studentised mean of `count` skewed values (Hall's inverse)."""
    if abs(skew) < 1e-6:
        return quantile
    root = np.sqrt(count)
    inside = 1 + skew * (quantile / root - skew / (6 * count))
    return float(root * 3 / skew * (np.cbrt(inside) - 1))


def _means_without(table: Table) -> Floats:
    """Return the mean reward of each arm as the other rounds tell it, shape `(rounds, arms)`.

    Shop's mean, attributes' deviations from it, arm's own; each drawn to what is above it. Rounds
    are left out in five folds.
    """
    folds = min(5, len(table.rounds))
    means = np.zeros((len(table.rounds), len(table.arms)))
    design = design_of(table.arms)
    for fold in range(folds):
        left_out = np.arange(len(table.rounds)) % folds == fold
        means[left_out] = _arm_means(table, design.codes, ~left_out[table.round])
    return means


def _arm_means(table: Table, codes: Ints, used: Floats) -> Floats:
    renders = np.where(used, table.renders, 0.0)
    total = max(float(renders.sum()), 1e-9)
    mean = float((renders * table.reward).sum()) / total
    guess = np.full(len(table.arms), mean)
    for attribute in range(codes.shape[1]):
        kinds = codes[table.arm, attribute]
        gap = renders * (table.reward - mean)
        size = int(codes[:, attribute].max()) + 1
        seen = summed(kinds, renders, size)
        shift = summed(kinds, gap, size) / (seen + RIDGE)
        guess += (shift / 2)[codes[:, attribute]]
    arms = len(table.arms)
    seen = summed(table.arm, renders, arms)
    own = summed(table.arm, renders * (table.reward - guess[table.arm]), arms)
    return guess + own / (seen + RIDGE)
