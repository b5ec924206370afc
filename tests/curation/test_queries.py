"""What curation tells the apps above it, and how the queue is walked."""

from datetime import timedelta
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from curation import queries, queue, services
from curation.consumers import ReviewConsumer
from curation.models import Candidate
from curation.scorers import SCORERS
from tests.factories import make_render


class TestApprovals:
    def test_an_approval_that_stands(self, gate, judged):
        candidate = judged()
        approval = queries.approval_of(candidate.render_id)
        assert approval.candidate_id == candidate.pk
        assert approval.decided_by == "gate:house/commodity@1"
        assert queries.approvals(10) == [approval]
        assert queries.approvals(10, since=timezone.now() + timedelta(minutes=1)) == []

    def test_none_where_it_was_taken_back(self, gate, judged, curator):
        candidate = judged()
        services.undo(user=curator, decision_id=candidate.decisions.get().pk)
        assert queries.approval_of(candidate.render_id) is None
        assert queries.approvals() == []

    def test_the_last_of_several_counts(self, gate, judged, curator):
        candidate = judged()
        services.undo(user=curator, decision_id=candidate.decisions.get().pk)
        services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")
        assert queries.approval_of(candidate.render_id).decided_by == "user:curator"

    def test_none_for_a_stranger(self, db):
        assert queries.approval_of(uuid4()) is None


def test_cards_by_render(gate, judged):
    candidate, other = judged(), make_render()
    cards = queries.candidate_cards([candidate.render_id, other.pk])
    assert list(cards) == [candidate.render_id]
    card = cards[candidate.render_id]
    assert card["state"] == "approved"
    assert card["reasons"] == candidate.reasons
    assert set(card["scores"]) >= {"prompt", "palette", "composition", "sharpness", "contrast"}
    assert list(card["scores"]) == [name for name in SCORERS if name in card["scores"]]


class TestWalk:
    def test_neighbours_in_the_order_of_doubt(self, waiting, curator):
        waiting(3)
        first, second, third = queue.in_queue()
        assert queue.place_of(first, curator).before is None
        assert queue.place_of(second, curator).before == first.pk
        assert queue.place_of(second, curator).after == third.pk
        assert queue.place_of(third, curator).after is None
        assert queue.place_of(third, curator).soon == (first.pk, second.pk)

    def test_equal_doubts_keep_their_order(self, waiting, curator):
        waiting(3)
        Candidate.objects.update(doubt=0.5, created_at=timezone.now())
        first, second, third = queue.in_queue()
        assert queue.place_of(second, curator).before == first.pk
        assert queue.place_of(second, curator).after == third.pk

    def test_what_others_hold_is_left_out(self, waiting, curator, admin_user):
        waiting(3)
        first, second, third = queue.in_queue()
        services.claim(candidate_id=second.pk, user=admin_user)
        assert queue.place_of(first, curator).after == third.pk
        assert [row.pk for row in queue.held_by_others(curator)] == [second.pk]
        assert queue.held_by_others(admin_user) == []

    def test_from_a_decided_one_it_goes_to_the_first(self, waiting, curator):
        first, second = waiting(2)
        services.decide(candidate_id=first.pk, user=curator, verdict="approve")
        first.refresh_from_db()
        assert queue.place_of(first, curator).after == second.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["nobody", "buyer", "curator"])
def test_only_curators_listen(request, who):
    user = AnonymousUser() if who == "nobody" else request.getfixturevalue(who)

    async def visit():
        scope = {"type": "websocket", "path": "/ws/review/", "user": user}
        socket = ApplicationCommunicator(ReviewConsumer.as_asgi(), scope)
        await socket.send_input({"type": "websocket.connect"})
        accepted = (await socket.receive_output(10))["type"] == "websocket.accept"
        text = (await socket.receive_output(10))["text"] if accepted else ""
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait(10)
        return accepted, text

    accepted, text = async_to_sync(visit)()
    assert accepted == (who == "curator")
    assert ('id="review-counter"' in text) == (who == "curator")
