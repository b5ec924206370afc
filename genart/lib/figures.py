"""Numbers and prices as each language writes them: `€1,234.50`, `1.234,50 €`, `1 234,50 €`."""

from django.conf import settings

from genart.lib.languages import language_now

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
HARD_SPACE, NARROW_SPACE = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
SIGNS = {"en": (",", "."), "de": (".", ","), "fr": (NARROW_SPACE, ",")}
"""Language → the sign between thousands and that before the decimals."""


def in_figures(english: str) -> str:
    """Return a number that is written as in English in the language that is active."""
    thousands, decimals = SIGNS.get(language_now(), SIGNS["en"])
    return english.translate({ord(","): thousands, ord("."): decimals})


def decimal(cents: int) -> str:
    """Return an amount without its currency and always with cents: `1250` → `12.50`."""
    return in_figures(f"{cents / 100:.2f}")


def price(cents: int, *, currency: str = "", exact: bool = False) -> str:
    """Return an amount with its currency.

    Args:
        cents: may be negative.
        currency: its code; the shop's where none is given.
        exact: write cents also where there are none.
    """
    whole, rest = divmod(abs(cents), 100)
    amount = in_figures(f"{whole:,}" + (f".{rest:02d}" if rest or exact else ""))
    minus = "−" if cents < 0 else ""
    currency = currency or settings.CURRENCY
    symbol = SYMBOLS.get(currency, currency)
    if language_now() == "en":
        between = "" if currency in SYMBOLS else " "
        return f"{minus}{symbol}{between}{amount}"
    return f"{minus}{amount}{HARD_SPACE}{symbol}"
