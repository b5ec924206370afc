"""Cuts a plan to what the owner allows. Pure; the same plan, limits and history give the same.

Nothing is ever raised here: each arm gets at most what the policy wanted for it. Of all plans that
keep every guardrail, the largest that the search comes upon is taken: first with the shares that
the policy wanted, else as varied as may be. Where none keeps them all, the plan is empty, and its
notes say why. `tests/bench/autopilot/guardrails.py` checks each guardrail by sums of its own.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from catalog.autopilot.history import History
from catalog.autopilot.types import Arm, Choice, Limits, Plan

EXPLORING = ("explore", "gap")
"""Kinds that count towards the exploration floor: neither was sold before."""
SLACK = 1e-9
"""Of sums of floating-point numbers, which may miss a bound by their last digit."""
LEAST_CHANCE = 1e-12
"""Below this a propensity says nothing that can be divided by."""
Shares = dict[Arm, int]


def enforce(plan: Plan, limits: Limits, history: History) -> Plan:
    """Return the plan within every guardrail, with a sentence for each thing that was held back."""
    choices = _sound(plan.choices)
    frame = _Frame(choices, limits, history)
    counts = _largest(frame)
    kept = _kept(choices, counts)
    notes = (*plan.notes, *_notes(frame, counts))
    return replace(plan, choices=kept, notes=notes)


def effective_styles(renders: Iterable[float]) -> float:
    """Return e to the entropy of shares: how many equal styles would be as varied; 0 of nothing."""
    counts = [count for count in renders if count > 0]
    whole = sum(counts)
    if not whole:
        return 0.0
    return math.exp(-sum(count / whole * math.log(count / whole) for count in counts))


def room(limits: Limits, history: History) -> int:
    """Return how many renders the day still has by their number alone."""
    return max(0, limits.renders_per_day - history.used.renders)


def _sound(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return the choices that make sense, each arm once: the first word on it counts."""
    found: dict[Arm, Choice] = {}
    for choice in choices:
        chance = choice.propensity
        if choice.renders >= 1 and LEAST_CHANCE <= chance <= 1:
            found.setdefault(choice.arm, choice)
    return tuple(found.values())


@dataclass(frozen=True)
class _Frame:
    """One question: these choices, these limits, this past."""

    choices: tuple[Choice, ...]
    limits: Limits
    history: History

    @property
    def wanted(self) -> int:
        """Renders that the policy asked for."""
        return sum(choice.renders for choice in self.choices)

    def most_of(self, choice: Choice) -> int:
        """Return the most renders of one arm, whatever the size of the plan."""
        alike = self.history.near_duplicates.get(choice.arm, 0)
        return max(
            0,
            min(choice.renders, self.limits.arm_cap, self.limits.near_duplicate_cap - alike),
        )

    def step_of(self, share_before: float, size: int) -> int:
        """Return the most renders of what had a share before, in a plan of a size."""
        if not self.history.previous:
            return size
        before = min(1.0, max(0.0, share_before)) if math.isfinite(share_before) else 0.0
        return math.floor((before + self.limits.step_limit) * size + SLACK)

    def affords(self, style: str, seconds: float, cents: float) -> bool:
        """Tell whether one more render of a style is paid for, after what is handed out already."""
        limits, used = self.limits, self.history.used
        one_seconds, one_cents = self.history.seconds_of(style), self.history.cents_of(style)
        has_time = used.gpu_seconds + seconds + one_seconds <= limits.gpu_seconds_per_day
        has_money = used.cents + cents + one_cents <= limits.cents_per_day
        return (has_time or not one_seconds) and (has_money or not one_cents)

    def cost(self, counts: Mapping[Arm, int]) -> tuple[float, float]:
        """Return the seconds and cents that renders take."""
        history = self.history
        seconds = math.fsum(history.seconds_of(arm.style) * n for arm, n in counts.items())
        cents = math.fsum(history.cents_of(arm.style) * n for arm, n in counts.items())
        return seconds, cents


@dataclass
class _Tally:
    """What was handed out so far."""

    arms: Counter[Arm] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)
    exploring: int = 0
    seconds: float = 0.0
    cents: float = 0.0

    def add(self, choice: Choice, history: History) -> None:
        """Hand out one render."""
        self.arms[choice.arm] += 1
        self.styles[choice.arm.style] += 1
        self.exploring += choice.kind in EXPLORING
        self.seconds += history.seconds_of(choice.arm.style)
        self.cents += history.cents_of(choice.arm.style)


def _largest(frame: _Frame) -> Shares:
    """Return the renders of each arm in the largest plan found that keeps every guardrail."""
    styles = {choice.arm.style for choice in frame.choices} | set(frame.history.recent)
    if len(styles) < frame.limits.diversity_floor - SLACK:
        return {}
    most = min(room(frame.limits, frame.history), sum(map(frame.most_of, frame.choices)))
    for size in _sizes(most):
        for varied in (False, True):
            counts = _filled(frame, size, varied=varied)
            if counts is not None and _keeps_floors(frame, counts):
                return counts
    return {}


def _sizes(most: int) -> Iterator[int]:
    """Yield sizes to try, falling: each one below 60, in steps of a thirtieth above."""
    size = most
    while size >= 1:
        yield size
        size -= max(1, size // 30 if size > 60 else 1)


def _filled(frame: _Frame, size: int, *, varied: bool) -> Shares | None:
    """Return a plan of exactly a size, handed out render by render, or `None` if it gets stuck.

    Args:
        frame: the question.
        size: renders of the whole plan.
        varied: give to the style that has least so far, rather than to what was wanted most.
    """
    caps, style_caps = _caps(frame, size)
    exploring = math.ceil(frame.limits.exploration_floor * size - SLACK)
    can_explore = sum(caps[choice.arm] for choice in frame.choices if choice.kind in EXPLORING)
    if sum(caps.values()) < size or can_explore < exploring:
        return None
    tally = _Tally()
    for left in range(size, 0, -1):
        open_ = [
            choice
            for choice in frame.choices
            if tally.arms[choice.arm] < caps[choice.arm]
            and tally.styles[choice.arm.style] < style_caps[choice.arm.style]
            and (exploring - tally.exploring < left or choice.kind in EXPLORING)
            and frame.affords(choice.arm.style, tally.seconds, tally.cents)
        ]
        if not open_:
            return None
        tally.add(min(open_, key=lambda one: _turn(frame, one, tally, varied)), frame.history)
    return dict(tally.arms)


def _turn(frame: _Frame, choice: Choice, tally: _Tally, varied: bool) -> tuple[float, float, str]:
    """Return what decides whose turn it is, the lowest first: d'Hondt by what was wanted."""
    style = choice.arm.style
    level = float(frame.history.recent.get(style, 0) + tally.styles[style]) if varied else 0.0
    return level, -choice.renders / (tally.arms[choice.arm] + 1), choice.arm.key


def _caps(frame: _Frame, size: int) -> tuple[Shares, dict[str, int]]:
    """Return the most renders of each arm and of each style in a plan of a size."""
    before = frame.history.previous
    of_style: dict[str, float] = defaultdict(float)
    for arm, share in before.items():
        of_style[arm.style] += share
    caps = {
        choice.arm: min(frame.most_of(choice), frame.step_of(before.get(choice.arm, 0.0), size))
        for choice in frame.choices
    }
    styles = {choice.arm.style for choice in frame.choices}
    return caps, {style: frame.step_of(of_style[style], size) for style in styles}


def _keeps_floors(frame: _Frame, counts: Shares) -> bool:
    """Tell whether what the filling cannot promise holds: variety, with the last days."""
    styles = Counter(frame.history.recent)
    for arm, n in counts.items():
        styles[arm.style] += n
    return effective_styles(styles.values()) >= frame.limits.diversity_floor - SLACK


def _kept(choices: tuple[Choice, ...], counts: Shares) -> tuple[Choice, ...]:
    """Return the choices with their new renders, propensities made to sum to 1 where changed."""
    if all(counts.get(choice.arm) == choice.renders for choice in choices):
        return choices
    weights = {c.arm: c.propensity * counts.get(c.arm, 0) / c.renders for c in choices}
    whole = sum(weights.values())
    return tuple(
        replace(
            choice,
            renders=counts[choice.arm],
            propensity=min(1.0, weights[choice.arm] / whole),
            evidence=dict(choice.evidence) | {"wanted": choice.renders},
        )
        for choice in choices
        if counts.get(choice.arm) and weights[choice.arm] > 0
    )


def _notes(frame: _Frame, counts: Shares) -> list[str]:
    """Return why less is made than was wanted, one sentence for each guardrail that held it."""
    made, wanted = sum(counts.values()), frame.wanted
    if made == wanted:
        return []
    notes = [*_day_notes(frame, counts), *_arm_notes(frame), *_floor_notes(frame, counts)]
    held = f"{wanted - made} of {wanted} renders were held back"
    return [f"{held}: {notes[0]}", *notes[1:]] if notes else [f"{held} by the guardrails together."]


def _day_notes(frame: _Frame, counts: Shares) -> Iterator[str]:
    """Yield what the day's budget does not give."""
    limits, used, history = frame.limits, frame.history.used, frame.history
    if room(limits, history) < frame.wanted:
        yield (f"the day allows {limits.renders_per_day} renders, {used.renders} of them are used.")
    whole = {choice.arm: choice.renders for choice in frame.choices}
    seconds, cents = frame.cost(whole)
    if used.gpu_seconds + seconds > limits.gpu_seconds_per_day:
        yield (
            f"the day allows {limits.gpu_seconds_per_day:,.0f} s of our workers; "
            f"{used.gpu_seconds:,.0f} s are used and the plan asked for {seconds:,.0f} s."
        )
    if cents and used.cents + cents > limits.cents_per_day:
        yield (
            f"the day allows {limits.cents_per_day:,.0f} cents for other people's compute; "
            f"{used.cents:,.1f} are used and the plan asked for {cents:,.1f}."
        )


def _arm_notes(frame: _Frame) -> Iterator[str]:
    """Yield what single arms may not get."""
    limits, alike = frame.limits, frame.history.near_duplicates
    full = [c.arm for c in frame.choices if alike.get(c.arm, 0) >= limits.near_duplicate_cap]
    if full:
        yield (
            f"{len(full)} combination(s), {full[0].style} in {full[0].palette} for one, have "
            f"{limits.near_duplicate_cap} works on sale that look almost the same."
        )
    if any(choice.renders > limits.arm_cap for choice in frame.choices):
        yield f"one combination gets at most {limits.arm_cap} renders in a cycle."
    if _rises_too_fast(frame):
        yield (
            f"no share may rise by more than {100 * limits.step_limit:.0f} percentage points "
            "from one cycle to the next."
        )


def _rises_too_fast(frame: _Frame) -> bool:
    """Tell whether the plan as wanted breaks the step limit."""
    caps, style_caps = _caps(frame, max(frame.wanted, 1))
    before, styles = frame.history.previous, Counter[str]()
    for choice in frame.choices:
        styles[choice.arm.style] += choice.renders
    arms = any(c.renders > caps[c.arm] and c.renders <= frame.most_of(c) for c in frame.choices)
    return bool(before) and (arms or any(n > style_caps[style] for style, n in styles.items()))


def _floor_notes(frame: _Frame, counts: Shares) -> Iterator[str]:
    """Yield which floor the plan as wanted misses."""
    limits = frame.limits
    exploring = sum(c.renders for c in frame.choices if c.kind in EXPLORING)
    if exploring < limits.exploration_floor * frame.wanted - SLACK:
        yield (
            f"{100 * limits.exploration_floor:.0f} % must go to what is new, and the plan had "
            f"{exploring} such renders."
        )
    whole = {choice.arm: choice.renders for choice in frame.choices}
    if not _keeps_floors(frame, whole):
        styles = len({arm.style for arm in whole} | set(frame.history.recent))
        yield (
            f"the works of seven days must be as varied as {limits.diversity_floor:g} equal "
            f"styles, and {styles} style(s) were there to choose from."
        )
