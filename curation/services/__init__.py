"""Verbs of curation. Each changes state in one transaction and may run beside itself.

Evidence is written before the state changes. Reads are in `curation/queries.py`; the measuring,
which takes time and writes nothing, is in `curation/examination.py`.
"""

from curation.services.appraising import appraise_pending, ask_appraisal, remove_expired
from curation.services.assigning import assign, mark_gold, note_answers
from curation.services.auditing import draw_audit, note_opinion
from curation.services.brands import FIELDS as CRITERION_FIELDS
from curation.services.brands import (
    go_live,
    retire_criterion,
    revise_criterion,
    tried,
    write_criterion,
)
from curation.services.bulk import choose_best, decide_many
from curation.services.calibrating import refit_scales
from curation.services.certifying import (
    promote_gate,
    reconsider,
    reconsider_gates,
    suspend_gate,
    watch_gate,
)
from curation.services.deciding import decide, undo, undo_together
from curation.services.escalating import escalate
from curation.services.expecting import decide_expecting, undo_on
from curation.services.gates import activate_gate, revise_gate
from curation.services.grace import release_approvals
from curation.services.holding import (
    claim,
    claim_next,
    claim_page,
    claim_stack,
    claim_stack_of,
    keep,
    release,
)
from curation.services.marks import (
    add_logo,
    add_protected_work,
    encode_logos,
    keep_registers,
    protect_sold_work,
    seed_logos,
    sign_missing,
    unprotected,
)
from curation.services.references import (
    add_picture,
    encode_pictures,
    has_unseen_pictures,
    remove_picture,
)
from curation.services.rescanning import rescan
from curation.services.rescoring import rescore, rescore_batch, rescore_later
from curation.services.scoring import (
    admit_missed,
    admit_render,
    score_candidates,
    score_pending,
)
from curation.services.tasting import (
    activate_head,
    due_brands,
    record_best,
    refit_due,
    refit_head,
    set_adoption,
)

__all__ = [
    "CRITERION_FIELDS",
    "activate_gate",
    "activate_head",
    "add_logo",
    "add_picture",
    "add_protected_work",
    "admit_missed",
    "admit_render",
    "appraise_pending",
    "ask_appraisal",
    "assign",
    "choose_best",
    "claim",
    "claim_next",
    "claim_page",
    "claim_stack",
    "claim_stack_of",
    "decide",
    "decide_expecting",
    "decide_many",
    "draw_audit",
    "due_brands",
    "encode_logos",
    "encode_pictures",
    "escalate",
    "go_live",
    "has_unseen_pictures",
    "keep",
    "keep_registers",
    "mark_gold",
    "note_answers",
    "note_opinion",
    "promote_gate",
    "protect_sold_work",
    "reconsider",
    "reconsider_gates",
    "record_best",
    "refit_due",
    "refit_head",
    "refit_scales",
    "release",
    "release_approvals",
    "remove_expired",
    "remove_picture",
    "rescan",
    "rescore",
    "rescore_batch",
    "rescore_later",
    "retire_criterion",
    "revise_criterion",
    "revise_gate",
    "score_candidates",
    "score_pending",
    "seed_logos",
    "set_adoption",
    "sign_missing",
    "suspend_gate",
    "tried",
    "undo",
    "undo_on",
    "undo_together",
    "unprotected",
    "watch_gate",
    "write_criterion",
]
