from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.autopilot.types import Arm, ArmDay
from catalog.demand.aggregates import age_of, arm_days, totals
from catalog.demand.trends import rate_ratio, trends
from catalog.models import DemandDay, Order, OrderLine, Refund
from generation.models import Render
from tests.factories import make_artwork, make_job, make_licence, make_render, make_style

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = NOW.date()


def days_ago(count):
    return NOW - timedelta(days=count)


def make_order(work, cents=900, **fields):
    values = {"state": "paid", "paid_at": NOW, "email": "a@example.com"} | fields
    order = Order.objects.create(total_cents=cents, net_cents=cents, currency="EUR", **values)
    return OrderLine.objects.create(
        order=order, artwork=work, licence=make_licence(), price_cents=cents
    )


def one_style():
    style = make_style(slug="waves")
    job = make_job()
    common = {
        "style": style,
        "job": job,
        "palette_name": "sage",
        "layout": "grid",
        "subject": "sea",
    }
    return style, common, Arm("waves", "sage", "grid", "sea")


def test_an_arm_day_has_signals_orders_and_what_making_it_cost(settings):
    settings.RENDER_HOUR_CENTS = 3600
    _style, common, arm = one_style()
    work = make_artwork(render_fields=common, published_at=days_ago(3))
    refused = make_render(**common)
    Render.objects.filter(pk__in=[work.render_id, refused.pk]).update(
        started_at=days_ago(3) - timedelta(seconds=10), finished_at=days_ago(3)
    )
    Render.objects.filter(pk=refused.pk).update(cost_cents=Decimal("2.5"))
    make_render(**common | {"state": Render.State.QUEUED})
    make_render(**common | {"job": make_job(purpose="preview")})
    yesterday = TODAY - timedelta(days=1)
    for kind, count in (("impression", 10), ("view", 4), ("save", 2), ("comp", 1), ("cart", 1)):
        DemandDay.objects.create(
            day=yesterday, artwork=work, kind=kind, page="browse", count=count,
            examined=6.5 if kind == "impression" else 0,
        )  # fmt: skip
    DemandDay.objects.create(day=yesterday, artwork=None, kind="search", page="search", count=3)
    line = make_order(work, paid_at=days_ago(1))
    refund = Refund.objects.create(
        order=line.order, amount_cents=900, reason="x", state="done", done_at=NOW
    )
    refund.lines.add(line)
    OrderLine.objects.filter(pk=line.pk).update(refunded_cents=900)
    make_order(work, paid_at=None, state="pending")

    facts = arm_days(since=TODAY - timedelta(days=5), until=TODAY)
    assert [fact.day for fact in facts] == [TODAY - timedelta(days=n) for n in (3, 2, 1, 0)]
    assert {(fact.arm, fact.works) for fact in facts} == {(arm, 1)}
    first, _second, third, last = facts
    assert (first.renders, first.kept, first.cost_cents) == (2, 1, pytest.approx(22.5))
    assert (third.impressions, third.examined, third.views) == (10, 6.5, 4)
    assert (third.saves, third.comps, third.carts, third.sales) == (2, 1, 1, 1)
    assert (third.revenue_cents, last.revenue_cents, last.refunds) == (900, -900, 1)
    assert (third.renders, last.kept) == (0, 0)
    assert arm_days(since=TODAY - timedelta(days=30), until=TODAY - timedelta(days=20)) == []


def test_a_withdrawn_work_stands_until_its_last_day():
    _style, common, _arm = one_style()
    make_artwork(
        render_fields=common,
        published_at=days_ago(3),
        withdrawn_at=days_ago(1),
        withdrawn_by="shop",
    )
    facts = arm_days(since=TODAY - timedelta(days=2), until=TODAY)
    assert [(fact.day, fact.works) for fact in facts if fact.works] == [
        (TODAY - timedelta(days=2), 1)
    ]


def test_totals_by_each_attribute_and_by_age():
    arm = Arm("waves", "sage", "grid", "sea")
    other = Arm("waves", "clay", "grid", "sea")
    facts = [
        ArmDay(arm, TODAY, TODAY - timedelta(days=2), works=1, renders=4, kept=2, cost_cents=30),
        ArmDay(arm, TODAY, TODAY - timedelta(days=40), works=2, sales=1, revenue_cents=900,
               examined=100),
        ArmDay(other, TODAY, TODAY, works=1, impressions=5),
    ]  # fmt: skip
    assert list(totals(facts, by="palette")) == ["sage", "clay"]
    sage = totals(facts, by="palette")["sage"]
    assert (sage.work_days, sage.approval_rate, sage.cost_per_kept_cents) == (3, 0.5, 15)
    assert sage.sales_per_thousand == 10
    clay = totals(facts, by="palette")["clay"]
    assert clay.approval_rate is clay.cost_per_kept_cents is clay.sales_per_thousand is None
    assert set(totals(facts, by="age")) == {"first week", "first quarter"}
    assert age_of(facts[1]) == "first quarter"
    assert totals(facts, by="style")["waves"].renders == 4


# -- trends --------------------------------------------------------------------------------------


def fact(palette, back, views=0.0, examined=100.0, sales=0.0):
    arm = Arm("waves", palette, "grid", "sea")
    day = TODAY - timedelta(days=back)
    return ArmDay(arm, day, day, works=1, views=views, examined=examined, sales=sales)


def test_a_trend_has_an_interval_and_says_so_where_there_is_not_enough():
    facts = [fact("sage", back, views=30 if back <= 7 else 10) for back in range(1, 36)]
    facts += [fact("clay", back, views=10) for back in range(1, 36)]
    facts += [fact("rust", 1, views=3), fact("new", 1, views=30)]
    found = {one.value: one for one in trends(attributes=["palette"], facts=facts)}
    assert found["sage"].direction == "rising"
    assert found["sage"].low < 3 < found["sage"].high and found["sage"].ratio < 3.01
    assert found["clay"].direction == "steady" and "1.0" in found["clay"].note
    for value in ("rust", "new"):
        assert found[value].direction == "unknown" and found[value].ratio is None
        assert found[value].note.startswith("Not enough data")
    assert trends(attributes=["palette"], facts=facts)[0].value == "sage"
    sales = trends(attributes=["palette"], facts=facts, measure="sales")
    assert {one.direction for one in sales} == {"unknown"}


def test_the_interval_covers_the_true_ratio_nine_times_in_ten():
    import numpy as np

    chance = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        lately, before = chance.poisson(14), chance.poisson(80)
        _ratio, low, high = rate_ratio(lately, 100, before, 400)
        covered += low <= 0.7 <= high
    assert covered / 400 >= 0.88


def test_little_data_is_pulled_towards_no_change():
    ratio, low, high = rate_ratio(3, 10, 3, 40)
    assert 1 < ratio < 4 and low < 1.3 < high
    assert rate_ratio(300, 1000, 300, 4000)[0] == pytest.approx(4, rel=0.05)
