"""The sales page: its figures add up, its queries are bounded, and it shows no buyer."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.dashboard import figures
from catalog.dashboard.period import Period, period_of
from catalog.models import CreditEntry, CreditPack, Order, OrderLine, Refund, SearchRecord
from tests.factories import make_licence, make_listings, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MONTH = Period(30, NOW)


def sell(*works, cents=1000, at=NOW, **fields):
    """Make a paid order of works, one price each, with 19 % VAT inside."""
    total = cents * len(works)
    vat = total * 19 // 119
    values = {
        "email": "buyer@example.com", "state": "paid", "total_cents": total,
        "net_cents": total - vat, "vat_cents": vat, "vat_rate_bp": 1900, "vat_scheme": "oss",
        "country": "DE", "currency": "EUR", "gateway": "test", "paid_at": at,
    }  # fmt: skip
    order = Order.objects.create(**values | fields)
    for work in works:
        OrderLine.objects.create(
            order=order, artwork=work, licence=make_licence(), list_cents=cents, price_cents=cents
        )
    return order


@pytest.fixture
def seller(client):
    user = make_user("seller")
    user.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(user)
    return client


def test_sums_are_those_of_the_period():
    first, second, third = make_listings(3)
    sell(first, second)
    sell(third, credits_cents=400)
    sell(first, at=NOW - timedelta(days=31))
    sell(second, state="pending", paid_at=None)
    found = figures.totals(MONTH)
    assert (found.orders, found.licences, found.licences_cents) == (2, 3, 3000)
    assert found.taken_cents == 2600
    assert found.average_cents == 1300
    assert found.net_cents + found.vat_cents == 3000


def test_packs_are_money_taken_and_no_licence():
    pack = CreditPack.objects.create(slug="ten", name="Ten", credit_cents=1000, price_cents=900)
    order = sell(total_cents=900, net_cents=900, vat_cents=0)
    OrderLine.objects.create(order=order, credit_pack=pack, list_cents=900, price_cents=900)
    user = make_user()
    for place, cents in enumerate((1000, -300)):
        CreditEntry.objects.create(user=user, cents=cents, reason="x", key=f"k{place}")
    found = figures.totals(MONTH)
    assert (found.taken_cents, found.licences_cents, found.credits_cents) == (900, 0, 700)


def test_refunds_count_on_the_day_they_are_paid():
    [work] = make_listings(1)
    order = sell(work, at=NOW - timedelta(days=60))
    Refund.objects.create(order=order, amount_cents=1000, state="done", done_at=NOW, reason="x")
    Refund.objects.create(order=order, amount_cents=1000, reason="still asked")
    found = figures.totals(MONTH)
    assert (found.refunds, found.refunded_cents, found.orders) == (1, 1000, 0)


def test_no_day_and_no_week_is_left_out():
    [work] = make_listings(1)
    sell(work, at=NOW - timedelta(days=3))
    days = figures.over_time(MONTH)
    assert len(days) == 30
    assert [cents for _day, cents in days if cents] == [1000]
    assert days[-4][1] == 1000
    weeks = figures.over_time(Period(365, NOW))
    assert len(weeks) == 53
    assert sum(cents for _day, cents in weeks) == 1000
    assert all(day.weekday() == 0 for day, _cents in weeks)


def test_groups_are_sorted_by_what_they_brought():
    works = make_listings(3, style_name=lambda place: "Waves" if place else "Dunes")
    sell(*works)
    parts = figures.by_group(MONTH, figures.GROUPS["style"])
    assert [(part.name, part.cents, part.count) for part in parts] == [
        ("Waves", 2000, 2), ("Dunes", 1000, 1),
    ]  # fmt: skip
    assert figures.top_works(MONTH)[0]["cents"] == 1000


def test_vat_is_told_by_country_scheme_and_rate():
    first, second = make_listings(2)
    sell(first)
    sell(second, country="FR", vat_scheme="reverse", vat_rate_bp=0, vat_cents=0, net_cents=840,
         total_cents=840)  # fmt: skip
    rows = figures.vat_by_country(MONTH)
    assert [(row["country"], row["vat_scheme"], row["vat"], row["net"]) for row in rows] == [
        ("DE", "oss", 159, 841), ("FR", "reverse", 0, 840),
    ]  # fmt: skip


def test_searches_in_vain_are_counted_by_visitors():
    rows = [("Foxes", 0, "a"), ("foxes", 0, "b"), ("owls", 0, "a"), ("sun", 3, "a"), ("", 0, "a")]
    for text, found, visitor in rows:
        SearchRecord.objects.create(text=text, found=found, visitor=visitor)
    period = Period(30, timezone.now())
    assert [(row["words"], row["visitors"]) for row in figures.searches_in_vain(period)] == [
        ("foxes", 2), ("owls", 1),
    ]  # fmt: skip


def test_a_cohort_counts_only_works_that_are_old_enough():
    begin = datetime(2026, 11, 1, 12, tzinfo=UTC)
    old, young = make_listings(2, published_at=lambda place: begin + timedelta(days=20 * place))
    [last_month] = make_listings(1, published_at=datetime(2026, 10, 1, 12, tzinfo=UTC))
    make_listings(1, published_at=datetime(2024, 1, 1, tzinfo=UTC))
    sell(old, at=begin + timedelta(days=7))
    sell(young)
    sell(last_month, at=datetime(2026, 10, 20, tzinfo=UTC))
    november, october = figures.cohorts(MONTH)
    assert november.works == 2
    assert november.sold == {7: (1, 1), 30: (0, 0), 90: (0, 0)}
    assert october.sold == {7: (0, 1), 30: (1, 1), 90: (0, 0)}


@pytest.mark.parametrize("text", ["", "31", "-7", "99999999", "٣٠", "x"])
def test_any_other_period_is_the_usual_one(text):
    assert period_of(text).days == 30


def test_the_page_asks_as_much_for_one_sale_as_for_many(seller):
    make_listings(1)
    seller.get(reverse("catalog:sales"))  # which notes that the session was seen
    counts = []
    for number in (1, 4):
        sell(*make_listings(number), at=timezone.now())
        SearchRecord.objects.create(text=f"word{number}", found=0)
        with CaptureQueriesContext(connection) as caught:
            assert seller.get(reverse("catalog:sales")).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert counts[1] <= 20


def test_an_empty_shop_has_a_page(seller):
    body = seller.get(reverse("catalog:sales")).content.decode()
    assert "Nothing was sold in this period" in body
    assert "style=" not in body.split("<main", 1)[1].split("</main", 1)[0].replace("?style=", "")


def test_periods_are_links_and_the_page_names_no_buyer(seller):
    sell(*make_listings(2), at=timezone.now())
    body = seller.get(reverse("catalog:sales") + "?days=365").content.decode()
    assert 'href="?days=7"' in body
    assert 'href="?days=365" aria-current="page"' in body
    assert "Week of" in body
    assert "buyer@example.com" not in body


def test_lines_are_sent_as_csv_without_buyers_and_formulas(seller):
    [work] = make_listings(1, title="=SUM(A1)")
    sell(work, at=timezone.now())
    answer = seller.get(reverse("catalog:sales_csv"))
    text = b"".join(answer.streaming_content).decode()
    [row] = csv.DictReader(io.StringIO(text))
    assert row["work"] == "'=SUM(A1)"
    assert (row["price"], row["country"]) == ("10.00", "DE")
    assert "buyer@example.com" not in text


@pytest.mark.parametrize("name", ["sales", "sales_csv"])
def test_only_who_sells_or_makes_may_look(client, name):
    address = reverse(f"catalog:{name}")
    assert client.get(address).status_code == 302
    client.force_login(make_user())
    assert client.get(address).status_code == 403
    maker = make_user()
    maker.user_permissions.add(Permission.objects.get(codename="add_job"))
    client.force_login(maker)
    assert client.get(address).status_code == 200
    assert 'href="/studio/sales/"' in client.get("/").content.decode()
