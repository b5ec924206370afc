"""How a verdict comes about and takes effect: evidence, then the decision, then the state.

Shared by the gate and by people; called by `curation/services.py` only, within a transaction.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from curation import live
from curation.compliance.duplicates import Finding, find_duplicate
from curation.examination import Examination
from curation.fingerprint import METHOD
from curation.gate import Evidence, Verdict, judge, parse_rules
from curation.models import (
    Candidate,
    CandidateEmbedding,
    Decision,
    Flag,
    Gate,
    Score,
    Signature,
)
from curation.scorers import SCORERS
from curation.signals import render_approved
from curation.similar import nearest_copy
from genart.lib.approval import Approval
from genart.ml.weights import clip_folder

State = Candidate.State
STATE_OF = {"approve": State.APPROVED, "review": State.REVIEW, "reject": State.REJECTED}
DUPLICATE_LOCK = 0x67656E6172740002  # "genart", second lock


@transaction.atomic
def record(*, candidate_id: UUID, exam: Examination) -> Decision | None:
    """Write what was measured and let the active gate judge. Safe to repeat.

    Returns:
        The gate's decision; `None` where the candidate is not being scored any more, or no gate
        is active for it, in which case it waits for a person.
    """
    candidate = (
        Candidate.objects.select_related("render")
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=candidate_id, state=State.SCORING)
        .first()
    )
    if candidate is None:
        return None
    _one_at_a_time()
    _store(candidate, exam)
    findings = _findings(candidate, exam)
    candidate.colors = [[color, round(share, 4)] for color, share in exam.colors]
    candidate.tags = exam.tags
    gate = Gate.objects.filter(
        brand=candidate.brand_id, tier=candidate.tier, is_active=True
    ).first()
    if gate is None:
        reason = f"No gate is active for {candidate.tier} works of this brand: a person decides."
        move(candidate, State.REVIEW, reasons=[reason], doubt=1.0)
        return None
    return _judge(candidate, gate, exam, findings)


def _judge(
    candidate: Candidate, gate: Gate, exam: Examination, findings: Sequence[Finding]
) -> Decision:
    """Let a gate judge, keep the evidence, then change the state."""
    evidence = Evidence(
        scores={name: measure.value for name, measure in exam.measures.items()},
        praises={name: measure.praise for name, measure in exam.measures.items()},
        blames={name: measure.blame for name, measure in exam.measures.items()},
        holds=[found.message for found in findings if found.severity == "hold"],
        blocks=[found.message for found in findings if found.severity == "block"],
        failures=exam.failures,
    )
    verdict = judge(evidence, parse_rules(gate.rules, SCORERS), candidate.tier)
    decision = Decision.objects.create(
        candidate=candidate,
        verdict=verdict.verdict,
        gate=gate,
        evidence=_gate_evidence(evidence, verdict, gate, findings),
        previous_state=candidate.state,
    )
    reasons = list(verdict.reasons)
    move(candidate, STATE_OF[verdict.verdict], reasons=reasons, doubt=verdict.doubt)
    if candidate.state == State.APPROVED:
        send_approved(candidate, decision)
    return decision


def move(
    candidate: Candidate,
    state: str,
    *,
    reasons: list[str] | None = None,
    doubt: float | None = None,
) -> None:
    """Change a locked candidate's state, free it, and tell the live pages."""
    candidate.state = state
    candidate.reasons = candidate.reasons if reasons is None else reasons
    candidate.doubt = candidate.doubt if doubt is None else doubt
    candidate.decided_at = timezone.now() if state in (State.APPROVED, State.REJECTED) else None
    candidate.leased_by = candidate.lease_expires_at = None
    candidate.save()
    live.announce(candidate)


def send_approved(candidate: Candidate, decision: Decision) -> None:
    """Tell the world of an approval, after the commit."""
    approval = approval_from(candidate, decision)
    transaction.on_commit(lambda: render_approved.send_robust(Candidate, approval=approval))


def approval_from(candidate: Candidate, decision: Decision) -> Approval:
    """Return an approval as plain values."""
    embedding = candidate.embeddings.order_by("-pk").first()
    return Approval(
        render_id=candidate.render_id,
        candidate_id=candidate.pk,
        decision_id=decision.pk,
        decided_by=decision.author,
        decided_at=decision.decided_at,
        scores=latest_scores(candidate),
        tags=tuple(candidate.tags),
        embedding=tuple(map(float, embedding.vector)) if embedding else (),
        colors=tuple((color, float(share)) for color, share in candidate.colors),
    )


def latest_scores(candidate: Candidate) -> dict[str, float]:
    """Return each scorer's newest value."""
    rows = candidate.scores.order_by("pk").values_list("scorer", "value")
    return dict(rows)


def evidence_as_seen(candidate: Candidate) -> dict[str, Any]:
    """Return what a curator had before their eyes, to be kept with the decision."""
    return {
        "scores": latest_scores(candidate),
        "flags": list(candidate.flags.values("kind", "severity", "message")),
        "reasons": candidate.reasons,
        "doubt": candidate.doubt,
    }


def _one_at_a_time() -> None:
    """Let pictures look for duplicates one after the other, so that equal ones meet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DUPLICATE_LOCK])


def _store(candidate: Candidate, exam: Examination) -> None:
    """Write vectors and scores; what is there of the same version stays."""
    if exam.vector is not None:
        CandidateEmbedding.objects.get_or_create(
            candidate=candidate,
            encoder=clip_folder().encoder,
            defaults={"vector": exam.vector},
        )
    if exam.signature is not None:
        Signature.objects.get_or_create(
            candidate=candidate, defaults={"method": METHOD, "vector": exam.signature}
        )
    Score.objects.bulk_create(
        [
            Score(
                candidate=candidate,
                scorer=name,
                version=_version(name),
                value=measure.value,
                evidence={"praise": measure.praise, "blame": measure.blame, **measure.evidence},
            )
            for name, measure in exam.measures.items()
        ],
        ignore_conflicts=True,
    )


def _version(name: str) -> str:
    """Return a scorer's version, with the encoder's where it reads vectors."""
    scorer = SCORERS[name]
    return f"{scorer.version}+{clip_folder().encoder}" if scorer.needs_vector else scorer.version


def _findings(candidate: Candidate, exam: Examination) -> list[Finding]:
    """Run the detectors and write what they found."""
    if exam.signature is None:
        return []
    neighbour = nearest_copy(
        signature=exam.signature,
        vector=exam.vector,
        encoder=clip_folder().encoder if exam.vector is not None else "",
        exclude=candidate.pk,
    )
    finding = find_duplicate(neighbour)
    if finding is None:
        return []
    Flag.objects.get_or_create(
        candidate=candidate,
        kind=finding.kind,
        detector=finding.detector,
        defaults={
            "severity": finding.severity,
            "message": finding.message[:300],
            "evidence": finding.evidence,
        },
    )
    return [finding]


def _gate_evidence(
    evidence: Evidence, verdict: Verdict, gate: Gate, findings: Sequence[Finding]
) -> dict[str, Any]:
    """Return everything a verdict rests on, as JSON."""
    return {
        "gate": str(gate),
        "rules": gate.rules,
        "scores": {
            name: {"value": round(value, 6), "version": _version(name)}
            for name, value in evidence.scores.items()
        },
        "flags": [
            {"kind": found.kind, "severity": found.severity, **found.evidence} for found in findings
        ],
        "failures": dict(evidence.failures),
        "reasons": list(verdict.reasons),
        "doubt": verdict.doubt,
    }
