"""Looks at judged pictures again, for a new detector or a new entry of a register.

What is found is written as evidence and told to whoever asked; no decision changes, and nothing is
raised again that a person has answered.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from curation.compliance.contract import Finding
from curation.models import Candidate

JUDGED = (Candidate.State.REVIEW, Candidate.State.APPROVED, Candidate.State.REJECTED)


def rescan(*, candidate_ids: Sequence[UUID]) -> dict[UUID, list[Finding]]:
    """Run every detector on judged pictures; return what nobody has answered yet, for each.

    Pictures whose checks could not run are left out, and nothing of theirs is written.
    """
    from curation.examination import examine

    chosen = Candidate.objects.filter(pk__in=list(candidate_ids), state__in=JUDGED)
    related = ("render__style_version__style", "render__job", "render__checkpoint")
    candidates = list(chosen.select_related(*related))
    exams = examine([candidate.render for candidate in candidates])
    found = {}
    for candidate, exam in zip(candidates, exams, strict=True):
        if not any(ran.outcome == "failed" for ran in exam.checks):
            found[candidate.pk] = _written(candidate, exam)
    return found


@transaction.atomic
def _written(candidate: Candidate, exam: object) -> list[Finding]:
    from curation.examination import Examination
    from curation.findings import store_findings

    assert isinstance(exam, Examination)  # noqa: S101  (it is imported late: workers only)
    return store_findings(candidate, exam)
