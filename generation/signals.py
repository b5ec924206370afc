"""What generation tells the apps above it. Connected in `genart/workflow.py` only.

Sent after commit, with ids and plain values, unless it says otherwise.
"""

from django.dispatch import Signal

render_finished = Signal()
"""A render reached `rendered`. Arguments: `render_id: UUID`."""

render_reopening = Signal()
"""A finished render is about to be made anew with the next seed, unless a receiver answers `False`.

Arguments: `render_id: UUID`. The one that is sent before the change, in its transaction: receivers
let go of what they know of the old picture.
"""
