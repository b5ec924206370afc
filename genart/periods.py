"""How many days things are kept, read from the environment; `genart/settings.py` imports it.

Each name is a rule of `genart/retention/rules.py`; `RETENTION_<NAME>_DAYS` changes its period.
"""

from genart import env

DEFAULTS = {
    "SEARCHES": 400,
    "CARTS": 90,
    "LIGHTBOXES": 365,
    "UNPAID_ORDERS": 180,
    "PAYMENT_PAYLOADS": 730,
    "MAILS": 90,
    "TOKENS": 365,
    "LOOKS": 30,
    "EXPORTS": 7,
    "ADMIN_LOG": 730,
    "SUPERSEDED": 30,
    "LEFTOVERS": 30,
    "PARKED": 7,
}
"""Days by name. `LEFTOVERS`: from when a file is noticed; `PARKED`: from when it is put aside."""


def read() -> dict[str, int]:
    """Return the days of every period."""
    return {name: env.number(f"RETENTION_{name}_DAYS", days) for name, days in DEFAULTS.items()}


def invoice_years() -> int:
    """Return for how many full calendar years papers of purchases are kept.

    Ten: Article 369k of Directive 2006/112/EC (One Stop Shop); national rules ask for less.
    """
    return env.number("RETENTION_INVOICE_YEARS", 10, least=1)


def erasure_grace() -> int:
    """Return for how many days an erasure may be taken back; the law gives a month to do it."""
    return env.number("ERASURE_GRACE_DAYS", 7, most=28)
