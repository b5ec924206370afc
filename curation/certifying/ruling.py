"""From what the rules say to what the gate does by itself: its certificate decides on approvals.

Only a certified gate approves, and only what ranks at or above its threshold. Refusals and pictures
that wait stay as the rules have it.
"""

from dataclasses import dataclass, replace

from curation.gate import Verdict

UNDECIDED = 0.5
"""The least doubt of a picture that was drawn as a label: it should be seen soon."""


@dataclass(frozen=True)
class Standing:
    """How far a gate may go, at the moment at which it judges.

    Attributes:
        autonomy: a value of `Gate.Autonomy`.
        certificate: its number, and empty without one in force.
        threshold: approves from this ranking value on.
        promise: what the certificate says, as a clause.
        progress: how far a gate without certificate is, as a clause.
    """

    autonomy: str
    certificate: int | None = None
    threshold: float = 1.0
    promise: str = ""
    progress: str = ""


@dataclass(frozen=True)
class Ruling:
    """A gate's verdict in force.

    Attributes:
        verdict: what happens.
        would: what would happen if the certificate at hand were in force; empty without one.
    """

    verdict: Verdict
    would: str = ""


def rule(verdict: Verdict, standing: Standing, value: float) -> Ruling:
    """Return what a gate does with a picture that passes every rule.

    Args:
        verdict: an approval by the rules.
        standing: of the gate.
        value: by which its pictures are ranked, 0 … 1.
    """
    ranks = value >= standing.threshold
    would = ("approve" if ranks else "review") if standing.certificate else ""
    if standing.autonomy == "certified" and standing.certificate:
        return Ruling(_certified(verdict, standing, value, ranks=ranks), would)
    if standing.autonomy == "shadow" and standing.certificate:
        does = "would publish it" if ranks else "would not publish it"
        text = f"This gate is on trial: under certificate {standing.certificate} it {does}."
        return Ruling(_waits(verdict, text), would)
    state = "was suspended and learns anew" if standing.autonomy == "suspended" else "still learns"
    text = f"It would pass, but this gate {state}: {standing.progress}."
    return Ruling(_waits(verdict, text))


def _certified(verdict: Verdict, standing: Standing, value: float, *, ranks: bool) -> Verdict:
    number = standing.certificate
    if ranks:
        reason = f"Approved under certificate {number}: {standing.promise}."
        return replace(verdict, reasons=(*verdict.reasons, reason))
    reason = (
        f"Every measure passes, but it ranks too low to be published unseen: {_near(value)} is "
        f"under {_near(standing.threshold)} of certificate {number}."
    )
    return Verdict("review", (reason,), max(verdict.doubt, UNDECIDED))


def _waits(verdict: Verdict, reason: str) -> Verdict:
    return Verdict("review", (reason, *verdict.reasons), verdict.doubt)


def _near(value: float) -> str:
    return f"{value:.3f}"
