"""Writes what the detectors found, and looks for copies.

Within `verdicts.record`, and within `services.rescan`, which leaves every decision as it is.
"""

from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from curation.compliance.claims import claims_on, parts_of
from curation.compliance.contract import Finding, Ran
from curation.compliance.duplicates import find_duplicate
from curation.dismissals import dismissed_copies, raised
from curation.examination import Examination
from curation.models import Candidate, Check, Flag
from curation.similar import nearest_copy
from genart.ml.weights import clip_folder

DUPLICATE_LOCK = 0x67656E6172740002  # "genart", second lock


def store_findings(candidate: Candidate, exam: Examination) -> list[Finding]:
    """Write the checks and findings of a picture, its copies included.

    Returns:
        The findings that no person has answered by an approval; the others are not written again.
    """
    one_at_a_time()
    found = [*exam.findings, *_claims(candidate, exam), *_copies(candidate, exam)]
    findings = raised(candidate, found)
    _store_checks(candidate, exam.checks)
    _store_flags(candidate, findings)
    return findings


def one_at_a_time() -> None:
    """Let pictures look for duplicates one after the other, so that equal ones meet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DUPLICATE_LOCK])


def _claims(candidate: Candidate, exam: Examination) -> list[Finding]:
    """Return the rights claims that were upheld since the picture was examined."""
    seen = {found.evidence.get("claim") for found in exam.findings}
    upheld = claims_on(parts_of(candidate.render))
    return [found for found in upheld if found.evidence["claim"] not in seen]


def _copies(candidate: Candidate, exam: Examination) -> list[Finding]:
    """Return a finding where the picture repeats a known one."""
    if exam.signature is None:
        return []
    neighbour = nearest_copy(
        signature=exam.signature,
        vector=exam.vector,
        encoder=clip_folder().encoder if exam.vector is not None else "",
        exclude=candidate.pk,
        dismissed=dismissed_copies(candidate.pk),
    )
    finding = find_duplicate(neighbour)
    return [finding] if finding else []


def _store_checks(candidate: Candidate, checks: Sequence[Ran]) -> None:
    """Write which detectors ran; a later run of the same version replaces an earlier one."""
    Check.objects.bulk_create(
        [
            Check(
                candidate=candidate,
                detector=ran.detector,
                version=ran.version,
                outcome=ran.outcome,
                message=ran.message[:300],
                took_ms=ran.took_ms,
                checked_at=timezone.now(),
            )
            for ran in checks
        ],
        update_conflicts=True,
        unique_fields=["candidate", "detector", "version"],
        update_fields=["outcome", "message", "took_ms", "checked_at"],
    )


def _store_flags(candidate: Candidate, findings: Sequence[Finding]) -> None:
    """Write findings as flags; those that are there stay."""
    Flag.objects.bulk_create(
        [
            Flag(
                candidate=candidate,
                kind=found.kind,
                detector=found.detector,
                severity=found.severity,
                message=found.message[:300],
                score=found.score,
                box=list(found.box) if found.box else None,
                mark_id=found.mark_id,
                evidence=found.evidence,
            )
            for found in findings
        ],
        ignore_conflicts=True,
    )
