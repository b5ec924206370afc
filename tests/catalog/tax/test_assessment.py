"""Which VAT applies to whom, from the shop's settings, the buyer's country and his number."""

from datetime import UTC, date, datetime

import pytest
from django.test import RequestFactory

from catalog.models import Order
from catalog.tax import assess
from catalog.tax.evidence import country_of_request, weigh
from catalog.tax.rates import RATES, standard_rate
from catalog.tax.territories import EU, OUTSIDE_OF_MEMBER_STATES, in_eu
from genart.lib.errors import InvalidInput

FRENCH_ID = "FR 40 303 265 045"


@pytest.fixture(autouse=True)
def shop(settings):
    settings.SHOP_COUNTRY, settings.VAT_MODE, settings.VAT_ID_UNVERIFIED = "DE", "oss", "accept"


def test_the_table_has_the_member_states_each_with_a_rate_that_may_be():
    assert len(EU) == 27
    for country, rows in RATES.items():
        assert [since for since, _rate in rows] == sorted(since for since, _rate in rows)
        assert all(1500 <= rate <= 2700 for _since, rate in rows), country


@pytest.mark.parametrize(
    ("country", "day", "rate"),
    [
        ("DE", date(2020, 6, 30), 1900), ("DE", date(2020, 7, 1), 1600),
        ("DE", date(2021, 1, 1), 1900), ("EE", date(2025, 6, 30), 2200),
        ("EE", date(2025, 7, 1), 2400), ("FI", date(2024, 9, 1), 2550),
        ("RO", date(2025, 7, 31), 1900), ("RO", date(2025, 8, 1), 2100),
        ("SK", date(2025, 1, 1), 2300), ("HU", date(2026, 11, 24), 2700),
        ("LU", date(2023, 5, 1), 1600), ("CH", date(2026, 1, 1), 0),
    ],
)  # fmt: skip
def test_the_rate_is_that_of_the_day(country, day, rate):
    assert standard_rate(country, day) == rate


def test_a_rate_may_be_replaced_by_setting(settings):
    settings.VAT_RATES = {"EE": 2600, "CH": 810}
    assert standard_rate("EE", date(2026, 1, 1)) == 2600
    assert standard_rate("CH", date(2026, 1, 1)) == 0


@pytest.mark.parametrize(
    ("mode", "home", "country", "vat_id", "scheme", "rate"),
    [
        ("oss", "DE", "DE", "", "domestic", 1900),
        ("oss", "DE", "", "", "domestic", 1900),
        ("oss", "DE", "FR", "", "oss", 2000),
        ("oss", "DE", "MC", "", "oss", 2000),
        ("oss", "DE", "fr", FRENCH_ID, "reverse", 0),
        ("oss", "FR", "FR", FRENCH_ID, "domestic", 2000),
        ("oss", "DE", "CH", "", "outside", 0),
        ("oss", "DE", "GB", "", "outside", 0),
        ("oss", "DE", "XI", "", "outside", 0),
        ("oss", "DE", "IC", "", "outside", 0),
        ("oss", "DE", "AX", "", "outside", 0),
        ("oss", "US", "FR", "", "oss", 2000),
        ("oss", "US", "US", "", "outside", 0),
        ("threshold", "DE", "FR", "", "domestic", 1900),
        ("threshold", "DE", "FR", FRENCH_ID, "reverse", 0),
        ("threshold", "DE", "CH", "", "outside", 0),
        ("threshold", "US", "FR", "", "oss", 2000),
        ("none", "DE", "FR", "", "none", 0),
        ("none", "DE", "US", "", "none", 0),
    ],
)
def test_the_scheme_follows_from_shop_and_buyer(
    settings, mode, home, country, vat_id, scheme, rate
):
    settings.VAT_MODE, settings.SHOP_COUNTRY = mode, home
    found = assess(country=country, vat_id=vat_id, at=datetime(2026, 11, 24, tzinfo=UTC))
    assert (found.scheme, found.rate_bp) == (scheme, rate)
    assert found.scheme in Order.VatScheme


def test_a_number_of_another_country_than_the_buyers_takes_no_vat_off():
    found = assess(country="AT", vat_id=FRENCH_ID, evidence={"ip": "AT"})
    assert (found.scheme, found.country) == ("oss", "AT")
    assert found.evidence["conflict"]


def test_places_outside_are_not_in_the_eu():
    assert not any(in_eu(code) for code in OUTSIDE_OF_MEMBER_STATES)
    assert in_eu("EL") and in_eu("gr") and in_eu("MC")


@pytest.mark.parametrize(
    ("declared", "others", "country", "conflict"),
    [
        ("DE", {}, "DE", False),
        ("DE", {"ip": "DE"}, "DE", False),
        ("DE", {"ip": "FR"}, "DE", True),
        ("DE", {"ip": "FR", "card": "FR"}, "FR", True),
        ("US", {"ip": "DE"}, "DE", True),
        ("US", {"ip": "DE", "card": "US"}, "US", True),
        ("US", {"ip": "CA"}, "US", True),
        ("", {}, "DE", False),
        ("", {"ip": "IT"}, "IT", False),
        ("el", {"ip": "GR"}, "GR", False),
        ("DE", {"ip": "x", "card": "", "other": "FR"}, "DE", False),
    ],
)
def test_two_pieces_that_agree_decide_and_nobody_leaves_the_eu_by_his_word(
    declared, others, country, conflict
):
    weighed = weigh(declared, others)
    assert (weighed["country"], weighed["conflict"]) == (country, conflict)


def test_a_cdn_is_believed_only_by_setting(settings):
    request = RequestFactory().get("/", headers={"CF-IPCountry": "fr"})
    assert country_of_request(request) == ""
    settings.COUNTRY_HEADER = "CF-IPCountry"
    assert country_of_request(request) == "FR"
    for unknown in ("XX", "T1", "", "France", "é1"):
        assert country_of_request(RequestFactory().get("/", HTTP_CF_IPCOUNTRY=unknown)) == ""


@pytest.mark.parametrize(
    "number", ["12", "DE", "DE123456789", "GB980780684", "XI980780684", "US1", "FR40303265046", "É"]
)
def test_what_cannot_be_a_number_is_refused_with_a_sentence(number):
    with pytest.raises(InvalidInput) as raised:
        assess(country="DE", vat_id=number)
    assert raised.value.where == "vat_id"
    assert len(raised.value.message) > 30


def test_greek_numbers_may_be_typed_either_way():
    for typed in ("EL 094259216", "GR094259216"):
        found = assess(country="GR", vat_id=typed)
        assert (found.scheme, found.vat_id) == ("reverse", "EL094259216")
