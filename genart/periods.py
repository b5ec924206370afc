"""How many days things are kept, read from the environment; `genart/settings.py` imports it.

Each name is a rule of `genart/retention/rules.py`.
"""

from genart import env


def read() -> dict[str, int]:
    """Return the days of every period, by its name.

    `LEFTOVERS` counts from when a file is noticed, `PARKED` from when it is put aside.
    """
    return {
        "SEARCHES": env.number("RETENTION_SEARCHES_DAYS", 400),
        "CARTS": env.number("RETENTION_CARTS_DAYS", 90),
        "LIGHTBOXES": env.number("RETENTION_LIGHTBOXES_DAYS", 365),
        "UNPAID_ORDERS": env.number("RETENTION_UNPAID_ORDERS_DAYS", 180),
        "PAYMENT_PAYLOADS": env.number("RETENTION_PAYMENT_PAYLOADS_DAYS", 730),
        "MAILS": env.number("RETENTION_MAILS_DAYS", 90),
        "TOKENS": env.number("RETENTION_TOKENS_DAYS", 365),
        "LOOKS": env.number("RETENTION_LOOKS_DAYS", 30),
        "EXPORTS": env.number("RETENTION_EXPORTS_DAYS", 7, least=1),
        "ADMIN_LOG": env.number("RETENTION_ADMIN_LOG_DAYS", 730),
        "SUPERSEDED": env.number("RETENTION_SUPERSEDED_DAYS", 30),
        "LEFTOVERS": env.number("RETENTION_LEFTOVERS_DAYS", 30, least=1),
        "PARKED": env.number("RETENTION_PARKED_DAYS", 7, least=1),
    }


def invoice_years() -> int:
    """Return for how many full calendar years papers of purchases are kept.

    Ten: Article 369k of Directive 2006/112/EC (One Stop Shop); national rules ask for less.
    """
    return env.number("RETENTION_INVOICE_YEARS", 10, least=1)


def erasure_grace() -> int:
    """Return for how many days an erasure may be taken back; the law gives a month to do it."""
    return env.number("ERASURE_GRACE_DAYS", 7, most=28)
