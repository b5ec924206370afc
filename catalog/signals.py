"""What the shop tells the tiers above and beside it; sent after commit, plain values only.

`genart/workflow.py` connects these. The shop does not know who listens.
"""

from django.dispatch import Signal

bought_out = Signal()
"""A work was sold exclusively. `render_id`, `artwork_id`: UUIDs. Sent at least once."""
