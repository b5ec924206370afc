"""The seconds between a person's approval and the shop."""

from datetime import timedelta

import pytest
from django.utils import timezone

from curation import queries, services, tasks
from curation.models import Candidate
from curation.signals import render_approved, render_withdrawn

State = Candidate.State


@pytest.fixture
def sent():
    """What the shop heard, in order: `approved` and `withdrawn`."""
    seen = []

    def approved(**kwargs):
        seen.append("approved")

    def withdrawn(**kwargs):
        seen.append("withdrawn")

    render_approved.connect(approved)
    render_withdrawn.connect(withdrawn)
    yield seen
    render_approved.disconnect(approved)
    render_withdrawn.disconnect(withdrawn)


@pytest.fixture(autouse=True)
def ten_seconds(settings):
    settings.REVIEW_GRACE_SECONDS = 10


def over():
    """Let the time of grace be over."""
    past = timezone.now() - timedelta(seconds=1)
    Candidate.objects.filter(publish_at__isnull=False).update(publish_at=past)


@pytest.fixture
def approved(waiting, curator, broker, on_commit):
    (candidate,) = waiting(1)
    with on_commit():
        services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")
    candidate.refresh_from_db()
    return candidate


def test_an_approval_waits(approved, sent):
    assert approved.state == State.APPROVED
    assert approved.publish_at > timezone.now()
    assert queries.approval_of(approved.render_id) is None
    assert queries.approvals() == []
    assert services.release_approvals() == 0
    assert sent == []


def test_it_is_rung_for_when_it_is_due(approved, broker):
    message = broker.queues["publish.DQ"].get_nowait() if "publish.DQ" in broker.queues else None
    assert message is not None
    assert tasks.end_grace.actor_name in str(message)


def test_then_it_goes_on_sale_once(approved, sent, on_commit):
    over()
    with on_commit():
        assert services.release_approvals() == 1
        assert services.release_approvals() == 0
    assert sent == ["approved"]
    assert queries.approval_of(approved.render_id).decided_by == "user:curator"


def test_undo_within_it_costs_nothing(approved, sent, curator, on_commit):
    with on_commit():
        services.undo(user=curator)
    over()
    with on_commit():
        assert services.release_approvals() == 0
    approved.refresh_from_db()
    assert (approved.state, approved.publish_at) == (State.REVIEW, None)
    assert sent == []


def test_undo_after_it_takes_the_listing_off(approved, sent, curator, on_commit):
    over()
    with on_commit():
        tasks.end_grace.fn()
        services.undo(user=curator)
    assert sent == ["approved", "withdrawn"]


def test_what_the_gate_approves_is_on_sale_at_once(gate, judged, sent, on_commit):
    with on_commit():
        candidate = judged()
    if candidate.state == State.APPROVED:
        assert candidate.publish_at is None
        assert sent == ["approved"]


def test_a_rejection_has_no_time_of_grace(waiting, curator):
    (candidate,) = waiting(1)
    services.decide(candidate_id=candidate.pk, user=curator, verdict="reject", reason="taste")
    candidate.refresh_from_db()
    assert candidate.publish_at is None
