"""What points to the country of a buyer, and which country follows from it.

Implementing Regulation (EU) 282/2011, Articles 24b and 24f: two pieces of evidence that do not
contradict each other. One is what the buyer states; others come with the request (a CDN's header)
and from the gateway (the card's country). What was found is kept with the order, conflicts too.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from catalog.tax.territories import in_eu, vat_country

SOURCES = ("declared", "address", "ip", "card", "vat_id")
"""In the order of trust where they disagree one against one."""


def weigh(declared: str, others: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the country that counts, with everything that pointed to one.

    Two pieces that agree decide. Else what the buyer stated counts, with one exception: nobody
    leaves the EU's VAT by his word alone, against a piece that points into the EU.

    Returns:
        `pieces` (source → country), `country`, `agreeing` (sources for it), `conflict`.
    """
    given = {"declared": declared} | dict(others or {})
    pieces = {name: vat_country(given[name]) for name in SOURCES if _is_code(given.get(name))}
    country = _decide(pieces) if pieces else vat_country(settings.SHOP_COUNTRY)
    return {
        "pieces": pieces,
        "country": country,
        "agreeing": [name for name, code in pieces.items() if code == country],
        "conflict": len(set(pieces.values())) > 1,
    }


def _decide(pieces: dict[str, str]) -> str:
    counts = Counter(pieces.values())
    country, votes = counts.most_common(1)[0]  # the first of equals is the most trusted
    if votes > 1 or in_eu(country):
        return country
    return next((code for code in pieces.values() if in_eu(code)), country)


def country_of_request(request: HttpRequest) -> str:
    """Return the country that a CDN says a request comes from; empty where none does.

    `COUNTRY_HEADER` names the header, such as `CF-IPCountry`. Set it only behind that CDN: anybody
    else may send the header too.
    """
    if not settings.COUNTRY_HEADER:
        return ""
    told = request.headers.get(settings.COUNTRY_HEADER, "").strip().upper()
    return told if _is_code(told) and told not in ("XX", "T1") else ""  # unknown, Tor


def _is_code(code: str | None) -> bool:
    return code is not None and len(code.strip()) == 2 and code.strip().isascii()
