"""What generation tells the apps above it. Connected in `genart/workflow.py` only.

Sent after commit, with ids and plain values.
"""

from django.dispatch import Signal

render_finished = Signal()
"""A render reached `rendered`. Arguments: `render_id: UUID`."""
