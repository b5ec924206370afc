"""What a gate would have said to the pictures of the past: for looking before it takes effect.

Reads stored scores and findings, writes nothing, and measures nothing anew. A gate is replayed as
its certificate has it, the one in force or its last; a gate that never had one as its rules alone
have it, as if all that passes them were published.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from curation.certifying.pairs import worse_by_chance
from curation.gate import Evidence, Verdict, judge, parse_rules
from curation.models import Candidate, Certificate, Decision, Gate
from curation.ranking import rankings
from curation.scorers import SCORERS
from genart.lib.errors import InvalidInput

REPLAYED = 400
COMPARED = 2000
FLIPS_SHOWN = 24
LOOK_SECONDS = 4.0
"""What a decision of a person is taken to last until some were timed."""
WORDS = ("approve", "review", "reject")
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
        people: `(what a person said, what the gate says)` → how many.
        flips: the newest pictures that would go elsewhere.
        total: how many pictures were looked at.
        fault: why the gate cannot judge, empty where it can.
        seconds: what a person's decision takes, in the middle.
    """

    table: dict[tuple[str, str], int]
    flips: list[Flip]
    total: int
    fault: str = ""
    people: dict[tuple[str, str], int] = field(default_factory=dict)
    seconds: float = LOOK_SECONDS

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The table in rows, where it stands, with a column for approve, review, reject."""
        return [(a, [self.table.get((a, b), 0) for b in WORDS]) for a in WORDS]

    @property
    def people_rows(self) -> list[tuple[str, list[int]]]:
        """The confusion matrix in rows: what people said, then a column for each verdict."""
        said = ("approve", "reject")
        return [(a, [self.people.get((a, b), 0) for b in WORDS]) for a in said]

    @property
    def wrong_approvals(self) -> int:
        """Pictures that it would publish and people refused."""
        return self.people.get(("reject", "approve"), 0)

    @property
    def wrong_refusals(self) -> int:
        """Pictures that it would refuse and people approved."""
        return self.people.get(("approve", "reject"), 0)

    @property
    def minutes(self) -> float:
        """What people would have spent on what it sends them."""
        sent = sum(count for (_, said), count in self.table.items() if said == "review")
        return sent * self.seconds / 60


@dataclass(frozen=True)
class Comparison:
    """Two gates on the same pictures on which people decided; wrong is what people contradict.

    Attributes:
        new, old: the gates, in words.
        labels: pictures.
        only_new: on which the new gate alone is wrong.
        only_old: on which the old one alone is wrong.
        chance: probability of so many, or more, wrong ones of the new gate if both were as good.
        minutes: people's time that the new gate would take more (or less, negative).
        wrong_approvals: how many more.
    """

    new: str
    old: str
    labels: int
    only_new: int
    only_old: int
    chance: float
    minutes: float
    wrong_approvals: int

    @property
    def objection(self) -> str:
        """Why the new gate must not replace the old one; empty where it may."""
        if self.only_new <= self.only_old or self.chance >= 0.05:
            return ""
        return (
            f"On {self.labels} past decisions {self.new} is worse than {self.old}: it alone is "
            f"wrong on {self.only_new}, the other alone on {self.only_old} (p = {self.chance:.3f})."
        )

    def as_json(self) -> dict[str, Any]:
        """Return it for an event."""
        return {
            "with": self.old,
            "labels": self.labels,
            "only_new": self.only_new,
            "only_old": self.only_old,
            "p": round(self.chance, 4),
            "minutes": round(self.minutes, 2),
            "wrong_approvals": self.wrong_approvals,
        }


def replay(gate: Gate, limit: int = REPLAYED) -> Replay:
    """Put the newest judged pictures of a gate's brand, tier and style through it."""
    try:
        candidates = _judged(gate)[:limit]
        verdicts = verdicts_of(gate, candidates)
    except InvalidInput as error:
        return Replay({}, [], 0, error.message)
    table: Counter[tuple[str, str]] = Counter()
    people: Counter[tuple[str, str]] = Counter()
    flips = []
    for candidate in candidates:
        stands = STATE_WORD[Candidate.State(candidate.state)]
        verdict = verdicts[candidate.pk]
        table[stands, verdict.verdict] += 1
        if candidate.said in ("approve", "reject"):
            people[candidate.said, verdict.verdict] += 1
        if stands != verdict.verdict:
            flips.append(Flip(candidate, stands, verdict))
    shown, total = flips[:FLIPS_SHOWN], sum(table.values())
    return Replay(dict(table), shown, total, people=dict(people), seconds=seconds_per_decision())


def compare(new: Gate, old: Gate, limit: int = COMPARED) -> Comparison:
    """Put the newest pictures on which people decided through two gates.

    Raises:
        InvalidInput: the rules of one of them cannot be read.
    """
    candidates = _judged(new).filter(said__in=("approve", "reject"))[:limit]
    ours, theirs = verdicts_of(new, candidates), verdicts_of(old, candidates)
    said = {candidate.pk: candidate.said for candidate in candidates}
    wrong_new = {key for key, word in said.items() if _contradicts(ours[key], word)}
    wrong_old = {key for key, word in said.items() if _contradicts(theirs[key], word)}
    only_new, only_old = len(wrong_new - wrong_old), len(wrong_old - wrong_new)

    def sent(verdicts: dict[UUID, Verdict]) -> int:
        return sum(verdict.verdict == "review" for verdict in verdicts.values())

    def published(wrong: set[UUID]) -> int:
        return sum(said[key] == "reject" for key in wrong)

    return Comparison(
        new=str(new),
        old=str(old),
        labels=len(said),
        only_new=only_new,
        only_old=only_old,
        chance=worse_by_chance(only_new, only_old),
        minutes=(sent(ours) - sent(theirs)) * seconds_per_decision() / 60,
        wrong_approvals=published(wrong_new) - published(wrong_old),
    )


def replaced_by(gate: Gate) -> Gate | None:
    """Return the version that published by itself before a gate, if there was one."""
    before = Gate.objects.filter(brand=gate.brand_id, tier=gate.tier, style=gate.style_id)
    earned = before.filter(certificates__isnull=False).exclude(pk=gate.pk)
    return earned.order_by("-version").first()


def verdicts_of(gate: Gate, candidates: Sequence[Candidate]) -> dict[UUID, Verdict]:
    """Return what a gate says of judged pictures, its certificate included.

    Raises:
        InvalidInput: its rules cannot be read.
    """
    rules = parse_rules(gate.rules, SCORERS)
    said = {row.pk: judge(_evidence(row), rules, gate.tier) for row in candidates}
    certificate = Certificate.objects.select_related("head").filter(gate=gate).first()
    if certificate is None:
        return said
    passing = [key for key, verdict in said.items() if verdict.verdict == "approve"]
    values = rankings(passing, certificate.head, rules)
    low = f"It ranks under {certificate.threshold:.3f} of certificate {certificate.pk}."
    held_back = [key for key in passing if values[key] < certificate.threshold]
    return said | {key: Verdict("review", (low,), said[key].doubt) for key in held_back}


def seconds_per_decision() -> float:
    """Return how long people look at a picture, in the middle of the newest timed decisions."""
    timed = Decision.objects.filter(user__isnull=False, took_ms__isnull=False).order_by("-pk")
    times = [took or 0 for took in timed.values_list("took_ms", flat=True)[:500]]
    return median(times) / 1000 if times else LOOK_SECONDS


def _judged(gate: Gate) -> Any:
    """Return the judged pictures of a gate, newest first, with what a person `said` of each."""
    last = Decision.objects.filter(candidate=OuterRef("pk")).exclude(user=None).order_by("-pk")
    judged = Candidate.objects.filter(
        brand=gate.brand_id, tier=gate.tier, state__in=list(STATE_WORD)
    )
    if gate.style_id:
        judged = judged.filter(render__style_version__style=gate.style_id)
    rows = judged.select_related("render__job").prefetch_related("scores", "flags")
    return rows.annotate(said=Subquery(last.values("verdict")[:1])).order_by("-created_at")


def _contradicts(verdict: Verdict, word: str) -> bool:
    return verdict.verdict != "review" and verdict.verdict != word


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
