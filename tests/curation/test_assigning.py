"""Blind opinions: asked in the look of any other picture, answered once, and what comes of them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from curation import blind, queue, services
from curation.models import Assignment, Candidate, Decision
from curation.services.assigning import EARLY_MS, bounded_ms, chance
from curation.signals import render_withdrawn
from genart.lib.errors import InvalidInput, StateConflict
from tests.conftest import make_user, signed_in
from tests.curation.conftest import UNDECIDED, make_gate

State = Candidate.State
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ada(db):
    return make_user("ada", "curators")


@pytest.fixture
def ben(db):
    return make_user("ben", "curators")


@pytest.fixture
def decided(waiting, curator):
    """A picture that the curator approved, and two that wait."""
    first, second, third = waiting(3)
    services.decide(candidate_id=first.pk, user=curator, verdict="approve")
    first.refresh_from_db()
    return first, second, third


@pytest.fixture
def asked(decided):
    """An open second opinion about the first."""
    return services.assign(candidate=decided[0], purpose="second", propensity=0.05)


@pytest.fixture
def always(settings):
    """Blind opinions come first at every turn."""
    settings.BLIND_SHARE = 1.0


def url(name, candidate):
    return reverse(f"curation:{name}", args=[candidate.pk])


class TestWhoIsAsked:
    def test_it_comes_as_the_next_picture_in_disguise(self, asked, decided, ada, always):
        shown = services.claim_next(user=ada)
        assert shown == decided[0]
        assert shown.state == State.REVIEW
        assert Candidate.objects.get(pk=shown.pk).state == State.APPROVED
        assert services.claim_next(user=ada) == shown  # the one held already

    def test_never_who_decided(self, asked, decided, curator, always):
        assert services.claim_next(user=curator) in decided[1:]
        with pytest.raises(StateConflict):
            services.claim(candidate_id=decided[0].pk, user=curator)

    def test_one_at_a_time(self, asked, decided, ada, ben, always):
        services.claim_next(user=ada)
        assert services.claim_next(user=ben) != decided[0]
        with pytest.raises(StateConflict, match="ada is looking"):
            services.claim(candidate_id=decided[0].pk, user=ben)

    def test_when_nothing_else_waits_it_comes_anyway(self, asked, decided, ada):
        for candidate in decided[1:]:
            services.decide(candidate_id=candidate.pk, user=ada, verdict="approve")
        assert services.claim_next(user=ada) == decided[0]

    def test_only_in_its_turn(self, asked, decided, ada):
        assert services.claim_next(user=ada) in decided[1:]

    def test_it_keeps_to_the_filters(self, asked, decided, ada, always):
        elsewhere = queue.Filters(style="another")
        assert services.claim_next(user=ada, filters=elsewhere) is None

    def test_a_skipped_one_goes_to_others(self, asked, decided, ada, ben, always):
        shown = services.claim_next(user=ada)
        services.release(candidate_id=shown.pk, user=ada)
        assert services.claim_next(user=ada, skipped=[shown.pk]) != shown
        assert services.claim_next(user=ben) == shown

    def test_walking_away_and_back(self, asked, decided, ada, always):
        shown = services.claim_next(user=ada)
        other = services.claim(candidate_id=decided[1].pk, user=ada)
        client = signed_in(ada)
        text = client.get(url("candidate", other)).content.decode()
        assert url("candidate", shown) in text
        assert services.claim(candidate_id=shown.pk, user=ada).state == State.REVIEW


class TestAnswer:
    def test_it_changes_nothing_but_the_question(self, asked, decided, ada):
        services.claim(candidate_id=decided[0].pk, user=ada)
        services.decide(
            candidate_id=decided[0].pk, user=ada, verdict="approve", took_ms=1, input="key"
        )
        asked.refresh_from_db()
        assert (asked.state, asked.verdict, asked.user) == ("done", "approve", ada)
        assert (asked.input, asked.took_ms) == ("key", 1)
        assert asked.noted_at is not None
        assert decided[0].decisions.filter(user=ada).count() == 0

    def test_it_is_asked_no_more(self, asked, decided, ada, always):
        services.decide(candidate_id=decided[0].pk, user=ada, verdict="approve")
        with pytest.raises(StateConflict, match="curator approved"):
            services.decide(candidate_id=decided[0].pk, user=ada, verdict="approve")
        assert services.claim_next(user=ada) != decided[0]

    def test_disagreement_goes_up(self, asked, decided, ada, ben, on_commit):
        heard = []

        def withdrawn(render_id, **kwargs):
            heard.append(render_id)

        render_withdrawn.connect(withdrawn)
        with on_commit():
            services.decide(candidate_id=decided[0].pk, user=ada, verdict="reject", reason="colour")
        render_withdrawn.disconnect(withdrawn)
        candidate = Candidate.objects.get(pk=decided[0].pk)
        assert candidate.state == State.REVIEW
        assert candidate.escalated_at is not None
        assert heard == [candidate.render_id]
        last = candidate.decisions.order_by("-pk").first()
        assert last.verdict == "escalate"
        assert "reject colours are off" in last.note
        assert candidate not in queue.in_queue()
        with pytest.raises(StateConflict, match="senior"):
            services.claim(candidate_id=candidate.pk, user=ben)

    def test_in_the_time_of_grace_it_can_be_taken_back(self, asked, decided, ada, settings):
        settings.REVIEW_GRACE_SECONDS = 10
        services.decide(candidate_id=decided[0].pk, user=ada, verdict="reject", reason="taste")
        undone = services.undo(user=ada)
        assert undone == decided[0]
        assert services.claim(candidate_id=undone.pk, user=ada).state == State.REVIEW
        states = Assignment.objects.order_by("pk").values_list("state", "verdict")
        assert list(states) == [("void", "reject"), ("open", "")]

    def test_later_it_has_taken_effect(self, asked, decided, ada, settings):
        settings.REVIEW_GRACE_SECONDS = 10
        services.decide(candidate_id=decided[0].pk, user=ada, verdict="approve")
        assert services.note_answers() == 0
        settings.REVIEW_GRACE_SECONDS = 0
        assert services.note_answers() == 1
        assert services.note_answers() == 0
        with pytest.raises(StateConflict, match="no decision left"):
            services.undo(user=ada)

    def test_handing_it_up_only_lets_it_go(self, asked, decided, ada):
        services.claim(candidate_id=decided[0].pk, user=ada)
        assert services.escalate(candidate_id=decided[0].pk, user=ada) is None
        asked.refresh_from_db()
        assert (asked.state, asked.leased_by) == ("open", None)

    def test_undoing_the_decision_ends_the_question(self, asked, decided, curator):
        services.undo(user=curator)
        asked.refresh_from_db()
        assert asked.state == "void"


class TestSecondOpinions:
    def test_a_share_of_decisions_gets_one(self, waiting, curator, settings):
        settings.SECOND_OPINION_SHARE = 1.0
        (candidate,) = waiting(1)
        services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")
        asked = candidate.assignments.get()
        assert (asked.purpose, asked.propensity) == ("second", 1.0)

    @given(st.lists(st.text(), min_size=1, unique=True))
    def test_chance_is_a_share(self, texts):
        assert all(0 <= chance(text) < 1 for text in texts)

    def test_chance_is_even(self):
        hits = sum(chance(f"second/{number}") < 0.05 for number in range(20_000))
        assert 900 < hits < 1100  # three standard deviations are 92


class TestKnownAnswers:
    def test_everybody_meets_it_once(self, decided, ada, ben, settings):
        settings.GOLD_SHARE = 1.0
        services.mark_gold(candidate=decided[0], expected="approve")
        for user in (ada, ben):
            assert services.claim_next(user=user) == decided[0]
            services.decide(candidate_id=decided[0].pk, user=user, verdict="approve")
            assert services.claim_next(user=user) != decided[0]
        assert Assignment.objects.filter(purpose="gold", state="done").count() == 2

    def test_marking_it_again_replaces_the_answer(self, decided):
        services.mark_gold(candidate=decided[0], expected="approve")
        services.mark_gold(candidate=decided[0], expected="reject")
        assert Assignment.objects.get(state="open").expected == "reject"

    def test_what_waits_has_no_known_answer(self, decided):
        with pytest.raises(InvalidInput):
            services.mark_gold(candidate=decided[1], expected="approve")
        with pytest.raises(InvalidInput):
            services.mark_gold(candidate=decided[0], expected="perhaps")


class TestNothingTellsThem:
    """What a curator's browser receives of a picture on which a blind opinion is asked."""

    def test_the_card_is_that_of_any_other(self, asked, decided, ada):
        client = signed_in(ada)
        page = client.get(url("candidate", decided[0])).content.decode()
        text = page.split("data-card")[1].split('id="review-help"')[0]
        for word in ("Approved", "user:curator", "approved</", "second", "audit"):
            assert word not in text, word
        assert 'data-key="a"' in text
        assert f'strip__item--review" href="{url("candidate", decided[0])}' in text

    def test_siblings_do_not_show_its_state(self, asked, decided, ada):
        text = signed_in(ada).get(url("candidate", decided[1])).content.decode()
        assert "strip__item--approved" not in text
        assert url("thumb", decided[0]) in text

    def test_it_is_counted_as_waiting(self, asked, ada, curator):
        assert queue.queue_counts(ada)["waiting"] == 3
        assert queue.queue_counts(curator)["waiting"] == 2

    def test_history_keeps_quiet_until_it_is_answered(self, asked, decided, ada):
        client = signed_in(ada)
        assert 'class="decision"' not in client.get("/review/history/").content.decode()
        services.decide(candidate_id=decided[0].pk, user=ada, verdict="approve")
        assert 'class="decision"' in client.get("/review/history/").content.decode()

    def test_the_answer_reads_like_any_other(self, asked, decided, ada):
        client = signed_in(ada)
        answers = [
            client.post(url("decide", row), {"verdict": "approve"}, **HTMX) for row in decided[:2]
        ]
        said = [answer.content.decode().split('id="review-said"')[1][:90] for answer in answers]
        assert said[0].replace("#1", "#2") == said[1]
        assert answers[0].status_code == answers[1].status_code == 200
        assert set(answers[0].headers) == set(answers[1].headers)
        assert "2 decided by you today" in answers[1].content.decode()

    def test_who_looks_after_gates_sees_through(self, asked, decided, admin_client):
        text = admin_client.get(url("candidate", decided[0])).content.decode()
        assert "Approved" in text

    def test_an_audit_gives_no_reasons_away(self, gate, judged, ada):
        candidate = judged()
        Candidate.objects.filter(pk=candidate.pk).update(state=State.APPROVED)
        services.assign(candidate=candidate, purpose="audit_approved", propensity=0.1)
        shown = services.claim(candidate_id=candidate.pk, user=ada)
        assert shown.reasons == [blind.PASSES]


class TestTime:
    @given(
        told=st.none() | st.integers(-10, 10**9),
        seconds=st.integers(0, 10**5),
    )
    def test_is_hardly_longer_than_the_lease(self, told, seconds):
        """A page shows a picture a little before it is given out; nobody else knows of it."""
        now = timezone.now()
        since = now - timedelta(seconds=seconds)
        found = bounded_ms(told, since, now)
        assert 0 <= found <= 1000 * seconds + EARLY_MS
        if told is None or told < 0:
            assert found == 1000 * seconds
        elif told <= 1000 * seconds + EARLY_MS:
            assert found == told

    def test_is_unknown_without_a_lease(self):
        assert bounded_ms(500, None, timezone.now()) is None


class TestEscalate:
    def test_goes_to_seniors_with_its_note(self, waiting, curator, ada):
        (candidate,) = waiting(1)
        services.escalate(candidate_id=candidate.pk, user=curator, note=" Is this a logo? ")
        assert services.claim_next(user=ada) is None
        with pytest.raises(StateConflict, match="senior"):
            services.decide(candidate_id=candidate.pk, user=ada, verdict="approve")
        senior = make_user("senior", "senior curators")
        client = signed_in(senior)
        assert "Is this a logo?" in client.get("/review/?escalated=1").content.decode()
        services.decide(candidate_id=candidate.pk, user=senior, verdict="approve")
        assert Candidate.objects.get(pk=candidate.pk).state == State.APPROVED

    def test_can_be_taken_back(self, waiting, curator):
        (candidate,) = waiting(1)
        services.escalate(candidate_id=candidate.pk, user=curator)
        assert services.undo(user=curator) == candidate
        assert list(queue.in_queue()) == [candidate]

    def test_filters_do_not_open_it_to_others(self, waiting, curator, curator_client):
        (candidate,) = waiting(1)
        services.escalate(candidate_id=candidate.pk, user=curator)
        assert "Nothing waits" in curator_client.get("/review/?escalated=1").content.decode()


class TestSeveralAtOnce:
    def test_a_stack_is_one_job_style_and_prompt(self, waiting, curator):
        candidates = waiting(3)
        other = candidates[2].render
        other.prompt = "something else"
        other.save()
        stack = services.claim_stack_of(candidate_id=candidates[0].pk, user=curator)
        assert stack == candidates[:2]
        assert {row.leased_by for row in stack} == {curator}

    def test_the_best_of_a_stack(self, waiting, curator):
        best, *rest = waiting(3)
        outcomes = services.choose_best(
            best_ids=[best.pk], rest_ids=[row.pk for row in rest], user=curator
        )
        assert [outcome.verdict for outcome in outcomes] == ["approve", "reject", "reject"]
        assert best.won.count() == 2
        undone = services.undo_together(user=curator)
        assert len(undone) == 3
        assert queue.in_queue().count() == 3

    def test_each_is_answered_by_itself(self, waiting, curator, ada):
        first, second, third = waiting(3)
        services.decide(candidate_id=second.pk, user=ada, verdict="approve")
        outcomes = services.decide_many(
            candidate_ids=[first.pk, second.pk, third.pk],
            user=curator,
            verdict="reject",
            reason="taste",
        )
        assert [bool(outcome.problem) for outcome in outcomes] == [False, True, False]
        assert "ada approved" in outcomes[1].problem
        assert Decision.objects.filter(user=curator, input="bulk").count() == 2

    def test_wrong_input_changes_nothing(self, waiting, curator):
        (candidate,) = waiting(1)
        for ids, reason in (([candidate.pk], ""), ([], "taste")):
            with pytest.raises(InvalidInput):
                services.decide_many(
                    candidate_ids=ids, user=curator, verdict="reject", reason=reason
                )
        assert not Decision.objects.filter(user=curator).exists()

    def test_a_page_leaves_something_to_others(self, waiting, curator, ada, monkeypatch):
        monkeypatch.setattr("curation.services.holding.PAGE_LEAST", 1)
        waiting(4)
        assert len(services.claim_page(user=curator)) == 2
        assert len(services.claim_page(user=ada)) == 2

    def test_keeping_tells_what_is_lost(self, waiting, curator, ada):
        first, second = services.claim_page(user=curator) if waiting(2) else []
        services.release(candidate_id=first.pk, user=curator)
        services.claim(candidate_id=first.pk, user=ada)
        lost = services.keep(candidate_ids=[first.pk, second.pk], user=curator)
        assert lost == [first.pk]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_one_answer(brand, judged):
    make_gate(brand, UNDECIDED)
    candidate = judged()
    services.decide(
        candidate_id=candidate.pk, user=make_user("first", "curators"), verdict="approve"
    )
    candidate.refresh_from_db()
    services.assign(candidate=candidate, purpose="second", propensity=0.5)
    people = [make_user("cleo", "curators"), make_user("dan", "curators")]
    start, outcomes = threading.Barrier(2), []

    def decide(user):
        start.wait()
        try:
            services.decide(candidate_id=candidate.pk, user=user, verdict="approve")
            outcomes.append("answered")
        except StateConflict as conflict:
            outcomes.append(conflict.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("answered") == 1
    assert Assignment.objects.filter(state="done").count() == 1
