"""What a spec would become, before anything is written: the pictures, their prompts, time, cost.

The same path as `services.submit_job` up to the first row, so that what is shown is what is made.
Without a seed the spec is looked at with a seed made of its content: shown prompts stay still while
a form is filled in, and the spec in the answer, sent as it is, makes exactly these pictures.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from genart.lib.errors import InvalidInput
from generation.compile import Compiled, compile_plans, tier_of
from generation.estimates import Estimate, estimate
from generation.models import Job, Lane, Render, Style
from generation.sampling import hashed
from generation.screens import screen_plans, screen_spec
from generation.spec import DesignSpec, as_json, canonical_hash, parse_spec
from generation.spec_seeds import SEED_BITS
from generation.sweeps import Axis, Plan, axes_of, expand, needed
from generation.wordlists import words_for


@dataclass(frozen=True, slots=True)
class Outlook:
    """A series before it is a job.

    Attributes:
        spec: in the newest version, with its seed.
        plans: one for each picture that was asked for.
        compiled: the renders, without those that would be the same picture.
        estimate: time and cost.
        tier: of the job.
        axes: of the spec, word lists included.
    """

    spec: DesignSpec
    plans: list[Plan]
    compiled: Compiled
    estimate: Estimate
    tier: str
    axes: list[Axis]

    @property
    def combinations(self) -> int:
        """How many combinations the axes have."""
        return math.prod(axis.size for axis in self.axes)

    @property
    def pairwise(self) -> int | None:
        """Pictures that would cover every pair of values; `None` with fewer than three axes."""
        if len(self.axes) < 3:
            return None
        pairs = self.spec.model_copy(update={"sampling": "pairwise"})
        return needed(pairs, self.axes, settings.SPEC_RENDER_LIMIT)

    @property
    def renders(self) -> list[Render]:
        """The renders that would be made."""
        return self.compiled.renders

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What works but is hardly meant so."""
        return self.compiled.warnings + budget_warnings(self.spec, self.estimate)

    def as_note(self) -> dict[str, Any]:
        """Return what is kept with the job."""
        return {
            "duplicates": self.compiled.duplicates,
            "warnings": self.warnings,
            "estimate": self.estimate.as_dict(),
        }


def outlook_of(document: Any, *, lane: str = Lane.STANDARD) -> Outlook:
    """Return what a document would become; writes nothing.

    Raises:
        InvalidInput: it cannot be rendered; every fault with its place.
    """
    spec = parse_spec(document, limit=settings.SPEC_RENDER_LIMIT)
    if lane not in Lane.values:
        raise InvalidInput(f"Choose a lane from {', '.join(Lane.values)}.", where="lane")
    screen_spec(spec)
    if spec.seed is None:
        seed = hashed(f"genart outlook {canonical_hash(spec)}", SEED_BITS)
        spec = spec.model_copy(update={"seed": seed})
    return prepared(spec, lane=lane)


def prepared(spec: DesignSpec, *, lane: str) -> Outlook:
    """Return the outlook of a parsed, screened spec with a seed.

    Raises:
        InvalidInput: as `outlook_of`.
    """
    words = words_for(spec)
    limit = settings.SPEC_RENDER_LIMIT
    plans = expand(spec, limit=limit, words=words, policies=seed_policies(spec))
    screen_plans(spec, plans)
    compiled = compile_plans(spec, plans, lane=lane)
    return Outlook(
        spec=spec,
        plans=plans,
        compiled=compiled,
        estimate=estimate(compiled.renders),
        tier=tier_of(spec, compiled.renders),
        axes=axes_of(spec, words),
    )


def foreseen(job: Job, prompts: Iterable[str]) -> dict[str, Any]:
    """Return what a job's page says of its outlook: what was kept, and each prompt once.

    Args:
        job: made before there were outlooks, perhaps; then its note is empty.
        prompts: of its renders.
    """
    note = job.outlook or {}
    estimate_then = note.get("estimate", {})
    cents = estimate_then.get("cents")
    return {
        "seconds": estimate_then.get("wall_seconds"),
        "measured": estimate_then.get("measured", 0),
        "is_known": "estimate" in note,
        "cents": None if cents is None else max(round(cents), 1),
        "duplicates": note.get("duplicates", 0),
        "warnings": note.get("warnings", []),
        "prompts": list(Counter(prompts).items()),
    }


def seed_policies(spec: DesignSpec) -> dict[str, str]:
    """Return the seed policy of each style that a spec names."""
    if spec.seed_policy:
        return {}
    slugs = {spec.style, *spec.vary.get("style", [])}
    rows = Style.objects.filter(slug__in=slugs, current_version__isnull=False)
    return dict(rows.values_list("slug", "current_version__seed_policy"))


def budget_warnings(spec: DesignSpec, foreseen: Estimate) -> list[dict[str, Any]]:
    """Return that other people's compute will cost more than the budget."""
    if spec.budget_cents is None or not foreseen.remote or foreseen.cents is None:
        return []
    if foreseen.cents <= spec.budget_cents:
        return []
    text = f"The series costs about {foreseen.cents / 100:.2f} and the budget ends before that."
    return [{"loc": ["budget_cents"], "msg": text}]


def as_document(spec: DesignSpec) -> dict[str, Any]:
    """Return a spec as people keep it: without what is empty."""
    return {key: value for key, value in as_json(spec).items() if value not in ([], {})}
