from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import search
from catalog.demand import gaps, losses, phrases, services
from catalog.models import DemandGap, GapPhrase, SearchRecord
from catalog.services import withdraw_artwork
from genart.lib import screens
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from tests.catalog.demand.conftest import visitor_number
from tests.conftest import signed_in
from tests.factories import make_artwork, make_job, make_licence, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def searched(text, times=5, found=0, days_ago=0, **fields):
    """Note searches of different visitors."""
    rows = [
        SearchRecord.objects.create(text=text, found=found, visitor=f"{text[:6]}-{n}", **fields)
        for n in range(times)
    ]
    at = NOW - timedelta(days=days_ago)
    SearchRecord.objects.filter(pk__in=[row.pk for row in rows]).update(created_at=at)


def phrases_of(gap):
    return set(gap.phrases.values_list("text", flat=True))


# -- phrases -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Space whale", "whales in space"),
        ("a picture of a quokka", "QUOKKAS"),
        ("octopus", "octupus"),
        ("sage arches", "arches in sage"),
        ("calm waves", "waves"),
        ("Ébène panther", "ebene panthers"),
        ("sunflowers", "sunflower field"),
    ],
)
def test_searches_for_one_thing_are_alike(one, other):
    first, second = phrases.normalised(one), phrases.normalised(other)
    assert phrases.alike(first, second, phrases.meaning(first), phrases.meaning(second)) > 0.6


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("red fox", "red box"),
        ("blue waves", "blue arches"),
        ("sage arches", "terracotta arches"),
        ("waves", "mountains"),
        ("wolf", "golf"),
        ("quokka", "xylophone"),
    ],
)
def test_searches_for_different_things_are_not(one, other):
    first, second = phrases.normalised(one), phrases.normalised(other)
    assert phrases.alike(first, second, phrases.meaning(first), phrases.meaning(second)) == 0


def test_meaning_is_asked_only_for_words_the_encoder_was_taught():
    assert phrases.meaning(phrases.normalised("sage arches")) is not None
    assert phrases.meaning(phrases.normalised("quokka arches")) is None
    assert phrases.normalised("  ") == phrases.normalised("!?") == ""
    assert phrases.normalised("the art") == "art the"  # nothing but such words: they are meant


# -- found ---------------------------------------------------------------------------------------


def test_failed_searches_become_gaps_that_keep_their_ids():
    searched("space whale")
    searched("whales in space", times=2)
    searched("red fox", times=3)
    assert services.find_gaps() == 2
    whale, fox = gaps.open_gaps()
    assert (whale.phrase, whale.visitors, whale.searches) == ("space whale", 7, 7)
    assert phrases_of(whale) == {"space whale"} and GapPhrase.objects.count() == 2
    searched("space whales!", times=4, days_ago=1)
    searched("white space whale", times=1)
    assert services.find_gaps() == services.find_gaps() == 0
    again = DemandGap.objects.get(pk=whale.pk)
    assert again.visitors > 7 and phrases_of(again) == {"space whale", "white space whale"}
    assert {gap.pk for gap in gaps.open_gaps()} == {whale.pk, fox.pk}


def test_one_visitors_flood_is_no_gap_and_counts_once_a_day():
    for _ in range(60):
        SearchRecord.objects.create(text="quokka", found=0, visitor="flood")
    assert services.find_gaps() == 0
    searched("quokka", times=3)
    assert services.find_gaps() == 1
    assert gaps.open_gaps()[0].visitors == 4


def test_what_found_works_had_filters_or_was_a_picture_makes_no_gap():
    searched("arches", found=3)
    searched("quokka", filters={"style": ["waves"]})
    searched("", by_picture=True)
    searched("lion", by_picture=True)
    searched("old thing", days_ago=200)
    assert services.find_gaps() == 0


def test_what_is_found_by_now_makes_no_gap():
    searched("arches")
    make_artwork()
    assert services.find_gaps() == 0


def test_words_that_are_objected_to_never_become_a_phrase(monkeypatch):
    def against(text):
        return "It names somebody." if "mickey" in text.casefold() else None

    searched("space mickey", times=9)
    searched("space whale mickey", times=2)
    searched("space whale", times=4)
    monkeypatch.setattr(screens, "SCREENS", [against])
    assert services.find_gaps() == 1
    assert phrases_of(DemandGap.objects.get()) == {"space whale"}
    with pytest.raises(InvalidInput):
        services.gap_for(text="Mickey")
    monkeypatch.setattr(screens, "SCREENS", [lambda text: "Now it is a name."])
    services.find_gaps()
    assert DemandGap.objects.get().state == "dismissed"
    assert "blocked" in DemandGap.objects.get().evidence


def test_what_was_dismissed_does_not_come_back_reworded(admin_user):
    searched("space whale")
    services.find_gaps()
    gap = services.dismiss_gap(gap_id=DemandGap.objects.get().pk, by=admin_user)
    searched("big space whale", times=8)
    assert services.find_gaps() == 0
    assert gaps.open_gaps() == []
    assert services.dismiss_gap(gap_id=gap.pk).dismissed_by == admin_user
    assert services.reopen_gap(gap_id=gap.pk).state == "open"
    assert services.reopen_gap(gap_id=gap.pk).state == "open"
    assert gaps.open_gaps()[0].pk == gap.pk


# -- losses --------------------------------------------------------------------------------------


def test_what_is_lost_has_an_interval_that_narrows_with_data():
    little = losses.Conversion(0, 0, 0, 0, 1000.0)
    much = losses.Conversion(2000, 100, 200, 120, 1000.0)
    mean, low, high = losses.lost(20, little)
    assert 0 < low < mean < high
    sure, sure_low, sure_high = losses.lost(20, much)
    assert sure == pytest.approx(20 * 0.05 * 0.6 * 1000, rel=0.1)
    assert sure_high / sure_low < high / low
    assert losses.lost(0, much) == (0, 0, 0)
    assert losses.lost(40, much)[0] > losses.lost(10, much)[0]


def test_gaps_are_ranked_by_what_they_cost():
    make_licence()
    searched("red fox", times=3)
    searched("space whale", times=9)
    services.find_gaps()
    first, second = gaps.open_gaps()
    assert first.phrase == "space whale"
    assert first.lost_cents > second.lost_cents > 0
    assert first.lost_low_cents < first.lost_cents < first.lost_high_cents
    assert first.evidence["price_cents"] == 900


# -- filled --------------------------------------------------------------------------------------


def test_a_new_work_that_the_search_finds_fills_a_gap():
    searched("zebra arches")
    services.find_gaps()
    (gap,) = gaps.open_gaps()
    other = make_artwork(render_fields={"subject": "hills"})
    assert services.check_gaps() == []
    work = make_artwork(approval_fields={"tags": ("zebra", "arches")})
    assert [one.pk for one in services.check_gaps()] == [gap.pk]
    gap.refresh_from_db()
    assert (gap.state, gap.artwork) == ("filled", work) and gap.artwork != other
    assert services.check_gaps() == []


def test_what_is_near_by_chance_alone_fills_nothing(monkeypatch):
    searched("quokka unicycle")
    services.find_gaps()
    work = make_artwork()
    monkeypatch.setattr(search, "nearest", lambda text, **limits: [work.pk])
    assert gaps.finds("quokka unicycle")
    assert services.check_gaps() == []
    searched("calm mountains")
    assert gaps.found_by("calm mountains") == work  # words the encoder knows


def test_what_a_gaps_own_job_made_fills_it():
    searched("quokka")
    services.find_gaps()
    (gap,) = gaps.open_gaps()
    job = make_job()
    assert services.propose_gap(gap_id=gap.pk, job=job).state == "proposed"
    assert gaps.open_gaps() == []
    make_artwork()
    assert services.check_gaps() == []
    work = make_artwork(render_fields={"job": job})
    assert [one.artwork for one in services.check_gaps()] == [work]
    assert services.propose_gap(gap_id=gap.pk, job=job).state == "filled"


def test_a_gap_is_filled_once_and_opens_again_when_people_miss_it_again():
    searched("quokka", days_ago=3)
    services.find_gaps()
    (gap,) = gaps.open_gaps()
    work, later = make_artwork(), make_artwork()
    for artwork in (work, later):
        services.fill_gap(gap_id=gap.pk, artwork_id=artwork.pk)
    gap.refresh_from_db()
    assert gap.artwork == work
    DemandGap.objects.filter(pk=gap.pk).update(closed_at=NOW - timedelta(days=2))
    services.find_gaps()
    assert DemandGap.objects.get().state == "filled"
    withdraw_artwork(render_id=work.render_id, reason="x")
    searched("quokka", times=4)
    services.find_gaps()
    gap.refresh_from_db()
    assert (gap.state, gap.artwork, gap.closed_at) == ("open", None, None)
    assert gap.evidence["filled_before_by"] == str(work.pk)


def test_odd_fills_are_refused_and_change_nothing():
    searched("quokka")
    services.find_gaps()
    (gap,) = gaps.open_gaps()
    work = make_artwork()
    with pytest.raises(NotFound):
        services.fill_gap(gap_id=gap.pk + 1, artwork_id=work.pk)
    with pytest.raises(NotFound):
        services.fill_gap(gap_id=gap.pk, artwork_id=gap_less())
    services.dismiss_gap(gap_id=gap.pk)
    with pytest.raises(StateConflict):
        services.fill_gap(gap_id=gap.pk, artwork_id=work.pk)
    assert DemandGap.objects.get().artwork is None


def gap_less():
    import uuid

    return uuid.uuid4()


def test_five_visitors_who_find_nothing_make_a_gap():
    make_artwork()
    for number in range(5):
        assert visitor_number(number).get("/browse/?q=quokka+unicycle").status_code == 200
    assert services.find_gaps() == 1
    assert gaps.open_gaps()[0].phrase == "quokka unicycle"


# -- admin ---------------------------------------------------------------------------------------


def test_gaps_and_wishes_are_read_in_the_admin_and_dismissed_there(admin_client):
    searched("quokka")
    services.find_gaps()
    gap = DemandGap.objects.get()
    services.make_wish(text="quokka", user=make_user())
    for path in ("demandgap/", f"demandgap/{gap.pk}/change/", "wish/", "demandfold/",
                 "positioncurve/"):  # fmt: skip
        answer = admin_client.get(f"/admin/catalog/{path}")
        assert answer.status_code == 200, path
    chosen = {"action": "dismiss", "_selected_action": [gap.pk]}
    admin_client.post("/admin/catalog/demandgap/", chosen)
    gap.refresh_from_db()
    assert gap.state == "dismissed"
    admin_client.post("/admin/catalog/demandgap/", chosen | {"action": "reopen"})
    assert DemandGap.objects.get().state == "open"


def test_who_may_only_look_cannot_dismiss():
    from django.contrib.auth.models import Permission

    looker = make_user(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_demandgap"))
    searched("quokka")
    services.find_gaps()
    gap = DemandGap.objects.get()
    client = signed_in(looker)
    client.post("/admin/catalog/demandgap/", {"action": "dismiss", "_selected_action": [gap.pk]})
    assert DemandGap.objects.get().state == "open"
