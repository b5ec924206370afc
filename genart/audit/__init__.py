"""The log of who did what: to accounts, roles, styles, gates, prices, refunds, settings.

`genart/lib/audit.py` is how every app writes to it; `keeping.py` stores what they say;
`watched.py` names the rows whose changes are noted without a call.
"""

from genart.lib.audit import note

__all__ = ["note"]
