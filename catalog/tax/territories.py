"""Places and what they are to EU VAT on services. Codes are ISO 3166, two capitals.

VAT numbers write Greece as EL, and Northern Ireland as XI. XI is for goods only: services to
Northern Ireland are outside EU VAT, like those to the rest of the United Kingdom.
"""

from catalog.tax.rates import RATES

EU = frozenset(RATES)

TREATED_AS = {"MC": "FR", "EL": "GR", "UK": "GB", "XI": "GB", "IM": "GB"}
"""Codes that mean another for VAT: Monaco is France (Directive 2006/112/EC, Article 7)."""

OUTSIDE_OF_MEMBER_STATES = {
    "AX": "Åland Islands (Finland)",
    "BL": "Saint Barthélemy (France)",
    "EA": "Ceuta and Melilla (Spain)",
    "FO": "Faroe Islands (Denmark)",
    "GF": "French Guiana (France)",
    "GL": "Greenland (Denmark)",
    "GP": "Guadeloupe (France)",
    "IC": "Canary Islands (Spain)",
    "MF": "Saint Martin (France)",
    "MQ": "Martinique (France)",
    "NC": "New Caledonia (France)",
    "PF": "French Polynesia (France)",
    "PM": "Saint Pierre and Miquelon (France)",
    "RE": "Réunion (France)",
    "YT": "Mayotte (France)",
}
"""Parts of member states outside the EU's VAT area that have a code of their own (Article 6)."""

WITHOUT_A_CODE = (
    "Büsingen and Heligoland (Germany)",
    "Livigno (Italy)",
    "Mount Athos (Greece)",
    "Azores and Madeira (Portugal): within, at lower rates of their own",
    "Jungholz and Mittelberg (Austria): within, at 19 %",
)
"""What no country code tells apart. The rate of the member state is charged there, and a person
corrects it where somebody asks."""


def vat_country(code: str) -> str:
    """Return the country that a code means for VAT, in capitals; unknown codes stay as they are."""
    plain = code.strip().upper()
    return TREATED_AS.get(plain, plain)


def in_eu(code: str) -> bool:
    """Tell whether services to a place fall under EU VAT."""
    return vat_country(code) in EU
