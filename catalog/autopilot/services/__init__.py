"""Verbs of the autopilot, by subject.

`rules.py`: change the rules, take an earlier version back. `freezing.py`: stand still, go on.
`proposals.py`: approve, dismiss, let expire, commission. What a cycle writes is in
`catalog/autopilot/cycle.py`.
"""

from catalog.autopilot.services.freezing import freeze, unfreeze
from catalog.autopilot.services.proposals import (
    approve_proposal,
    approve_waiting,
    dismiss_proposal,
    expire_proposals,
    submit_approved,
    supersede_proposals,
)
from catalog.autopilot.services.rules import revise_rules, roll_back_rules

__all__ = [
    "approve_proposal",
    "approve_waiting",
    "dismiss_proposal",
    "expire_proposals",
    "freeze",
    "revise_rules",
    "roll_back_rules",
    "submit_approved",
    "supersede_proposals",
    "unfreeze",
]
