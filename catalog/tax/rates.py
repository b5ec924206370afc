"""Standard rates of VAT of the 27 member states, in basis points, each with the day it began.

Source: European Commission, "Taxes in Europe" database (TEDB), standard rates; last compared on
2026-03-30. Pictures delivered by wire are electronically supplied services: standard rate in every
member state. A rate that changed since can be set without a release by `VAT_RATES`.
"""

from datetime import date

from django.conf import settings

FIRST = date(2000, 1, 1)
"""Stands for: since before this shop could have sold anything."""
COMPARED_ON = date(2026, 3, 30)

RATES: dict[str, tuple[tuple[date, int], ...]] = {
    "AT": ((FIRST, 2000),),
    "BE": ((FIRST, 2100),),
    "BG": ((FIRST, 2000),),
    "CY": ((date(2014, 1, 13), 1900),),
    "CZ": ((date(2013, 1, 1), 2100),),
    "DE": (
        (date(2007, 1, 1), 1900),
        (date(2020, 7, 1), 1600),
        (date(2021, 1, 1), 1900),
    ),
    "DK": ((FIRST, 2500),),
    "EE": ((date(2009, 7, 1), 2000), (date(2024, 1, 1), 2200), (date(2025, 7, 1), 2400)),
    "ES": ((date(2012, 9, 1), 2100),),
    "FI": ((date(2013, 1, 1), 2400), (date(2024, 9, 1), 2550)),
    "FR": ((date(2014, 1, 1), 2000),),
    "GR": ((date(2016, 6, 1), 2400),),
    "HR": ((date(2012, 3, 1), 2500),),
    "HU": ((date(2012, 1, 1), 2700),),
    "IE": (
        (date(2012, 1, 1), 2300),
        (date(2020, 9, 1), 2100),
        (date(2021, 3, 1), 2300),
    ),
    "IT": ((date(2013, 10, 1), 2200),),
    "LT": ((date(2009, 9, 1), 2100),),
    "LU": ((date(2015, 1, 1), 1700), (date(2023, 1, 1), 1600), (date(2024, 1, 1), 1700)),
    "LV": ((date(2012, 7, 1), 2100),),
    "MT": ((date(2004, 1, 1), 1800),),
    "NL": ((date(2012, 10, 1), 2100),),
    "PL": ((date(2011, 1, 1), 2300),),
    "PT": ((date(2011, 1, 1), 2300),),
    "RO": ((date(2017, 1, 1), 1900), (date(2025, 8, 1), 2100)),
    "SE": ((FIRST, 2500),),
    "SI": ((date(2013, 7, 1), 2200),),
    "SK": ((date(2011, 1, 1), 2000), (date(2025, 1, 1), 2300)),
}


def standard_rate(country: str, on: date) -> int:
    """Return the standard rate of a member state on a day, in basis points; 0 outside the EU.

    A rate set by `VAT_RATES` replaces the table for every day.
    """
    replaced = settings.VAT_RATES.get(country)
    if replaced is not None and country in RATES:
        return int(replaced)
    valid = [rate for since, rate in RATES.get(country, ()) if since <= on]
    return valid[-1] if valid else 0
