"""Lets the active gate judge a measured picture. Within `verdicts.record` only."""

from collections.abc import Sequence
from typing import Any

from curation.compliance.contract import Finding
from curation.examination import Examination
from curation.gate import Evidence, Verdict, judge, parse_rules
from curation.models import Candidate, Decision, Gate
from curation.recording import version_of
from curation.scorers import SCORERS


def gate_for(candidate: Candidate) -> Gate | None:
    """Return the gate that judges a candidate: its style's own, else its brand's."""
    active = Gate.objects.filter(brand=candidate.brand_id, tier=candidate.tier, is_active=True)
    style = candidate.render.style_version.style_id
    own = active.filter(style=style).first()
    return own or active.filter(style=None).first()


def judge_candidate(
    candidate: Candidate, gate: Gate, exam: Examination, findings: Sequence[Finding]
) -> tuple[Decision, Verdict]:
    """Let a gate judge and write its decision with all the evidence; the state is not changed."""
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
        evidence=gate_evidence(evidence, verdict, gate, findings),
        previous_state=candidate.state,
    )
    return decision, verdict


def gate_evidence(
    evidence: Evidence, verdict: Verdict, gate: Gate, findings: Sequence[Finding]
) -> dict[str, Any]:
    """Return everything a verdict rests on, as JSON."""
    return {
        "gate": str(gate),
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
