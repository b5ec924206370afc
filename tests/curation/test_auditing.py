"""Blind audits of what a gate does by itself, and what becomes of them."""

import pytest
from django.utils import timezone
from PIL import Image

from curation import services
from curation.drawing import chance
from curation.models import Assignment, Candidate, Decision, Gate
from curation.signals import render_withdrawn
from curation.watching import watch
from tests.curation.judging import judge_many


@pytest.fixture
def audited(gate):
    """The certified gate, all of whose decisions are audited."""
    Gate.objects.update(audit_share=1.0)
    gate.refresh_from_db()
    return gate


@pytest.fixture
def withdrawals():
    seen = []

    def receive(render_id, reason, **kwargs):
        seen.append(render_id)

    render_withdrawn.connect(receive)
    yield seen
    render_withdrawn.disconnect(receive)


def answer(assignment, user, verdict, reason=""):
    """Give an opinion whose time of grace is over."""
    now = timezone.now()
    Assignment.objects.filter(pk=assignment.pk).update(
        state="done", verdict=verdict, reason=reason, user=user, done_at=now
    )
    services.note_answers()
    assignment.refresh_from_db()
    return assignment


@pytest.fixture(autouse=True)
def no_grace(settings):
    settings.REVIEW_GRACE_SECONDS = 0


EMPTY = Image.new("RGB", (256, 256), "#F6EADB")


class TestDraw:
    def test_approvals_and_refusals_are_drawn_with_their_propensity(self, audited, judged):
        judged()
        judged(EMPTY)
        drawn = Assignment.objects.order_by("purpose").values_list("purpose", "propensity")
        assert list(drawn) == [("audit_approved", 1.0), ("audit_rejected", 1.0)]

    def test_what_waits_for_a_person_is_not_drawn(self, audited, judged):
        Gate.objects.update(autonomy="shadow")
        judged()
        assert not Assignment.objects.exists()

    def test_a_share_of_nothing_draws_nothing(self, gate, judged):
        judged()
        assert not Assignment.objects.exists()

    def test_drawing_twice_is_drawing_once(self, audited, judged):
        decision = judged().decisions.get()
        services.draw_audit(decision=decision, gate=audited)
        assert Assignment.objects.count() == 1

    def test_chance_is_even_and_always_the_same(self):
        drawn = [chance("audit", key) for key in range(2000)]
        assert drawn == [chance("audit", key) for key in range(2000)]
        assert abs(sum(value < 0.05 for value in drawn) / 2000 - 0.05) < 0.02
        assert drawn != [chance("label", key) for key in range(2000)]


class TestOpinion:
    def test_a_wrong_approval_leaves_the_shop(
        self, audited, judged, curator, withdrawals, on_commit
    ):
        candidate = judged()
        with on_commit():
            answer(Assignment.objects.get(), curator, "reject", "artefacts")
        candidate.refresh_from_db()
        decision = candidate.decisions.first()
        assert candidate.state == Candidate.State.REJECTED
        assert (decision.verdict, decision.reason, decision.user) == (
            "reject",
            "artefacts",
            curator,
        )
        assert decision.undoes.gate == audited
        assert withdrawals == [candidate.render_id]

    def test_agreement_changes_nothing(self, audited, judged, curator, withdrawals):
        candidate = judged()
        answer(Assignment.objects.get(), curator, "approve")
        candidate.refresh_from_db()
        assert candidate.state == Candidate.State.APPROVED
        assert candidate.decisions.count() == 1
        assert watch(audited.certificates.get()).audits == 1
        assert withdrawals == []

    def test_a_wrong_refusal_meets_a_person(self, audited, judged, curator):
        candidate = judged(EMPTY)
        answer(Assignment.objects.get(), curator, "approve")
        candidate.refresh_from_db()
        assert candidate.state == Candidate.State.REVIEW
        assert "An audit did not agree" in candidate.reasons[0]

    def test_an_opinion_acts_once(self, audited, judged, curator):
        candidate = judged()
        assignment = answer(Assignment.objects.get(), curator, "reject", "taste")
        assert services.note_opinion(assignment) is None
        assert candidate.decisions.count() == 2

    def test_who_decided_meanwhile_is_right(self, audited, judged, curator):
        candidate = judged()
        services.undo(user=curator, decision_id=candidate.decisions.get().pk)
        answer(Assignment.objects.get(), curator, "reject", "taste")
        candidate.refresh_from_db()
        assert candidate.state == Candidate.State.REVIEW

    def test_wrong_approvals_end_the_certificate(self, audited, curator):
        candidates = judge_many(audited, [0.9] * 12, drawn=False, state="approved")
        for candidate in candidates:
            services.draw_audit(decision=Decision.objects.get(candidate=candidate), gate=audited)
        for assignment in Assignment.objects.all()[:4]:
            answer(assignment, curator, "reject", "taste")
        audited.refresh_from_db()
        assert audited.autonomy == "suspended"
        assert "audited approvals were wrong" in audited.events.get().reason
