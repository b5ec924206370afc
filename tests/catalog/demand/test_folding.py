from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from catalog.demand import folding, positions
from catalog.demand.rows import Row, copy_in
from catalog.models import DemandDay, DemandEvent, DemandFold, PositionCurve
from tests.factories import make_listings

pytestmark = pytest.mark.django_db
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)


def put(kind, work, *, visitor="v1", page="browse", position=None, days_ago=0, times=1, search=""):
    at = NOON - timedelta(days=days_ago)
    first = int(at.timestamp() * 1000)
    key = work.pk.hex if work else None
    copy_in(Row(kind, page, key, position, visitor, search, first + n) for n in range(times))


def sums(**fields):
    rows = DemandDay.objects.filter(**fields).order_by("kind", "page", "count")
    return [(row.kind, row.page, row.count, row.visitors) for row in rows]


def test_a_day_is_summed_by_work_kind_and_page_and_again_with_the_same_result():
    one, two = make_listings(2)
    for visitor in ("v1", "v2"):
        put("impression", one, visitor=visitor, position=0)
        put("view", one, visitor=visitor, page="artwork")
    put("impression", two, position=30)
    put("sale", one, visitor="", page="order", times=3)
    put("search", None, page="search", search="a")
    put("search", None, page="search", search="b")
    for _ in range(2):
        assert folding.fold() == [NOON.date()]
        assert sums(artwork=one) == [
            ("impression", "browse", 2, 2),
            ("sale", "order", 3, 0),
            ("view", "artwork", 2, 2),
        ]
        assert sums(artwork=None) == [("search", "search", 2, 1)]
        assert DemandFold.objects.get().events == 10
    first, later = (DemandDay.objects.get(artwork=work, kind="impression") for work in (one, two))
    assert first.examined == 2.0
    assert 0 < later.examined < 0.6


def test_one_visitors_flood_counts_up_to_the_cap():
    flooded, honest = make_listings(2)
    put("view", flooded, visitor="flood", page="artwork", times=500)
    for number in range(4):
        put("view", honest, visitor=f"v{number}", page="artwork")
    folding.fold()
    assert sums(artwork=flooded) == [("view", "artwork", 2, 1)]
    assert sums(artwork=honest) == [("view", "artwork", 4, 4)]
    assert DemandFold.objects.get().dropped == 498


def test_who_opens_hundreds_of_works_a_day_does_not_count(monkeypatch):
    monkeypatch.setattr(folding, "MOST_VIEWS", 5)
    works = make_listings(6)
    for work in works:
        put("view", work, visitor="harvester", page="artwork")
    put("view", works[0], visitor="person", page="artwork")
    folding.fold()
    assert sums() == [("view", "artwork", 1, 1)]


def test_events_of_works_that_never_were_do_no_harm():
    copy_in([Row("view", "artwork", "0" * 32, None, "v", "", int(NOON.timestamp() * 1000))])
    assert folding.fold() == [NOON.date()]
    assert sums() == []


def test_a_day_that_is_over_is_summed_once_more_and_then_left():
    (work,) = make_listings(1)
    put("view", work, days_ago=3)
    put("view", work, days_ago=0)
    assert len(folding.fold()) == 4
    assert (NOON - timedelta(days=3)).date() not in folding.fold()
    assert DemandFold.objects.filter(is_final=True, events=1).count() == 1
    assert sums() == [("view", "browse", 1, 1)] * 2


def test_a_clock_that_was_wrong_makes_no_work():
    (work,) = make_listings(1)
    put("view", work, days_ago=9000)
    put("view", work, days_ago=-9000)
    assert folding.fold() == [NOON.date()]
    folding.forget_events()
    assert DemandEvent.objects.get().day > NOON.date()


def test_events_are_forgotten_after_a_month_and_their_sums_stay():
    (work,) = make_listings(1)
    put("view", work, days_ago=40)
    put("view", work, days_ago=1)
    folding.fold()
    gone = folding.forget_events()
    assert gone == folding.forget_events() > 0
    assert DemandEvent.objects.count() == 1
    put("view", work, days_ago=40, visitor="late")
    assert (NOON - timedelta(days=40)).date() not in folding.fold()
    folding.forget_events()
    assert DemandEvent.objects.count() == 1
    assert sums() == [("view", "browse", 1, 1)] * 2


# -- places ------------------------------------------------------------------------------------


def test_places_are_told_from_works_that_stood_at_several():
    chance = np.random.default_rng(3)
    true = np.array([1, 0.9, 0.7, 0.5, 0.4, 0.3, 0.2, 0.12, 0.08, 0.05])
    appeal = chance.gamma(2, 0.05, 300)
    best_first = np.argsort(-appeal)
    shown = chance.poisson(3, (300, 10)).astype(float)
    for rank, work in enumerate(best_first):  # good works stand in front more often
        shown[work, min(rank // 30, 9)] += 60
    opened = chance.poisson(shown * appeal[:, None] * true[None, :]).astype(float)
    naive = opened.sum(axis=0) / shown.sum(axis=0)
    found = np.array(positions.fitted(shown, opened))
    assert np.abs(found - true).max() < 0.15
    assert np.abs(naive / naive[0] - true).max() > 0.2  # good works made the front look better
    assert (np.diff(found) <= 1e-9).all()


def test_a_page_without_data_keeps_the_prior():
    nothing = np.zeros((1, len(positions.PLACES)))
    assert positions.fitted(nothing, nothing) == pytest.approx(positions.PRIOR)


def test_curves_are_learnt_from_events_and_used_by_the_next_fold():
    works = make_listings(40)
    for number in range(200):
        work = works[number % 40]
        put("impression", work, visitor=f"v{number}", position=number % 2 * 30)
        if number % 2 == 0:
            put("view", work, visitor=f"v{number}", page="artwork")
    (made,) = positions.learn_positions()
    assert positions.learn_positions() == []
    assert made.page == "browse"
    assert sum(made.evidence["shown"]) == 200 and sum(made.evidence["opened"]) == 100
    curve = positions.curves()["browse"]
    assert curve.at(0) == 1.0 and curve.at(30) < positions.Curve(None, positions.PRIOR).at(30)
    folding.fold()
    assert DemandFold.objects.get().curves == {"browse": PositionCurve.objects.get().pk}
