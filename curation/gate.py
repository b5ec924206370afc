"""The gate: scores, findings and rules in, one verdict with its reasons out.

Pure: no database, no clock, no model. What is done with a verdict is in `curation/services.py`; the
rules that are in force are the rows `Gate`, the first of them in `curation/defaults.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from genart.lib.errors import InvalidInput

VerdictName = Literal["approve", "review", "reject"]


class Bounds(NamedTuple):
    """Below `reject` a picture is refused, at or above `approve` it passes, between it waits."""

    reject: float
    approve: float


Rules = Mapping[str, Bounds]


@dataclass(frozen=True)
class Evidence:
    """All that a gate looks at.

    Attributes:
        scores: scorer → value of 0 to 1.
        praises: scorer → a clause for a value that passes, such as `its edges are crisp`.
        blames: scorer → a clause for one that does not, such as `it is soft`.
        holds: sentences of findings that a person must look at.
        blocks: sentences of findings that refuse.
        failures: scorer or detector → why it gave nothing.
    """

    scores: Mapping[str, float]
    praises: Mapping[str, str] = field(default_factory=dict)
    blames: Mapping[str, str] = field(default_factory=dict)
    holds: Sequence[str] = ()
    blocks: Sequence[str] = ()
    failures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What a gate says, why, and how unsure it is: 0 sure … 1 undecided."""

    verdict: VerdictName
    reasons: tuple[str, ...]
    doubt: float


def parse_rules(raw: Mapping[str, Any], known: Collection[str]) -> Rules:
    """Return the rules that a gate's JSON states, in the order of `known`.

    Raises:
        InvalidInput: there is none, a scorer is unknown, or its bounds are not 0 ≤ reject ≤
            approve ≤ 1.
    """
    if not raw:
        raise InvalidInput("A gate needs at least one rule.", where="rules")
    rules = {}
    for name, bounds in raw.items():
        if name not in known:
            raise InvalidInput(
                f"There is no scorer {name}; choose from {', '.join(sorted(known))}.",
                where=f"rules.{name}",
            )
        try:
            parsed = Bounds(float(bounds["reject"]), float(bounds["approve"]))
        except (TypeError, KeyError, ValueError) as error:
            raise InvalidInput(
                'Write both bounds as numbers: {"reject": 0.1, "approve": 0.3}.',
                where=f"rules.{name}",
            ) from error
        if not 0 <= parsed.reject <= parsed.approve <= 1:
            raise InvalidInput(
                "Bounds must rise from 0 to 1: reject, then approve.", where=f"rules.{name}"
            )
        rules[name] = parsed
    return {name: rules[name] for name in known if name in rules}


def judge(evidence: Evidence, rules: Rules, tier: str) -> Verdict:
    """Return the verdict of a gate.

    A premium work always meets a person. A commodity is approved only when every rule has a score
    and passes, and nothing is held against it. Where a scorer failed or a score is missing, a
    person decides: such a picture is never published and never refused. Raising a score never makes
    the verdict worse.
    """
    missing = [name for name in rules if name not in evidence.scores]
    if missing or evidence.failures:
        return Verdict("review", _missing_reasons(missing, evidence), 1.0)
    low = [name for name, bounds in rules.items() if evidence.scores[name] < bounds.reject]
    open_ = [
        name
        for name, bounds in rules.items()
        if bounds.reject <= evidence.scores[name] < bounds.approve
    ]
    refused = (*evidence.blocks, *_sentences(low, "reject", evidence, rules))
    undecided = (*evidence.holds, *_sentences(open_, "approve", evidence, rules))
    if tier == "premium":
        return Verdict("review", _premium_reasons(refused, undecided), _doubt(evidence, rules))
    if refused:
        return Verdict("reject", refused, _doubt(evidence, rules))
    if undecided:
        return Verdict("review", undecided, _doubt(evidence, rules))
    return Verdict("approve", (_all_pass(evidence, rules),), _doubt(evidence, rules))


def weakest_margin(scores: Mapping[str, float], rules: Rules) -> float:
    """Return how far the weakest score is above its lower bound, of what is possible: 0 … 1.

    By it pictures are ranked where the brand has not learnt a taste. Raising a score never lowers
    it; a missing score counts as 0.
    """
    places = [
        (scores.get(name, 0.0) - bounds.reject) / max(1 - bounds.reject, 1e-6)
        for name, bounds in rules.items()
    ]
    return min(max(min(places), 0.0), 1.0)


def _missing_reasons(missing: Sequence[str], evidence: Evidence) -> tuple[str, ...]:
    failed = tuple(
        f"{name.capitalize()} could not be measured: {why}"
        for name, why in evidence.failures.items()
    )
    absent = [name for name in missing if name not in evidence.failures]
    if absent:
        failed += (f"There is no score for {', '.join(absent)}, so a person decides.",)
    return failed + tuple(evidence.blocks) + tuple(evidence.holds)


def _premium_reasons(refused: Sequence[str], undecided: Sequence[str]) -> tuple[str, ...]:
    found = (*refused, *undecided)
    if found:
        return ("Premium: a person decides.", *found)
    return ("Premium: a person decides. Every measure passes.",)


def _sentences(
    names: Sequence[str], bound: Literal["reject", "approve"], evidence: Evidence, rules: Rules
) -> tuple[str, ...]:
    """Return a sentence for each score that is under its bound; the first names what is good."""
    sentences = []
    for name in sorted(names, key=lambda name: evidence.scores[name]):
        value, limit = evidence.scores[name], getattr(rules[name], bound)
        clause = evidence.blames.get(name, "this is weak")
        sentences.append(f"{clause}: {name} {value:.2f} is under {_above(value, limit)}.")
    if not sentences:
        return ()
    praise = _praise(names, evidence, rules)
    first = f"{praise}, but {sentences[0]}" if praise else sentences[0]
    return tuple(text[:1].upper() + text[1:] for text in (first, *sentences[1:]))


def _above(value: float, limit: float) -> str:
    """Write a limit so that it reads higher than the value, however near they are."""
    return f"{limit:.2f}" if f"{value:.2f}" != f"{limit:.2f}" else f"{limit:.4f}"


def _praise(names: Sequence[str], evidence: Evidence, rules: Rules) -> str:
    """Return what is best about the picture, if something passes."""
    passing = [
        name
        for name, bounds in rules.items()
        if name not in names
        and evidence.scores[name] >= bounds.approve
        and name in evidence.praises
    ]
    if not passing:
        return ""
    best = max(passing, key=lambda name: evidence.scores[name])
    return f"{evidence.praises[best]} ({evidence.scores[best]:.2f})"


def _all_pass(evidence: Evidence, rules: Rules) -> str:
    values = ", ".join(f"{name} {evidence.scores[name]:.2f}" for name in rules)
    return f"Every measure passes: {values}."


def _doubt(evidence: Evidence, rules: Rules) -> float:
    """Return how near the weakest score is to the middle between its bounds, 0 to 1."""
    places = []
    for name, (reject, approve) in rules.items():
        width = max(approve - reject, 0.05)
        places.append((evidence.scores[name] - (reject + approve) / 2) / width)
    weakest = min(places)
    return round(max(0.0, 1.0 - abs(weakest)), 4)
