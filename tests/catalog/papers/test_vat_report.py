"""The figures of a quarter: they come from the papers, and add up."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from catalog.models import Invoice, Refund
from catalog.papers.vat_report import as_csv, cross_border_cents, quarter_of, vat_report
from catalog.services.papers import issue_credit_note, issue_invoice
from genart.lib.errors import InvalidInput
from tests.catalog.papers.conftest import paid_order

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def sell(listing, scheme, country, net, vat, rate, **fields):
    order = paid_order(
        [listing], prices=[net + vat], net_cents=net, vat_cents=vat, vat_rate_bp=rate,
        vat_scheme=scheme, country=country, **fields,
    )  # fmt: skip
    return issue_invoice(order=order)


@pytest.fixture
def papers(listing, settings):
    settings.SHOP_COUNTRY = "DE"
    sell(listing, "oss", "FR", 1000, 200, 2000)
    sell(listing, "oss", "FR", 500, 100, 2000)
    sell(listing, "oss", "FI", 1000, 255, 2550)
    sell(listing, "domestic", "DE", 1000, 190, 1900)
    sell(listing, "reverse", "FR", 700, 0, 0, vat_id="FR40303265045")
    sell(listing, "outside", "CH", 300, 0, 0)
    order = Invoice.objects.order_by("number").first().order
    refund = Refund.objects.create(order=order, amount_cents=1200, reason="x", state="done")
    refund.lines.set(order.lines.all())
    issue_credit_note(refund=refund)
    Invoice.objects.update(issued_at=NOW)


def test_a_quarter_adds_up_by_scheme_country_and_customer(papers):
    rows = {(row.scheme, row.country): row for row in vat_report("2026-Q4")}
    france = rows["oss", "FR"]
    assert (france.papers, france.net_cents, france.vat_cents) == (3, 500, 100)
    assert rows["reverse", "FR"].vat_id == "FR40303265045"
    assert rows["oss", "FI"].rate_bp == 2550 and rows["outside", "CH"].total_cents == 300
    assert rows["domestic", "DE"].country == "DE"
    assert vat_report("2026-Q3") == vat_report("2027-Q1") == []
    table = list(csv.DictReader(io.StringIO(as_csv(vat_report("2026-Q4")))))
    assert {row["country"]: row["vat"] for row in table if row["scheme"] == "oss"} == {
        "FR": "1.00", "FI": "2.55",
    }  # fmt: skip


def test_sales_to_private_buyers_abroad_are_counted_for_the_threshold(papers):
    assert cross_border_cents(2026) == {"EUR": 1500}
    assert cross_border_cents(2025) == {}


def test_quarters_begin_and_end_where_they_should():
    assert quarter_of("2026-q4") == (
        datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert quarter_of("2026-Q1")[1] == datetime(2026, 4, 1, tzinfo=UTC)
    for wrong in ("", "2026", "2026-Q5", "26-Q1", "0000-Q1", "2026-Q", "Q1-2026"):
        with pytest.raises(InvalidInput):
            quarter_of(wrong)


def test_the_admin_sends_the_table(papers, admin_client, buyer_client, settings):
    settings.VAT_MODE = "threshold"
    page = admin_client.get(reverse("admin:catalog_invoice_changelist")).content.decode()
    assert "€15.00 of €10,000.00" in page
    path = reverse("admin:catalog_invoice_vat")
    answer = admin_client.get(path, {"quarter": "2026-q4"})
    assert answer["Content-Disposition"] == 'attachment; filename="vat-2026-Q4.csv"'
    assert b"oss,FI,25.5,,1,10.00,2.55,12.55,EUR" in answer.content
    assert admin_client.get(path, {"quarter": "x"}).status_code == 302
    assert buyer_client.get(path).status_code == 302
