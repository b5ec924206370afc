"""What a curator sees next is held before it is shown: named exactly, and in nobody's way."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from curation import queue, services
from curation.filters import Filters
from curation.models import Assignment, Candidate
from tests.conftest import make_user, signed_in
from tests.curation.conftest import make_waiting

HTMX = {"HTTP_HX_REQUEST": "true"}
State = Candidate.State


@pytest.fixture
def ada(db):
    return make_user("ada", "curators")


@pytest.fixture
def ben(db):
    return make_user("ben", "curators")


def first_of(user, **more):
    """Give a user the next picture as a page does."""
    return services.claim_next(user=user, ahead=True, **more)


def ahead_of(user):
    """Return what is held ahead for a user."""
    waiting = Candidate.objects.filter(leased_by=user, leased_at=None)
    asked = Assignment.objects.filter(
        leased_by=user, leased_at=None, lease_expires_at__isnull=False
    )
    return [*waiting, *(row.candidate for row in asked)]


def url(name, candidate):
    return reverse(f"curation:{name}", args=[candidate.pk])


def next_address(answer):
    """Return which picture a card says comes next."""
    head = answer.content.decode().split("data-card", 1)[1].split(">", 1)[0]
    return head.split('data-next="')[1].split('"')[0] if "data-next" in head else None


class TestWhatComesNext:
    def test_is_held_and_comes(self, ada, ben):
        rows = make_waiting(6)
        assert first_of(ada) == rows[0]
        assert ahead_of(ada) == [rows[1]]
        assert first_of(ben) == rows[2]
        services.decide(candidate_id=rows[0].pk, user=ada, verdict="approve")
        assert first_of(ada) == rows[1]
        assert ahead_of(ada) == [rows[4]]

    def test_a_page_that_is_loaded_again_shows_the_same(self, ada):
        rows = make_waiting(4)
        for _ in range(3):
            assert first_of(ada) == rows[0]
            assert ahead_of(ada) == [rows[1]]

    def test_comes_after_a_skip_too(self, ada):
        rows = make_waiting(4)
        first_of(ada)
        services.release(candidate_id=rows[0].pk, user=ada)
        assert first_of(ada, skipped=[rows[0].pk]) == rows[1]
        assert ahead_of(ada) == [rows[2]]

    def test_stays_while_the_page_says_that_one_is_there(self, ada):
        rows = make_waiting(4)
        first_of(ada)
        Candidate.objects.filter(pk=rows[3].pk).update(doubt=1.0)  # now before the second
        Candidate.objects.filter(leased_by=ada).update(
            lease_expires_at=timezone.now() + timedelta(seconds=5)
        )
        services.claim(candidate_id=rows[0].pk, user=ada, ahead=Filters())
        assert ahead_of(ada) == [rows[1]]
        ends = Candidate.objects.filter(leased_by=ada).values_list("lease_expires_at", flat=True)
        assert min(ends) > timezone.now() + timedelta(seconds=30)

    def test_keeps_to_the_filters(self, ada):
        make_waiting(4)
        first_of(ada)
        assert first_of(ada, filters=Filters(style="another")) is None
        assert first_of(ada, filters=Filters(tier="premium")) is None

    def test_is_what_the_card_names(self, ada):
        rows = make_waiting(5)
        client = signed_in(ada)
        assert next_address(client.get("/review/")) == url("image", rows[1])
        answer = client.post(url("decide", rows[0]), {"verdict": "approve"}, **HTMX)
        assert url("image", rows[1]) in answer.content.decode()
        assert next_address(answer) == url("image", rows[2])
        answer = client.post(url("skip", rows[1]), **HTMX)
        assert url("candidate", rows[2]) in answer["HX-Push-Url"]

    def test_after_an_undo_it_is_named_again(self, ada):
        rows = make_waiting(5)
        client = signed_in(ada)
        client.get("/review/")
        client.post(url("decide", rows[0]), {"verdict": "approve"}, **HTMX)
        answer = client.post("/review/undo/", **HTMX)
        assert url("candidate", rows[0]) in answer["HX-Push-Url"]
        assert next_address(answer) == url("image", rows[1])

    def test_a_second_tab_decides_first(self, ada):
        """The first tab hears of it, and the picture that it showed early stays undecided."""
        rows = make_waiting(5)
        one, other = signed_in(ada), signed_in(ada)
        for client in (one, other):
            assert next_address(client.get("/review/")) == url("image", rows[1])
        other.post(url("decide", rows[0]), {"verdict": "approve"}, **HTMX)
        answer = one.post(url("decide", rows[0]), {"verdict": "approve"}, **HTMX)
        assert answer.status_code == 409
        assert url("image", rows[0]) in answer.content.decode()
        assert Candidate.objects.get(pk=rows[1].pk).state == State.REVIEW
        assert first_of(ada) == rows[1]


class TestNobodyIsStarved:
    def test_the_last_free_one_is_left(self, ada, ben):
        rows = make_waiting(2)
        assert first_of(ada) == rows[0]
        assert ahead_of(ada) == []
        assert first_of(ben) == rows[1]

    def test_who_has_nothing_gets_what_another_only_sees_next(self, ada, ben):
        rows = make_waiting(3)
        eve = make_user("eve", "curators")
        assert first_of(ada) == rows[0]
        assert ahead_of(ada) == [rows[1]]
        assert first_of(ben) == rows[2]
        assert first_of(eve) == rows[1]
        services.decide(candidate_id=rows[0].pk, user=ada, verdict="approve")
        assert first_of(ada) is None

    def test_what_is_shown_is_never_taken(self, ada, ben):
        make_waiting(1)
        first_of(ada)
        assert first_of(ben) is None

    @pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 12])
    def test_all_is_decided_once_by_three(self, ada, ben, count):
        rows = make_waiting(count)
        people = [ada, ben, make_user("eve", "curators")]
        decided = []
        while any(shown := {user: first_of(user) for user in people}.values()):
            for user, candidate in zip(people, shown, strict=True):
                if candidate:
                    services.decide(candidate_id=candidate.pk, user=user, verdict="approve")
                    decided.append(candidate)
        assert sorted(row.pk for row in decided) == sorted(row.pk for row in rows)

    def test_a_lease_that_ran_out_frees_both(self, ada, ben):
        rows = make_waiting(4)
        first_of(ada)
        Candidate.objects.filter(leased_by=ada).update(lease_expires_at=timezone.now())
        assert first_of(ben) == rows[0]
        assert ahead_of(ben) == [rows[1]]
        assert first_of(ada) == rows[2]

    def test_another_mode_lets_go_of_it(self, ada):
        rows = make_waiting(4)
        first_of(ada)
        services.claim_page(user=ada, most=1)
        assert not ahead_of(ada)
        first_of(ada)
        services.claim_stack_of(candidate_id=rows[2].pk, user=ada)
        assert not ahead_of(ada)


class TestBlindOpinions:
    @pytest.fixture
    def known(self, ben, settings):
        """A decided picture on which everybody else is asked at every turn, and five that wait."""
        settings.BLIND_SHARE = 1.0
        first, *rest = make_waiting(6)
        services.decide(candidate_id=first.pk, user=ben, verdict="approve")
        asked = services.assign(candidate=first, purpose="second", propensity=0.05)
        return first, rest, asked

    @pytest.fixture
    def before(self, known, ada, settings):
        """The picture that waits before it: its own turn drew nothing."""
        settings.BLIND_SHARE = 0.0
        shown = first_of(ada)
        Candidate.objects.filter(leased_at=None).update(leased_by=None, lease_expires_at=None)
        settings.BLIND_SHARE = 1.0
        return services.claim(candidate_id=shown.pk, user=ada, ahead=Filters())

    def test_one_is_held_ahead_and_comes(self, known, before, ada, settings):
        first, rest, asked = known
        assert ahead_of(ada) == [first]
        settings.BLIND_SHARE = 0.0  # it was drawn: nothing is drawn anew
        services.decide(candidate_id=before.pk, user=ada, verdict="approve")
        shown = first_of(ada)
        assert (shown, shown.state) == (first, State.REVIEW)
        assert ahead_of(ada) == [rest[1]]
        services.decide(candidate_id=first.pk, user=ada, verdict="approve", took_ms=400)
        asked.refresh_from_db()
        assert (asked.state, asked.took_ms) == ("done", 400)
        assert first_of(ada) == rest[1]

    def test_one_that_is_void_by_then_is_not_shown(self, known, before, ada):
        _first, rest, _asked = known
        Assignment.objects.update(state="void")
        services.decide(candidate_id=before.pk, user=ada, verdict="approve")
        assert first_of(ada) == rest[1]

    def test_walking_away_lets_go_of_it_without_a_trace(self, known, before, ada):
        first, rest, asked = known
        services.claim(candidate_id=rest[3].pk, user=ada)
        asked.refresh_from_db()
        assert (asked.leased_by, asked.lease_expires_at) == (None, None)
        client = signed_in(ada)
        card = client.get(url("candidate", rest[3])).content.decode()
        assert f'href="{url("candidate", first)}"' not in card.split("review-walk")[1][:900]

    def test_nothing_tells_it_from_others(self, known, before, ada):
        """The card before it names it as the card before any other names the next."""
        first, rest, _asked = known
        client = signed_in(ada)
        cards = [client.get(url("candidate", before)).content.decode()]
        Assignment.objects.update(state="void")
        cards.append(client.get(url("candidate", before)).content.decode())
        heads = [card.split("data-card", 1)[1].split("data-soon", 1)[0] for card in cards]
        assert heads[0].replace(str(first.pk), str(rest[1].pk)) == heads[1]
        assert queue.queue_counts(ada)["waiting"] == len(rest)
