"""What a gate would have said to the pictures of the past: for looking before it is activated.

Reads stored scores and findings, writes nothing, and measures nothing anew.
"""

from collections import Counter
from dataclasses import dataclass

from curation.gate import Evidence, Verdict, judge, parse_rules
from curation.models import Candidate, Gate
from curation.scorers import SCORERS
from genart.lib.errors import InvalidInput

REPLAYED = 400
FLIPS_SHOWN = 24
STATE_WORD = {
    Candidate.State.APPROVED: "approve",
    Candidate.State.REJECTED: "reject",
    Candidate.State.REVIEW: "review",
}


@dataclass(frozen=True)
class Flip:
    """A picture that a gate would send elsewhere than where it is."""

    candidate: Candidate
    stands: str
    verdict: Verdict


@dataclass(frozen=True)
class Replay:
    """How a gate's verdicts compare with where the pictures stand.

    Attributes:
        table: `(where it stands, what the gate says)` → how many.
        flips: the newest pictures that would go elsewhere.
        total: how many pictures were looked at.
        fault: why the gate cannot judge, empty where it can.
    """

    table: dict[tuple[str, str], int]
    flips: list[Flip]
    total: int
    fault: str = ""

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The table in rows, where it stands, with a column for approve, review, reject."""
        words = ("approve", "review", "reject")
        return [(a, [self.table.get((a, b), 0) for b in words]) for a in words]


def replay(gate: Gate, limit: int = REPLAYED) -> Replay:
    """Put the newest judged pictures of a gate's brand and tier through it."""
    try:
        rules = parse_rules(gate.rules, SCORERS)
    except InvalidInput as error:
        return Replay({}, [], 0, error.message)
    judged = Candidate.objects.filter(
        brand=gate.brand_id, tier=gate.tier, state__in=list(STATE_WORD)
    )
    rows = judged.select_related("render__job").prefetch_related("scores", "flags")
    table: Counter[tuple[str, str]] = Counter()
    flips = []
    for candidate in rows.order_by("-created_at")[:limit]:
        stands = STATE_WORD[Candidate.State(candidate.state)]
        verdict = judge(_evidence(candidate), rules, gate.tier)
        table[stands, verdict.verdict] += 1
        if stands != verdict.verdict:
            flips.append(Flip(candidate, stands, verdict))
    return Replay(dict(table), flips[:FLIPS_SHOWN], sum(table.values()))


def _evidence(candidate: Candidate) -> Evidence:
    """Return the stored evidence of a candidate; each scorer's newest value counts."""
    scores = sorted(candidate.scores.all(), key=lambda score: score.pk)
    flags = candidate.flags.all()
    return Evidence(
        scores={score.scorer: score.value for score in scores},
        praises={score.scorer: score.evidence.get("praise", "") for score in scores},
        blames={score.scorer: score.evidence.get("blame", "this is weak") for score in scores},
        holds=[flag.message for flag in flags if flag.severity == "hold"],
        blocks=[flag.message for flag in flags if flag.severity == "block"],
    )
