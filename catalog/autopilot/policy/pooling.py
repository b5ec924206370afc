"""Rates of many arms from few events: each arm's own evidence, and what it shares with others.

A Poisson regression whose log rate is the sum of an intercept, effects of attributes and of their
pairs, covariates, and the arm's own effect. All effects are normal around 0; how far each group
spreads is learnt from the data (MacKay's fixed point, with a weak prior), so that arms are pooled
as much as the data say and no more. Solved by Newton's method on the joint posterior with the arms'
own effects integrated out (Schur complement), which costs one small Cholesky per step.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.linalg.lapack import dtrtri

from catalog.autopilot.policy.design import Design
from catalog.autopilot.policy.ledger import Floats, summed

STEPS = 6
STEP_LIMIT = 2.0
"""Newton may move a log rate by so much at a time; counts of 0 would send it far."""
SPREADS = (0.3, 0.15)
"""Spread of attributes' and of pairs' effects that the learning starts from."""
OWN_SPREAD = 0.15
PRIOR_VALUES = 4.0
"""The starting spread counts as much as so many effects that were seen."""
INTERCEPT_SPREAD = 0.7


@dataclass(frozen=True)
class Rates:
    """Posterior of the log rates of all arms.

    Attributes:
        design: what the columns mean.
        effects: shape `(columns + covariates,)`.
        root: lower Cholesky factor of the effects' precision.
        covariates: shape `(arms, covariates)`.
        pull: how much of an arm's own residual is believed, 0 … 1.
        target: the working log rate that each arm's own counts say.
        own_sd: spread of an arm's own effect that is left after its counts.
    """

    design: Design
    effects: Floats
    root: Floats
    covariates: Floats
    pull: Floats
    target: Floats
    own_sd: Floats

    def mean(self) -> Floats:
        """Return the most likely log rates, shape `(arms,)`."""
        shared = _predict(self.design, self.covariates, self.effects)
        return shared + self.pull * (self.target - shared)

    def draws(
        self, chance: np.random.Generator, count: int, covariates: list[Floats] | None = None
    ) -> Floats:
        """Return draws of the log rates, shape `(arms, count)`.

        Args:
            chance: where chance comes from.
            count: how many draws.
            covariates: draws of the covariates, each `(arms, count)`, in place of their means.
        """
        noise = chance.standard_normal((len(self.effects), count))
        effects = self.effects[:, None] + solve_triangular(self.root.T, noise, lower=False)
        width = self.design.width
        shared = self.design.apply(effects[:width])
        for number, slope in enumerate(effects[width:]):
            fixed = self.covariates[:, number, None]
            shared += slope * (covariates[number] if covariates else fixed)
        own = self.own_sd[:, None] * chance.standard_normal(shared.shape)
        return shared + self.pull[:, None] * (self.target[:, None] - shared) + own


@dataclass(frozen=True)
class Slopes:
    """Covariates of a fit and what is thought of their slopes beforehand.

    Attributes:
        values: shape `(arms, covariates)`.
        means, sds: prior of each slope.
    """

    values: Floats
    means: Floats
    sds: Floats


def no_slopes(arms: int) -> Slopes:
    """Return no covariates."""
    return Slopes(np.zeros((arms, 0)), np.zeros(0), np.zeros(0))


def fit(
    design: Design,
    events: Floats,
    exposure: Floats,
    *,
    typical: float,
    scatter: Floats | float = 0.0,
    slopes: Slopes | None = None,
) -> Rates:
    """Return the posterior of log rates.

    Args:
        design: what arms share.
        events: counted (discounted) events by arm, at least 0.
        exposure: what would bring one event at rate 1, by arm, at least 0.
        typical: rate where nothing is known; weighs as much as one event.
        scatter: variance of an arm's observed log rate beyond Poisson's, such as the quality of its
            few works.
        slopes: covariates.
    """
    base = (float(events.sum()) + 1.0) / (float(exposure.sum()) + 1.0 / typical)
    state = _Fit(design, events, exposure, base, scatter, slopes or no_slopes(len(events)))
    for number in range(STEPS):
        state.step()
        if number % 2:
            state.learn()
    state.step()
    return state.rates()


def _predict(design: Design, covariates: Floats, effects: Floats) -> Floats:
    width = design.width
    return design.apply(effects[:width]) + covariates @ effects[width:]


class _Fit:
    """The state of one fit between steps."""

    def __init__(
        self,
        design: Design,
        events: Floats,
        exposure: Floats,
        base: float,
        scatter: Floats | float,
        slopes: Slopes,
    ):
        self.design, self.slopes = design, slopes
        self.rows = np.flatnonzero(exposure > 0)
        self.events, self.exposure = events, exposure
        self.scatter = np.broadcast_to(np.asarray(scatter, float), events.shape)
        self.spread = np.full(design.groups, SPREADS[1] ** 2)
        self.spread[0], self.spread[1:5] = INTERCEPT_SPREAD**2, SPREADS[0] ** 2
        self.start_spread = self.spread.copy()
        self.own = OWN_SPREAD**2
        self.prior_mean = np.concatenate([np.zeros(design.width), slopes.means])
        self.prior_mean[0] = np.log(base)
        self.effects = self.prior_mean.copy()
        self.log_rate = _predict(design, slopes.values, self.effects)

    def step(self) -> None:
        """Make one Newton step for the effects and the arms' own effects."""
        rows, width = self.rows, self.design.width
        expected = np.maximum(self.exposure * np.exp(self.log_rate), 1e-9)
        self.weight = expected / (1 + expected * self.scatter)
        gap = (self.events - expected) / expected
        self.target = self.log_rate + np.clip(gap, -STEP_LIMIT, STEP_LIMIT)
        marginal = (self.weight / (1 + self.weight * self.own))[rows]
        covariates = self.slopes.values[rows]
        hessian = np.diag(self._precision())
        hessian[:width, :width] += self.design.gram(marginal, rows)
        for number in range(covariates.shape[1]):
            cross = self.design.sums(marginal * covariates[:, number], rows)
            hessian[:width, width + number] = hessian[width + number, :width] = cross
        hessian[width:, width:] += covariates.T @ (marginal[:, None] * covariates)
        wanted = marginal * self.target[rows]
        right = self._precision() * self.prior_mean
        right[:width] += self.design.sums(wanted, rows)
        right[width:] += covariates.T @ wanted
        self.root = cholesky(hessian, lower=True, check_finite=False)
        half = solve_triangular(self.root, right, lower=True, check_finite=False)
        self.effects = solve_triangular(self.root.T, half, lower=False, check_finite=False)
        self._settle()

    def _settle(self) -> None:
        shared = _predict(self.design, self.slopes.values, self.effects)
        self.pull = self.weight * self.own / (1 + self.weight * self.own)
        self.pull[self.exposure <= 0] = 0.0
        self.residual = self.pull * (self.target - shared)
        moved = np.clip(shared + self.residual - self.log_rate, -STEP_LIMIT, STEP_LIMIT)
        self.log_rate = self.log_rate + moved

    def _precision(self) -> Floats:
        shared = 1 / self.spread[self.design.group_of]
        return np.concatenate([shared, 1 / np.maximum(self.slopes.sds, 1e-6) ** 2])

    def learn(self) -> None:
        """Learn how far each group of effects spreads from the effects found so far."""
        inverse, _failed = dtrtri(self.root, lower=True)
        variance = (inverse**2).sum(axis=0)[: self.design.width]
        group_of, groups = self.design.group_of, self.design.groups
        size = np.bincount(group_of, minlength=groups)
        squares = summed(group_of, self.effects[: self.design.width] ** 2, groups)
        left = summed(group_of, variance, groups) / self.spread
        seen = np.maximum(size - left, 0.0)
        learnt = (squares + PRIOR_VALUES * self.start_spread) / (seen + PRIOR_VALUES)
        self.spread[1:] = np.clip(learnt[1:], 1e-5, 4.0)
        used = self.pull[self.rows].sum()
        squares_own = (self.residual[self.rows] ** 2).sum()
        self.own = float(
            np.clip((squares_own + PRIOR_VALUES * OWN_SPREAD**2) / (used + PRIOR_VALUES), 1e-5, 4.0)
        )

    def rates(self) -> Rates:
        """Return what was found."""
        own_sd = np.sqrt(self.own * (1 - self.pull))
        covariates = self.slopes.values
        return Rates(
            self.design, self.effects, self.root, covariates, self.pull, self.target, own_sd
        )
