"""The rights claims in force on what a picture is made with.

The chain is the checkpoint, every adapter at its version, and the picture's own job, style and
references. Claims are upheld and lifted in `curation/services/claims.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from curation.compliance.contract import Finding
from curation.models import Candidate, Flag, RightsClaim
from genart.lib.errors import StateConflict
from generation.models import Adapter, Render

Scope = RightsClaim.Scope
DETECTOR = "licences@1"
CLAIM_LOCK = 0x67656E6172740003  # "genart", third lock


@dataclass(frozen=True)
class Part:
    """One thing that a picture is made with.

    Attributes:
        scope: which kind of claim is about it.
        target: how a claim names it.
        says: it in words.
        licence: as the model's card says; `None` where it is no model.
        may_be_sold: whether the licence allows commercial use.
    """

    scope: str
    target: str
    says: str
    licence: str | None = None
    may_be_sold: bool = True


def parts_of(render: Render) -> list[Part]:
    """Return everything that a render is made with, the model first."""
    model = render.checkpoint
    parts = [
        Part(
            Scope.CHECKPOINT,
            checkpoint_target(model.slug, model.revision),
            f"the model {model.name}",
            model.licence,
            model.allows_commercial_use,
        )
    ]
    parts += _adapters(render)
    style = render.style_version.style
    parts.append(Part(Scope.STYLE, style.slug, f"the style {style.name}"))
    parts.append(Part(Scope.JOB, str(render.job_id), f"the job {render.job.title}"))
    parts.append(Part(Scope.RENDER, str(render.pk), "this picture"))
    parts += [
        Part(Scope.REFERENCE, str(name), f"the reference picture {name}")
        for name in references_of(render)
    ]
    return parts


def checkpoint_target(slug: str, revision: str) -> str:
    """Return how claims name a checkpoint: its slug, at the revision where it has one."""
    return f"{slug}@{revision}" if revision else slug


def references_of(render: Render) -> list[str]:
    """Return the reference pictures that its spec names, if it names any."""
    named = render.job.spec.get("references", []) if isinstance(render.job.spec, dict) else []
    return [str(name) for name in named] if isinstance(named, list) else []


def _adapters(render: Render) -> Iterator[Part]:
    """Yield the adapters at their versions; one that is not on record has no known licence."""
    for used in render.adapters:
        slug, version = str(used.get("slug", "")), str(used.get("version", ""))
        known = Adapter.objects.filter(slug=slug, version=version).first()
        yield Part(
            Scope.ADAPTER,
            f"{slug}@{version}",
            f"the adapter {known or slug}",
            known.licence if known else "",
            known.allows_commercial_use if known else True,
        )


def claims_on(parts: list[Part]) -> list[Finding]:
    """Return a finding for each upheld claim on one of some parts."""
    upheld = RightsClaim.objects.filter(
        state=RightsClaim.State.UPHELD, target__in={name for part in parts for name in names(part)}
    )
    by_name = {(part.scope, name): part for part in parts for name in names(part)}
    return [
        Finding(
            Flag.Kind.CLAIM,
            DETECTOR,
            "block",
            f"{claim.claimant} claims a right in {by_name[claim.scope, claim.target].says}."[:300],
            evidence={"claim": str(claim.pk), "scope": claim.scope, "target": claim.target},
        )
        for claim in upheld
        if (claim.scope, claim.target) in by_name
    ]


def names(part: Part) -> set[str]:
    """Return how a claim may name a part: at its version, or whatever its version."""
    return {part.target, part.target.partition("@")[0]} if "@" in part.target else {part.target}


def unclaimed(candidate: Candidate) -> None:
    """Pass a candidate that may be approved.

    Raises:
        StateConflict: a claim on something that it is made with stands.
    """
    for found in claims_on(parts_of(candidate.render)):
        raise StateConflict(f"{found.message} It cannot be approved while the claim stands.")


def lock_claims(*, shared: bool) -> None:
    """Let verdicts and claims take turns, until the transaction ends.

    A verdict shares the lock with other verdicts; a claim that is upheld or lifted has it alone.
    """
    way = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {way}(%s)", [CLAIM_LOCK])
