"""Price bands, by which works can be filtered: the cheapest licence of a work, in cents. Pure."""

from django.utils.translation import gettext_lazy as _

BANDS = {
    "under-10": (1, 999),
    "10-20": (1000, 1999),
    "20-50": (2000, 4999),
    "50-100": (5000, 9999),
    "over-100": (10_000, 2_147_483_647),
}
"""Slug → lowest and highest price in cents, both within; a work without a price is in none."""
LABELS = {
    "under-10": _("Under 10"),
    "10-20": _("10 to 20"),
    "20-50": _("20 to 50"),
    "50-100": _("50 to 100"),
    "over-100": _("Over 100"),
}


def band_of(cents: int) -> str:
    """Return the band of a price; empty for a work that has none."""
    return next((slug for slug, (low, high) in BANDS.items() if low <= cents <= high), "")
