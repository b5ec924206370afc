"""What a gate without a certificate has gathered: pictures drawn at random, and people's verdicts.

A campaign is everything that was judged under one set of versions since the gate's last suspension.
Of its pictures that pass the rules, each is drawn with the same probability, `LABEL_SHARE`. Only
these labels show anything: those that people choose to look at are not like the rest. To leave
nobody a choice, labels count in the order of the draw, up to the first that nobody has decided on
yet; what was withdrawn before anybody decided counts as refused. Taste learns from the others
(`curation/taste/lessons.py`), so no head has seen the labels that judge it.

Reads rows, writes nothing.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from curation.certifying.looks import Look, look_at
from curation.certifying.versions import digest
from curation.compliance import DETECTORS
from curation.compliance.duplicates import DETECTOR as COPIES
from curation.models import Candidate, Decision, Gate, GateEvent, Head
from curation.recording import version_of
from curation.scorers import SCORERS
from curation.taste.criteria import hard_version
from genart.ml.weights import clip_folder
from generation.models import Adapter, Render

LABEL_SHARE = 0.4
"""The probability with which a picture is drawn as a label; the others teach the brand's taste."""
POOL = 2000
"""At most so many unlabelled pictures fix the thresholds, the newest."""


@dataclass(frozen=True)
class Label:
    """One picture that was drawn; `accepted` is what people say, `None` while nobody did."""

    candidate_id: UUID
    accepted: bool | None
    maker: str


@dataclass(frozen=True)
class Progress:
    """How far a campaign is.

    Attributes:
        labels: that count.
        waiting: drawn pictures on which nobody has decided.
        look: the next planned look.
    """

    labels: int
    waiting: int
    look: Look

    def __str__(self) -> str:
        """Return it as a clause."""
        return f"{min(self.labels, self.look.labels)} of {self.look.labels} random labels"

    @property
    def share(self) -> float:
        """How much of the way to the next look is done, 0 … 1."""
        return min(1.0, self.labels / self.look.labels)


def versions_of(gate: Gate, head: Head | None) -> dict[str, Any]:
    """Return what a certificate of a gate would hold for now, but for `makers`."""
    return {
        "encoder": clip_folder().encoder,
        "scorers": {name: version_of(name) for name in SCORERS},
        "detectors": {"copies": COPIES} | {d.name: d.version for d in DETECTORS.values()},
        "rules": digest(gate.rules),
        "criteria": hard_version(gate.brand_id),
        "head": f"v{head.version}" if head else "",
    }


def maker_of(render: Render) -> str:
    """Return what made a render, by content: checkpoint, adapters and how they were run."""
    checkpoint = render.checkpoint
    parts = [f"{checkpoint.slug}@{checkpoint.sha256[:12]}", *_adapters(render)]
    run = f"{render.steps} steps, guidance {render.guidance:g}, {render.scheduler}"
    return f"{'+'.join(parts)} ({run})"


def _adapters(render: Render) -> list[str]:
    if not render.adapters:
        return []
    known = Adapter.objects.filter(slug__in=[entry["slug"] for entry in render.adapters])
    content = {(row.slug, row.version): row.sha256[:12] for row in known}
    return [
        f"{e['slug']}@{content.get((e['slug'], e['version']), e['version'])}×{e['weight']:g}"
        for e in render.adapters
    ]


def campaign_of(gate: Gate) -> str:
    """Return the name of a gate's present campaign. A new head does not begin another."""
    fixed = {key: value for key, value in versions_of(gate, None).items() if key != "head"}
    ended = GateEvent.objects.filter(gate=gate, after=Gate.Autonomy.SUSPENDED)
    last = ended.exclude(before=Gate.Autonomy.SUSPENDED).values_list("pk", flat=True).first()
    return digest([gate.pk, last or 0, fixed])


def judged_in(gate: Gate, campaign: str) -> QuerySet[Decision]:
    """Return a gate's decisions on pictures of a campaign that passed the rules, in order."""
    return Decision.objects.filter(gate=gate, evidence__campaign=campaign).order_by("pk")


def labels_of(gate: Gate, campaign: str) -> list[Label]:
    """Return every picture that was drawn, in the order of the draw.

    Those of a checkpoint that is switched off are left out: it makes no more pictures.
    """
    said = Decision.objects.filter(candidate=OuterRef("candidate")).exclude(user=None)
    rows = (
        judged_in(gate, campaign)
        .filter(candidate__sample_share=LABEL_SHARE, candidate__render__checkpoint__is_active=True)
        .annotate(last=Subquery(said.order_by("-pk").values("verdict")[:1]))
        .values_list("candidate", "candidate__state", "last", "evidence__maker")
    )
    return [Label(key, _accepted(state, last), maker) for key, state, last, maker in rows]


def _accepted(state: str, last: str | None) -> bool | None:
    """Return what a person says of a picture, by its state and the last thing a person did."""
    if last in (Decision.Verdict.APPROVE, Decision.Verdict.REJECT):
        return last == Decision.Verdict.APPROVE
    return False if state == Candidate.State.WITHDRAWN else None


def complete(labels: list[Label]) -> list[Label]:
    """Return the labels up to the first on which nobody has decided."""
    for place, label in enumerate(labels):
        if label.accepted is None:
            return labels[:place]
    return labels


def pool_of(gate: Gate, campaign: str) -> list[UUID]:
    """Return the newest pictures of a campaign whose labels are not used."""
    rows = judged_in(gate, campaign).filter(candidate__sample_share=None)
    return list(rows.order_by("-pk").values_list("candidate", flat=True)[:POOL])


def looks_made(gate: Gate, campaign: str) -> int:
    """Return how many looks a campaign has had."""
    return GateEvent.objects.filter(gate=gate, evidence__campaign=campaign).count()


def progress_of(gate: Gate, campaign: str | None = None) -> Progress:
    """Return how far a gate is with its present campaign, or with one that is named."""
    campaign = campaign or campaign_of(gate)
    labels = labels_of(gate, campaign)
    number = looks_made(gate, campaign) + 1
    look = look_at(number, target=gate.target, confidence=gate.confidence)
    waiting = sum(label.accepted is None for label in labels)
    return Progress(len(complete(labels)), waiting, look)
