"""Lets the active gate judge a measured picture. Within `verdicts.record` only.

The rules come first (`gate.py`). Whether the gate may approve what passes them is for its
certificate to say: its versions are compared with those in force, and a certificate that does not
fit ends before the picture is judged.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from curation import autonomy
from curation.campaigns import LABEL_SHARE, campaign_of, maker_of, progress_of, versions_of
from curation.certifying.drift import EVERY
from curation.certifying.promise import promise
from curation.certifying.ruling import UNDECIDED, Ruling, Standing, rule
from curation.certifying.versions import changes, covers
from curation.compliance.contract import Finding
from curation.drawing import chance
from curation.examination import Examination
from curation.gate import Evidence, Verdict, judge, parse_rules
from curation.models import Candidate, Certificate, Decision, Gate, Head
from curation.ranking import Ranking, ranking_of
from curation.recording import version_of
from curation.scorers import SCORERS
from curation.taste.likelihood import Likelihood, likelihood_of
from curation.taste.measuring import store_likelihood
from generation.models import Tier

_judged: Counter[int] = Counter()


def gate_for(candidate: Candidate) -> Gate | None:
    """Return the gate that judges a candidate: its style's own, else its brand's."""
    active = Gate.objects.filter(brand=candidate.brand_id, tier=candidate.tier, is_active=True)
    style = candidate.render.style_version.style_id
    fitting = active.filter(Q(style=style) | Q(style=None)).select_related("brand")
    return fitting.order_by(F("style").asc(nulls_last=True)).first()


def judge_candidate(
    candidate: Candidate, gate: Gate, exam: Examination, findings: Sequence[Finding]
) -> tuple[Decision, Verdict]:
    """Let a gate judge and write its decision with all the evidence; the state is not changed.

    Draws the picture as a label or for an audit, where chance has it.
    """
    from curation.services.auditing import draw_audit

    evidence = evidence_of(exam, findings)
    rules = parse_rules(gate.rules, SCORERS)
    verdict = judge(evidence, rules, candidate.tier)
    likelihood = _taste(candidate, exam, evidence)
    more: dict[str, Any] = {}
    if gate.tier == Tier.COMMODITY and verdict.verdict == "approve":
        ranking = ranking_of(likelihood, evidence.scores, rules)
        verdict, more = _by_certificate(candidate, gate, verdict, ranking)
    decision = Decision.objects.create(
        candidate=candidate,
        verdict=verdict.verdict,
        gate=gate,
        evidence=gate_evidence(evidence, verdict, gate, findings) | more,
        previous_state=candidate.state,
    )
    draw_audit(decision=decision, gate=gate)
    if more.get("certificate"):
        _watch_now_and_then(gate.pk)
    return decision, verdict


def _watch_now_and_then(gate_id: int) -> None:
    """Look after a certificate each time that this process has judged `EVERY` pictures by it."""
    from curation.services.certifying import watch_gate

    _judged[gate_id] += 1
    if _judged[gate_id] % EVERY == 0:
        transaction.on_commit(partial(watch_gate, gate_id=gate_id), robust=True)


def evidence_of(exam: Examination, findings: Sequence[Finding]) -> Evidence:
    """Return what the rules look at."""
    return Evidence(
        scores={name: measure.value for name, measure in exam.measures.items()},
        praises={name: measure.praise for name, measure in exam.measures.items()},
        blames={name: measure.blame for name, measure in exam.measures.items()},
        holds=[found.message for found in findings if found.severity == "hold"],
        blocks=[found.message for found in findings if found.severity == "block"],
        failures=exam.failures,
    )


def _taste(candidate: Candidate, exam: Examination, evidence: Evidence) -> Likelihood | None:
    """Return and keep how likely the brand approves a picture, where it has learnt a taste."""
    if exam.failures:
        return None
    likelihood = likelihood_of(
        candidate, vector=exam.vector, scores=evidence.scores, attributes=exam.attributes
    )
    if likelihood is not None:
        store_likelihood(candidate, likelihood)
    return likelihood


def _by_certificate(
    candidate: Candidate, gate: Gate, verdict: Verdict, ranking: Ranking
) -> tuple[Verdict, dict[str, Any]]:
    """Return what a gate does with a picture that passes its rules, and the evidence of that."""
    maker = maker_of(candidate.render)
    certificate = _valid_certificate(gate, ranking.head_id, maker)
    campaign = campaign_of(gate)
    ruling = rule(verdict, standing_of(gate, certificate, campaign), ranking.value)
    more: dict[str, Any] = {
        "autonomy": gate.autonomy,
        "certificate": certificate.pk if certificate else None,
        "ranking": {"value": round(ranking.value, 6), "by": ranking.by},
        "maker": maker,
        "would": ruling.would,
    }
    if gate.autonomy != Gate.Autonomy.CERTIFIED:
        ruling = _draw_label(candidate, gate, ruling)
        more |= {"campaign": campaign, "label_share": candidate.sample_share}
    return ruling.verdict, more


def _valid_certificate(gate: Gate, head_id: int | None, maker: str) -> Certificate | None:
    """Return a gate's certificate if it holds for this picture; one that does not ends here.

    The gate is locked: a suspension that is under way is waited for, and stops this picture too.
    """
    gate.autonomy = autonomy.locked_gate(gate.pk).autonomy
    certificate = autonomy.certificate_of(gate)
    if certificate is None:
        return None
    held = certificate.versions
    head = Head.objects.filter(pk=head_id).first() if head_id else None
    changed = changes(held, versions_of(gate, head))
    if not changed and not covers(held, maker):
        changed = [f"what makes the pictures ({maker})"]
    if not changed:
        return certificate
    reason = f"Certificate {certificate.pk} does not hold any more. Changed: {'; '.join(changed)}."
    autonomy.suspend(gate, reason, evidence={"changed": changed})
    return None


def standing_of(gate: Gate, certificate: Certificate | None, campaign: str) -> Standing:
    """Return how far a gate may go at this moment."""
    if certificate is None:
        return Standing(gate.autonomy, progress=str(progress_of(gate, campaign)))
    return Standing(
        gate.autonomy,
        certificate=certificate.pk,
        threshold=certificate.threshold,
        promise=promise(certificate.target, certificate.confidence),
    )


def _draw_label(candidate: Candidate, gate: Gate, ruling: Ruling) -> Ruling:
    """Draw a picture as a random label, or not; one that is drawn comes up soon."""
    if chance("label", candidate.pk) >= LABEL_SHARE:
        return ruling
    candidate.sample_share = LABEL_SHARE
    verdict = ruling.verdict
    soon = UNDECIDED + UNDECIDED * chance("place", candidate.pk)
    return Ruling(Verdict(verdict.verdict, verdict.reasons, max(verdict.doubt, soon)), ruling.would)


def gate_evidence(
    evidence: Evidence, verdict: Verdict, gate: Gate, findings: Sequence[Finding]
) -> dict[str, Any]:
    """Return everything that the rules' verdict rests on, as JSON."""
    return {
        "gate": str(gate),
        "gate_version": gate.version,
        "rules": gate.rules,
        "scores": {
            name: {"value": round(value, 6), "version": version_of(name)}
            for name, value in evidence.scores.items()
        },
        "flags": [
            {"kind": found.kind, "severity": found.severity, **found.evidence} for found in findings
        ],
        "failures": dict(evidence.failures),
        "reasons": list(verdict.reasons),
        "doubt": verdict.doubt,
    }
