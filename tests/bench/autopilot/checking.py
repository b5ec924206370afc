"""Says which guardrail a plan breaks, by sums of its own: nothing of the guardrails is imported."""

from collections.abc import Iterator
from math import isfinite, log

from catalog.autopilot.history import History
from catalog.autopilot.types import Arm, Limits, Plan

EPS = 1e-6


def violations(asked: Plan, made: Plan, limits: Limits, history: History) -> list[str]:
    """Return a word for each guardrail that `made` breaks, and for each thing it made up."""
    given = {}
    for choice in asked.choices:
        given.setdefault(choice.arm, choice)
    counts: dict[Arm, int] = {}
    for choice in made.choices:
        counts[choice.arm] = counts.get(choice.arm, 0) + choice.renders
    if not counts:
        return []
    ill_formed = list(_form(made, counts))
    if ill_formed:
        return ill_formed
    checks = (_day, _arms, _steps, _floors)
    return [word for check in checks for word in check(made, counts, limits, history)] + [
        "made-up" for arm, n in counts.items() if arm not in given or n > given[arm].renders
    ]


def _form(made: Plan, counts: dict[Arm, int]) -> Iterator[str]:
    chances = [choice.propensity for choice in made.choices]
    if len(counts) != len(made.choices):
        yield "arm-twice"
    if any(not isinstance(n, int) or n < 1 for n in counts.values()):
        yield "renders"
    if any(not isfinite(chance) or chance <= 0 or chance > 1 for chance in chances):
        yield "propensity"


def _day(made: Plan, counts: dict[Arm, int], limits: Limits, history: History) -> Iterator[str]:
    seconds = cents = 0.0
    for arm, n in counts.items():
        seconds += n * history.seconds.get(arm.style, history.usual_seconds)
        cents += n * history.cents.get(arm.style, 0.0)
    if history.used.renders + sum(counts.values()) > limits.renders_per_day:
        yield "renders-per-day"
    if seconds and history.used.gpu_seconds + seconds > limits.gpu_seconds_per_day + EPS:
        yield "gpu-seconds"
    if cents and history.used.cents + cents > limits.cents_per_day + EPS:
        yield "cents"


def _arms(made: Plan, counts: dict[Arm, int], limits: Limits, history: History) -> Iterator[str]:
    for arm, n in counts.items():
        if n > limits.arm_cap:
            yield "arm-cap"
        if history.near_duplicates.get(arm, 0) + n > limits.near_duplicate_cap:
            yield "near-duplicates"


def _steps(made: Plan, counts: dict[Arm, int], limits: Limits, history: History) -> Iterator[str]:
    if not history.previous:
        return
    whole = sum(counts.values())
    for arm, n in counts.items():
        if n / whole - history.previous.get(arm, 0.0) > limits.step_limit + EPS:
            yield "arm-step"
    for style in {arm.style for arm in counts}:
        now = sum(n for arm, n in counts.items() if arm.style == style) / whole
        then = sum(share for arm, share in history.previous.items() if arm.style == style)
        if now - then > limits.step_limit + EPS:
            yield "style-step"


def _floors(made: Plan, counts: dict[Arm, int], limits: Limits, history: History) -> Iterator[str]:
    whole = sum(counts.values())
    exploring = sum(c.renders for c in made.choices if c.kind in ("explore", "gap"))
    if exploring / whole < limits.exploration_floor - EPS:
        yield "exploration"
    styles = dict(history.recent)
    for arm, n in counts.items():
        styles[arm.style] = styles.get(arm.style, 0) + n
    together = sum(styles.values())
    # Hill's number of order one: the product of p^-p.
    effective = 1.0
    for n in styles.values():
        if n:
            effective *= (n / together) ** (-n / together)
    if log(effective) < log(limits.diversity_floor) - EPS:
        yield "diversity"
