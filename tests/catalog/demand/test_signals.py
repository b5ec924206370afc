from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from catalog.demand.visitors import forget_salts, salt_of
from catalog.models import Artwork, DemandEvent, DemandSalt, SearchRecord
from catalog.services import refund_order
from catalog.services.refunds import finish
from tests.catalog.buying import buy
from tests.catalog.demand.conftest import PERSON
from tests.conftest import signed_in
from tests.factories import make_artwork, make_licence, make_listings

pytestmark = pytest.mark.django_db


def noted(**fields):
    rows = DemandEvent.objects.filter(**fields).order_by("pk")
    return [(row.kind, row.page, row.artwork_id, row.position) for row in rows]


def test_a_listing_notes_what_it_showed_and_where(visitor):
    works = make_listings(30)
    page = visitor.get("/browse/")
    shown = [work.pk for work in page.context["page"].items]
    assert noted() == [("impression", "browse", pk, place) for place, pk in enumerate(shown)]
    assert len(shown) == 24
    more = visitor.get(
        f"/browse/?after={page.context['page'].next}&from=24",
        headers={"hx-request": "true", "hx-target": "more"},
    )
    assert more.status_code == 200
    later = DemandEvent.objects.filter(position__gte=24).order_by("position")
    assert [row.position for row in later] == list(range(24, 30))
    assert {row.artwork_id for row in DemandEvent.objects.all()} == {work.pk for work in works}


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 30, "", "²"])
def test_an_odd_place_is_no_error(visitor, odd):
    make_listings(2)
    assert visitor.get("/browse/", {"from": odd}).status_code == 200
    assert [row[3] for row in noted()] == [0, 1]


def test_a_search_notes_itself_its_results_and_what_was_opened_of_them(visitor):
    work = make_artwork()
    visitor.get("/browse/?q=arches")
    visitor.get("/browse/?q=quokka+unicycle")
    assert noted(kind="search") == [("search", "search", None, None)]
    assert noted(kind="empty") == [("empty", "search", None, None)]
    assert noted(page="search", kind="impression") == [("impression", "search", work.pk, 0)]
    came_from = "http://testserver/browse/?q=arches"
    visitor.get(work.get_absolute_url(), headers={"referer": came_from})
    assert noted(kind="click") == [("click", "search", work.pk, None)]
    assert noted(kind="view") == [("view", "artwork", work.pk, None)]
    marks = set(DemandEvent.objects.exclude(kind="empty").values_list("search", flat=True))
    assert len(marks - {""}) == 1
    assert SearchRecord.objects.get(text="arches").clicked == work


def test_the_way_to_a_sale_and_back_is_noted(visitor):
    make_licence()
    work, other = make_artwork(), make_artwork()
    visitor.get("/")
    visitor.get(work.get_absolute_url())
    visitor.post("/lightboxes/add/", {"artwork": work.pk})
    buy(visitor, work)
    kinds = [row[0] for row in noted(artwork=work)]
    assert kinds.count("impression") == 1 and {"view", "save", "cart", "sale"} <= set(kinds)
    assert ("impression", "similar", other.pk, 0) in noted()
    assert noted(kind="sale") == [("sale", "order", work.pk, None)]
    refund = refund_order(order=work.grants.get().order_line.order, reason="He changed his mind.")
    assert noted(kind="refund") == []
    with transaction.atomic():
        finish(refund)
    assert noted(kind="refund") == [("refund", "order", work.pk, None)]


def test_a_comp_is_a_preview_to_take_away_and_is_noted(visitor):
    work = make_artwork()
    answer = visitor.get(f"/art/{work.slug}/comp/")
    assert answer["Content-Type"] == "image/webp" and answer.content[8:12] == b"WEBP"
    assert f"comp-{work.slug}.webp" in answer["Content-Disposition"]
    assert noted() == [("comp", "artwork", work.pk, None)]
    assert f"/art/{work.slug}/comp/" in visitor.get(work.get_absolute_url()).content.decode()
    (bare,) = make_listings(1)
    assert visitor.get(f"/art/{bare.slug}/comp/").status_code == 404
    Artwork.objects.filter(pk=work.pk).update(withdrawn_at=timezone.now(), withdrawn_by="shop")
    assert visitor.get(f"/art/{work.slug}/comp/").status_code == 404


def test_programs_pages_loaded_ahead_and_our_own_people_leave_no_signal(admin_user):
    make_listings(1)
    own = signed_in(admin_user)
    own.defaults["HTTP_USER_AGENT"] = PERSON
    own.get("/browse/")
    Client(headers={"user-agent": "Googlebot/2.1"}).get("/browse/")
    Client().get("/browse/")
    Client(headers={"user-agent": PERSON, "sec-purpose": "prefetch"}).get("/browse/")
    Client(headers={"user-agent": PERSON}).head("/browse/")
    assert noted() == []


def test_signals_can_be_switched_off(visitor, settings):
    make_listings(1)
    settings.DEMAND_SIGNALS = False
    visitor.get("/browse/")
    assert noted() == []


def test_a_visitor_is_the_same_today_and_nobody_tomorrow(visitor, monkeypatch):
    make_listings(1)
    visitor.get("/browse/")
    visitor.get("/browse/")
    Client(headers={"user-agent": PERSON}, REMOTE_ADDR="10.0.0.9").get("/browse/")
    assert DemandEvent.objects.values("visitor").distinct().count() == 2
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    visitor.get("/browse/")
    assert DemandEvent.objects.values("visitor").distinct().count() == 3
    assert DemandSalt.objects.count() == 2
    assert "set-cookie" not in {name.lower() for name in visitor.get("/browse/").headers}


def test_the_salts_of_days_gone_by_are_forgotten():
    today = timezone.now().date()
    kept = [salt_of(today - timedelta(days=back)) for back in (0, 1, 2, 9)]
    assert len(set(kept)) == 4
    assert forget_salts() == 2 and forget_salts() == 0
    assert set(DemandSalt.objects.values_list("day", flat=True)) == {
        today,
        today - timedelta(days=1),
    }
