"""What curation tells the rest. Connected in `genart/workflow.py` only.

Sent after commit, with ids and plain values.
"""

from django.dispatch import Signal

render_approved = Signal()
"""A candidate was approved, by the gate or a person. Arguments: `approval: Approval`."""

render_withdrawn = Signal()
"""An approval was taken back (undo). Arguments: `render_id: UUID`, `reason: str`."""
