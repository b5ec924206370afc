"""What to make next: from what the works of each arm met to a plan of renders with propensities.

Pure: numpy and scipy, no Django. Next: `planning.py` for the plan, `offline.py` for what another
policy would have earned, `compare.py` for cannibalisation.
"""

from catalog.autopilot.policy.planning import plan

__all__ = ["plan"]
