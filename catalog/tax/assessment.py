"""Which VAT applies to a buyer. The rules are those of electronically supplied services in the EU.

Private buyers: the rate of their country, reported through the One Stop Shop; below the yearly
threshold of 10,000 EUR, by choice, the shop's own. Firms of other member states with a VAT number:
none, they account for it themselves. Buyers outside the EU: none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from catalog.tax.evidence import weigh
from catalog.tax.rates import standard_rate
from catalog.tax.territories import EU, in_eu, vat_country
from catalog.tax.vat_ids import Check, check_vat_id

DOMESTIC, OSS, REVERSE, OUTSIDE, NONE = "domestic", "oss", "reverse", "outside", "none"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What applies to a buyer.

    Attributes:
        scheme: one of `Order.VatScheme`.
        rate_bp: VAT inside the price, in basis points; 0 where none is charged.
        country: ISO 3166, the country that counts.
        vat_id: with its country's letters, as checked; empty for a private person.
        vat_id_check: what the format check and VIES said, as `Order.vat_id_check` keeps it.
        evidence: what pointed to the country, as `Order.country_evidence` keeps it.
        included_bp: the shop's own VAT inside list prices: taken off where none is charged.
    """

    scheme: str
    rate_bp: int
    country: str
    vat_id: str = ""
    vat_id_check: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    included_bp: int = 0


def assess(
    *,
    country: str,
    vat_id: str = "",
    evidence: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> Assessment:
    """Return which VAT applies to a buyer who states a country.

    Args:
        country: as stated; empty: the shop's own.
        vat_id: as typed; may ask VIES (see the package).
        evidence: what else points to a country, as `{"ip": "DE", "card": "DE"}`.
        at: whose rates count; now, if not given.

    Raises:
        InvalidInput: the VAT number cannot be one, or VIES says that it is none.
    """
    check = check_vat_id(vat_id) if vat_id.strip() else Check()
    pointers = dict(evidence or {}) | ({"vat_id": check.country} if check.country else {})
    weighed = weigh(country, pointers)
    place, day = str(weighed["country"]), (at or timezone.now()).date()
    home = vat_country(settings.SHOP_COUNTRY)
    scheme, taxed_by = _scheme(place, home, frees=check.frees and check.country == place)
    return Assessment(
        scheme=scheme,
        rate_bp=standard_rate(taxed_by, day) if taxed_by else 0,
        country=place,
        vat_id=check.vat_id,
        vat_id_check=check.as_dict(),
        evidence=weighed,
        included_bp=0 if settings.VAT_MODE == "none" else standard_rate(home, day),
    )


def _scheme(place: str, home: str, *, frees: bool) -> tuple[str, str]:
    """Return the scheme, and the country whose rate is charged; empty: none is."""
    if settings.VAT_MODE == "none":
        return NONE, ""
    if not in_eu(place):
        return OUTSIDE, ""
    if place == home:
        return DOMESTIC, home
    if frees:
        return REVERSE, ""
    if settings.VAT_MODE == "threshold" and home in EU:
        return DOMESTIC, home
    return OSS, place
