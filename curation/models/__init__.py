"""Rows of the second tier: what was judged, by what measure, and who decided.

States and their changes are drawn in `curation/README.md`; the verbs are in `curation/services/`.
One file for each noun: `brands`, `gates`, `judged` (candidates and what was found in them),
`decisions`, `registers` (what may not be repeated).
"""

from curation.models.brands import Brand, Comparison, Criterion, Example, Head, Reference
from curation.models.decisions import Assignment, Decision
from curation.models.gates import Certificate, Gate, GateEvent
from curation.models.judged import (
    Attributes,
    Candidate,
    CandidateEmbedding,
    Check,
    Flag,
    Score,
    Signature,
)
from curation.models.measuring import Appraisal, Scale
from curation.models.registers import Mark, ProtectedWork, RightsClaim, ScreenTerm

__all__ = [
    "Appraisal",
    "Assignment",
    "Attributes",
    "Brand",
    "Candidate",
    "CandidateEmbedding",
    "Certificate",
    "Check",
    "Comparison",
    "Criterion",
    "Decision",
    "Example",
    "Flag",
    "Gate",
    "GateEvent",
    "Head",
    "Mark",
    "ProtectedWork",
    "Reference",
    "RightsClaim",
    "Scale",
    "Score",
    "ScreenTerm",
    "Signature",
]
