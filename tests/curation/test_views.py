"""The review pages as each kind of visitor meets them."""

import pytest
from django.urls import reverse

from curation import services
from curation.models import Candidate, Decision
from tests.curation.conftest import SOUND, make_gate

QUEUE = "/review/"
HTMX = {"HTTP_HX_REQUEST": "true"}
PAGES = ["/review/", "/review/history/", "/review/gates/", "/review/counter/"]


def url(name, candidate):
    return reverse(f"curation:{name}", args=[candidate.pk])


class TestWhoMayEnter:
    @pytest.mark.parametrize("path", PAGES)
    def test_strangers_are_sent_to_sign_in(self, stranger, db, path):
        answer = stranger.get(path)
        assert answer.status_code == 302
        assert "/accounts/login" in answer["Location"]

    @pytest.mark.parametrize("path", PAGES)
    def test_buyers_may_not(self, buyer_client, path):
        assert buyer_client.get(path).status_code == 403

    @pytest.mark.parametrize("path", PAGES)
    def test_curators_may(self, curator_client, path):
        assert curator_client.get(path).status_code == 200

    @pytest.mark.parametrize("path", PAGES)
    def test_admins_may(self, admin_client, path):
        assert admin_client.get(path).status_code == 200

    def test_nobody_else_sees_a_candidate_or_its_files(self, waiting, stranger, buyer_client):
        (candidate,) = waiting(1)
        for name in ("candidate", "image", "thumb"):
            assert stranger.get(url(name, candidate)).status_code == 302
            assert buyer_client.get(url(name, candidate)).status_code == 403

    @pytest.mark.parametrize("name", ["decide", "skip", "hold"])
    def test_nobody_else_changes_anything(self, waiting, stranger, buyer_client, name):
        (candidate,) = waiting(1)
        data = {"verdict": "approve"}
        assert stranger.post(url(name, candidate), data).status_code == 302
        assert buyer_client.post(url(name, candidate), data).status_code == 403
        candidate.refresh_from_db()
        assert candidate.state == "review"
        assert candidate.leased_by is None

    def test_changes_need_a_post(self, waiting, curator_client):
        (candidate,) = waiting(1)
        for name in ("decide", "skip", "hold"):
            assert curator_client.get(url(name, candidate)).status_code == 405


class TestCard:
    def test_shows_all_that_matters(self, waiting, curator_client, curator):
        waiting(2)
        text = curator_client.get(QUEUE).content.decode()
        first = Candidate.objects.get(leased_by=curator)
        assert "Desert mornings" in text
        assert "sharpness" in text
        assert "One clear idea." in text
        assert "boho arches in terracotta, centered, balanced" in text
        assert url("image", first) in text
        for key in "arsu?":
            assert f'data-key="{key}"' in text

    def test_the_empty_queue_says_so(self, curator_client, db):
        assert "Nothing waits for you" in curator_client.get(QUEUE).content.decode()

    def test_the_image_is_the_original_and_may_be_kept(self, waiting, curator_client):
        (candidate,) = waiting(1)
        answer = curator_client.get(url("image", candidate))
        assert b"".join(answer.streaming_content)[:4] == b"\x89PNG"
        assert "immutable" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]
        thumb = curator_client.get(url("thumb", candidate))
        assert thumb["Content-Type"] == "image/webp"

    def test_what_is_not_there_is_404(self, curator_client, lenient):
        missing = Candidate(pk="00000000-0000-0000-0000-000000000000")
        for name in ("candidate", "image"):
            assert curator_client.get(url(name, missing)).status_code == 404

    def test_another_holder_is_named_and_the_keys_are_gone(
        self, waiting, curator_client, admin_user
    ):
        (candidate,) = waiting(1)
        services.claim(candidate_id=candidate.pk, user=admin_user)
        text = curator_client.get(url("candidate", candidate)).content.decode()
        assert "Taken by admin" in text
        assert 'data-key="a"' not in text

    def test_siblings_and_neighbours_are_shown(self, waiting, curator_client, curator):
        first, second, third = waiting(3)
        services.decide(candidate_id=third.pk, user=curator, verdict="approve")
        text = curator_client.get(url("candidate", first)).content.decode()
        assert "Looks most like" in text
        assert text.count(url("thumb", third)) == 2  # as a sibling and as the nearest approved
        assert url("thumb", second) in text

    def test_the_number_of_queries_does_not_grow(
        self, waiting, curator_client, django_assert_max_num_queries
    ):
        candidates = waiting(6)
        with django_assert_max_num_queries(40):
            curator_client.get(url("candidate", candidates[0]))


class TestWithoutJavaScript:
    def test_approve_leads_to_the_next(self, waiting, curator_client):
        first, second = waiting(2)
        answer = curator_client.post(url("decide", first), {"verdict": "approve"}, follow=True)
        assert answer.redirect_chain == [(QUEUE, 302)]
        assert url("image", second) in answer.content.decode()
        assert "Approved Desert mornings #1." in answer.content.decode()
        first.refresh_from_db()
        assert first.state == "approved"

    def test_reject_takes_its_reason_and_note(self, waiting, curator_client):
        (candidate,) = waiting(1)
        data = {"verdict": "reject", "reason": "colour", "note": "too loud"}
        curator_client.post(url("decide", candidate), data)
        decision = Decision.objects.get(user__isnull=False)
        assert (decision.verdict, decision.reason, decision.note) == (
            "reject",
            "colour",
            "too loud",
        )

    def test_a_missing_reason_is_asked_for(self, waiting, curator_client):
        (candidate,) = waiting(1)
        answer = curator_client.post(url("decide", candidate), {"verdict": "reject"})
        assert answer.status_code == 422
        assert "Choose why it is rejected." in answer.content.decode()

    def test_skip_shows_the_other_one(self, waiting, curator_client):
        first, second = waiting(2)
        curator_client.get(url("candidate", first))
        answer = curator_client.post(url("skip", first), follow=True)
        assert url("image", second) in answer.content.decode()

    def test_undo_brings_the_picture_back(self, waiting, curator_client):
        first, _second = waiting(2)
        curator_client.post(url("decide", first), {"verdict": "approve"})
        answer = curator_client.post("/review/undo/", follow=True)
        assert answer.redirect_chain == [(url("candidate", first), 302)]
        assert url("image", first) in answer.content.decode()

    def test_nothing_to_undo_is_said(self, curator_client, db):
        answer = curator_client.post("/review/undo/", follow=True)
        assert "There is no decision left to take back." in answer.content.decode()


class TestWithHtmx:
    def test_a_decision_answers_with_the_next_card_alone(self, waiting, curator_client):
        first, second = waiting(2)
        answer = curator_client.post(url("decide", first), {"verdict": "approve"}, **HTMX)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "<html" not in text
        assert url("image", second) in text
        assert answer["HX-Push-Url"] == url("candidate", second)
        assert 'id="review-counter"' in text

    def test_a_conflict_answers_with_what_the_other_decided(
        self, waiting, curator_client, admin_user
    ):
        (candidate,) = waiting(1)
        services.decide(candidate_id=candidate.pk, user=admin_user, verdict="approve")
        answer = curator_client.post(url("decide", candidate), {"verdict": "approve"}, **HTMX)
        assert answer.status_code == 409
        assert "admin approved this picture already." in answer.content.decode()
        assert "by user:admin" in answer.content.decode()

    def test_holding_is_quiet_until_it_fails(self, waiting, curator_client, admin_user):
        (candidate,) = waiting(1)
        assert curator_client.post(url("hold", candidate), **HTMX).status_code == 204
        services.release(candidate_id=candidate.pk, user=candidate.leased_by or admin_user)
        Candidate.objects.update(leased_by=None, lease_expires_at=None)
        services.claim(candidate_id=candidate.pk, user=admin_user)
        assert curator_client.post(url("hold", candidate), **HTMX).status_code == 409

    def test_the_last_decision_leaves_the_empty_card(self, waiting, curator_client):
        (candidate,) = waiting(1)
        answer = curator_client.post(url("decide", candidate), {"verdict": "approve"}, **HTMX)
        assert "Nothing waits for you" in answer.content.decode()


class TestHistory:
    @pytest.fixture
    def decided(self, waiting, curator):
        first, second, _third = waiting(3)
        services.decide(candidate_id=first.pk, user=curator, verdict="approve")
        services.decide(candidate_id=second.pk, user=curator, verdict="reject", reason="taste")
        return first, second

    def test_lists_and_filters(self, decided, curator_client):
        whole = curator_client.get("/review/history/").content.decode()
        assert whole.count('class="decision"') == 2
        assert "Not good enough to sell" in whole
        for show, count in {"mine": 2, "gate": 0, "approve": 1, "reject": 1, "undo": 0}.items():
            text = curator_client.get(f"/review/history/?show={show}").content.decode()
            assert text.count('class="decision"') == count

    def test_takes_any_of_them_back(self, decided, curator_client):
        first, _second = decided
        decision = first.decisions.get(verdict="approve")
        curator_client.post("/review/undo/", {"decision": decision.pk})
        first.refresh_from_db()
        assert first.state == "review"
        text = curator_client.get("/review/history/").content.decode()
        assert "taken back by curator" in text

    def test_the_gates_page_counts(self, brand, judged, curator_client):
        make_gate(brand, SOUND)
        judged()
        text = curator_client.get("/review/gates/").content.decode()
        assert "published by the gate" in text
        assert "House, commodity" in text
