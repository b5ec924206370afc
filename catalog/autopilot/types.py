"""What the parts of the autopilot pass to each other. Pure; no Django.

Signals (`catalog/demand`) become `ArmDay` rows; the policy (`catalog/autopilot/policy`) turns them
into a `Plan` of `Choice`s; the guardrails cut the plan to `Limits`; the cycle makes jobs of it.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Kind = Literal["exploit", "explore", "gap"]


@dataclass(frozen=True, slots=True, order=True)
class Arm:
    """What the autopilot can choose: a combination over four attributes, by slug or word.

    Attributes:
        style: slug of a style.
        palette: slug of a palette.
        layout: layout of the composition.
        theme: subject in a few words; part of what is pooled over.
    """

    style: str
    palette: str
    layout: str
    theme: str

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """The arm's four attributes with their values."""
        return (
            ("style", self.style),
            ("palette", self.palette),
            ("layout", self.layout),
            ("theme", self.theme),
        )

    @property
    def key(self) -> str:
        """The arm in one line, as it is stored."""
        return "|".join((self.style, self.palette, self.layout, self.theme))


@dataclass(frozen=True, slots=True)
class ArmDay:
    """What the works of one arm that were published on one day met on another.

    Attributes:
        arm: whose works.
        day: day of the signals.
        cohort: day of publication; `(day - cohort).days` is the age of the cohort.
        works: works of the cohort on sale that day.
        renders: renders made for the cohort, kept or not; counted once, on the day `cohort`.
        kept: how many of those were published; counted once, on the day `cohort`.
        cost_cents: what making them cost; counted once, on the day `cohort`.
        impressions: times shown.
        examined: impressions weighted by how likely their position was looked at, 0 … impressions.
        views, saves, comps, carts, sales, refunds: counted events.
        revenue_cents: paid less refunded.
    """

    arm: Arm
    day: date
    cohort: date
    works: int = 0
    renders: int = 0
    kept: int = 0
    cost_cents: float = 0.0
    impressions: float = 0.0
    examined: float = 0.0
    views: float = 0.0
    saves: float = 0.0
    comps: float = 0.0
    carts: float = 0.0
    sales: float = 0.0
    refunds: float = 0.0
    revenue_cents: float = 0.0


@dataclass(frozen=True, slots=True)
class Belief:
    """What the policy holds of one arm: reward per render in cents, with a 90 % interval."""

    arm: Arm
    mean: float
    low: float
    high: float
    renders: int
    works: int
    sales: float
    spend_cents: float


@dataclass(frozen=True, slots=True)
class Choice:
    """So many renders of one arm, and why.

    Attributes:
        arm: what to make.
        renders: how many, at least 1.
        propensity: chance that one render of this plan went to this arm, above 0, at most 1; as
            drawn, before guardrails, and renormalised by them where they change the plan.
        kind: near a winner, by exploration, or for a demand gap.
        draw: what Thompson sampling drew for it, cents per render.
        evidence: numbers and words that the log's sentence is made of.
    """

    arm: Arm
    renders: int
    propensity: float
    kind: Kind
    draw: float = 0.0
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one cycle means to make.

    Attributes:
        choices: at most one for each arm.
        beliefs: of every arm that was considered, for the dashboard and for replay.
        seed: of the random draws; with the same inputs it gives the same plan.
        notes: sentences on what was held back and why.
    """

    choices: tuple[Choice, ...]
    beliefs: tuple[Belief, ...] = ()
    seed: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Guardrails as numbers; the record behind them is `AutopilotRules` in the admin.

    Attributes:
        renders_per_day: largest number of renders.
        gpu_seconds_per_day: largest time of the workers.
        cents_per_day: largest cost on other people's compute.
        exploration_floor: least share of the renders that goes to arms by exploration, 0 … 1.
        diversity_floor: least effective number of styles (exp of the entropy of their shares).
        step_limit: how far the share of one arm or style may rise in one cycle, 0 … 1.
        near_duplicate_cap: most works on sale that may be near-duplicates of a new arm's works.
        approval_floor: least share of renders that is approved; below it the autopilot freezes.
        refund_ceiling: largest share of sales that is refunded; above it the autopilot freezes.
        arm_cap: most renders of one arm in one cycle.
    """

    renders_per_day: int = 48
    gpu_seconds_per_day: float = 3600.0
    cents_per_day: float = 0.0
    exploration_floor: float = 0.15
    diversity_floor: float = 3.0
    step_limit: float = 0.25
    near_duplicate_cap: int = 12
    approval_floor: float = 0.3
    refund_ceiling: float = 0.15
    arm_cap: int = 12
