"""What a person has already answered: findings that were on the table when they approved.

A picture may be examined again, for a new register or a new detector. What was held against it when
a person said yes is not raised again; what is new is. Two pictures that a person let stand beside
each other stay apart, from whichever side they are compared.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from curation.compliance.contract import Finding
from curation.compliance.duplicates import KIND as DUPLICATE
from curation.models import Candidate, Decision, Flag

Key = tuple[str, str]
LASTING = {Flag.Kind.CLAIM, Flag.Kind.LICENCE}
"""Kinds that no approval answers: the right itself must be settled."""


def key_of(finding: Finding | Flag) -> Key:
    """Return what a finding is about, whatever its version or its words: kind and match."""
    evidence = finding.evidence
    about = evidence.get("match") or evidence.get("work") or evidence.get("claim")
    return finding.kind, str(about or finding.mark_id or evidence.get("term") or "")


def raised(candidate: Candidate, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that nobody has answered yet."""
    answered = dismissed_keys(candidate)
    return [
        finding
        for finding in findings
        if finding.kind in LASTING or key_of(finding) not in answered
    ]


def dismissed_keys(candidate: Candidate) -> set[Key]:
    """Return what a person approved a picture in spite of, while that approval stands."""
    approval = standing_approval(candidate.pk)
    if approval is None:
        return set()
    flags = Flag.objects.filter(candidate=candidate.pk, created_at__lte=approval.decided_at)
    return {key_of(flag) for flag in flags}


def dismissed_copies(candidate_id: UUID) -> set[UUID]:
    """Return the candidates of which a person said that they are other pictures than this one."""
    flags = Flag.objects.filter(kind=DUPLICATE).filter(
        Q(candidate=candidate_id) | Q(evidence__match=str(candidate_id))
    )
    apart = set()
    for flag in flags:
        approval = standing_approval(flag.candidate_id)
        if approval and flag.created_at <= approval.decided_at:
            other = UUID(flag.evidence["match"])
            apart.add(flag.candidate_id if other == candidate_id else other)
    return apart


def standing_approval(candidate_id: UUID) -> Decision | None:
    """Return the newest approval by a person that was not taken back, if there is one."""
    approvals = Decision.objects.filter(
        candidate=candidate_id, verdict="approve", user__isnull=False, undone_by=None
    )
    return approvals.order_by("-decided_at").first()
