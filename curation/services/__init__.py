"""Verbs of curation. Each changes state in one transaction and may run beside itself.

Evidence is written before the state changes. Reads are in `curation/queries.py`; the measuring,
which takes time and writes nothing, is in `curation/examination.py`.
"""

from curation.services.deciding import decide, undo
from curation.services.gates import activate_gate, revise_gate
from curation.services.holding import claim, claim_next, release
from curation.services.scoring import (
    admit_missed,
    admit_render,
    score_candidates,
    score_pending,
)

__all__ = [
    "activate_gate",
    "admit_missed",
    "admit_render",
    "claim",
    "claim_next",
    "decide",
    "release",
    "revise_gate",
    "score_candidates",
    "score_pending",
    "undo",
]
