"""Draws pictures for the founding labels from what the first series asks for, and collects them.

They go the way of all pictures: compiled, rendered by the engine in groups, admitted, measured and
judged, in a factory of their own. Drawing again with the same seed goes on where it was broken off.
"""

import json
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from curation.campaigns import maker_of, versions_of
from curation.founding.labels import COMPANY
from curation.gate import Evidence, judge, parse_rules
from curation.models import Candidate, Flag, Gate
from curation.ranking import latest_scores
from curation.scorers import SCORERS
from genart.accounts.models import User
from generation.models import Job, Render, Tier

SPECS = settings.BASE_DIR / "generation" / "data" / "first_series"
KEY = "founding/"


@dataclass(frozen=True, eq=False)
class Sample:
    """Judged renders in random order, with everything that the labels need.

    Attributes:
        candidates: in the order of their numbers, from 1 on.
        names, rows, scores, passes: see `labels.Founding`.
        versions: what they hold for.
        title: one line that says which sample this is.
    """

    candidates: list[Candidate]
    names: tuple[str, ...]
    rows: NDArray[np.float64]
    scores: tuple[dict[str, float], ...]
    passes: NDArray[np.bool_]
    versions: dict[str, Any]
    title: str


def commission(*, count: int, seed: int, owner: User) -> list[Job]:
    """Ask for `count` pictures: which series each is of is drawn, and within it the rest."""
    from generation.services import submit_job

    specs = {}
    for path in sorted(SPECS.glob("*.json")):
        spec = json.loads(path.read_text(encoding="utf-8"))
        if spec.get("tier") == Tier.COMMODITY:
            specs[path.stem] = spec
    dice = random.Random(seed)  # noqa: S311  (a sample that can be drawn again, no secret)
    drawn = Counter(dice.choice(sorted(specs)) for _ in range(count))
    jobs = []
    for name in sorted(drawn):
        spec = specs[name] | {
            "sampling": "random",
            "count": drawn[name],
            "seed": dice.getrandbits(40),
        }
        key = f"{KEY}{seed}/{count}/{name}"
        jobs.append(submit_job(spec=spec, owner=owner, idempotency_key=key)[0])
    return jobs


def collect(jobs: list[Job], *, seed: int) -> Sample:
    """Return the judged renders of jobs in a random order, without what could not be judged."""
    from curation.taste.features import names_for, rows_of

    related = ("render__style_version__style", "render__checkpoint", "render__job")
    ready = Candidate.objects.filter(
        render__job__in=jobs, render__state=Render.State.RENDERED, decisions__gate__isnull=False
    )
    rows = ready.distinct().select_related(*related)
    candidates = list(rows.order_by("render__job__idempotency_key", "render__index"))
    random.Random(f"order {seed}").shuffle(candidates)  # noqa: S311  (no secret)
    names = tuple(
        name
        for name in names_for([])
        if not name.startswith("score.") or name.removeprefix("score.") not in COMPANY
    )
    ids = [candidate.pk for candidate in candidates]
    scores = latest_scores(ids)
    gate = Gate.objects.get(brand__slug="house", tier=Tier.COMMODITY, style=None, is_active=True)
    makers = sorted({maker_of(candidate.render) for candidate in candidates})
    passed = _passing(gate, candidates)
    versions = versions_of(gate, None) | {"makers": makers}
    return Sample(
        candidates=candidates,
        names=names,
        rows=rows_of(ids, names),
        scores=tuple(scores.get(key, {}) for key in ids),
        passes=np.array([key in passed for key in ids], bool),
        versions=versions,
        title=f"{len(ids)} pictures, seed {seed}, {', '.join(makers)}, {versions['encoder']}",
    )


def _passing(gate: Gate, candidates: list[Candidate]) -> set[UUID]:
    """Return the pictures against which the rules have nothing.

    That one repeats another of the sample is left aside: here each look was drawn many times over.
    """
    rules = parse_rules(gate.rules, SCORERS)
    scores = latest_scores([candidate.pk for candidate in candidates])
    held: dict[UUID, list[str]] = {}
    found = Flag.objects.filter(candidate__in=candidates).exclude(kind=Flag.Kind.DUPLICATE)
    for key, message in found.values_list("candidate", "message"):
        held.setdefault(key, []).append(message)
    said = {
        row.pk: judge(Evidence(scores.get(row.pk, {}), holds=held.get(row.pk, ())), rules, row.tier)
        for row in candidates
    }
    return {key for key, verdict in said.items() if verdict.verdict == "approve"}


def save(sample: Sample, folder: Path) -> None:
    """Write what `write_founding_labels` needs, and a list of the pictures for people."""
    np.savez_compressed(folder / "sample.npz", rows=sample.rows.astype(np.float32))
    content = {
        "title": sample.title,
        "names": sample.names,
        "scores": sample.scores,
        "passes": sample.passes.astype(int).tolist(),
        "versions": sample.versions,
        "pictures": [
            {
                "number": number,
                "style": candidate.render.style_version.style.slug,
                "palette": candidate.render.palette_name,
                "layout": candidate.render.layout,
                "seed": candidate.render.seed,
                "state": candidate.state,
                "reasons": candidate.reasons,
            }
            for number, candidate in enumerate(sample.candidates, 1)
        ],
    }
    (folder / "sample.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
