"""The verbs of curation, on PostgreSQL and on real pictures."""

import threading
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone
from PIL import Image, ImageFilter

from curation import services, tasks
from curation.models import Candidate, Decision
from curation.signals import render_approved, render_withdrawn
from genart.lib.errors import InvalidInput, NotAllowed, NotFound, StateConflict
from genart.ml.weights import clip_folder
from generation.models import Render
from tests.conftest import make_user
from tests.curation.conftest import SOUND, UNDECIDED, arches, make_gate
from tests.factories import make_job, make_render, make_style, png_bytes

State = Candidate.State


@pytest.fixture
def approvals():
    """Approvals that were sent, in order."""
    seen = []

    def receive(approval, **kwargs):
        seen.append(approval)

    render_approved.connect(receive)
    yield seen
    render_approved.disconnect(receive)


@pytest.fixture
def withdrawals():
    """`(render_id, reason)` that were sent, in order."""
    seen = []

    def receive(render_id, reason, **kwargs):
        seen.append((render_id, reason))

    render_withdrawn.connect(receive)
    yield seen
    render_withdrawn.disconnect(receive)


class TestAdmit:
    def test_admits_once(self, brand):
        render = make_render()
        first = services.admit_render(render_id=render.pk)
        assert services.admit_render(render_id=render.pk) == first
        assert (first.state, first.brand, first.tier) == (State.SCORING, brand, "commodity")

    def test_leaves_what_is_gone_or_unfinished(self, brand):
        queued = make_render(state=Render.State.QUEUED)
        assert services.admit_render(render_id=queued.pk) is None
        assert services.admit_render(render_id=queued.job_id) is None
        assert not Candidate.objects.exists()

    @pytest.mark.parametrize(("job", "style"), [("premium", "commodity"), ("commodity", "premium")])
    def test_premium_of_either_makes_premium(self, brand, job, style):
        render = make_render(job=make_job(tier=job), style=make_style(tier=style))
        assert services.admit_render(render_id=render.pk).tier == "premium"

    def test_an_unknown_brand_is_made(self, db):
        render = make_render(style=make_style(brand="north-sea"))
        assert services.admit_render(render_id=render.pk).brand.name == "North sea"


class TestGate:
    def test_approves_a_sound_picture_with_evidence(self, gate, judged, approvals, on_commit):
        with on_commit():
            candidate = judged()
        decision = candidate.decisions.get()
        assert candidate.state == State.APPROVED
        assert candidate.reasons[0].startswith("Every measure passes")
        assert (decision.verdict, decision.gate, decision.user) == ("approve", gate, None)
        assert decision.evidence["rules"] == SOUND
        assert decision.evidence["scores"]["sharpness"]["version"] == "1"
        assert clip_folder().encoder in decision.evidence["scores"]["prompt"]["version"]
        (approval,) = approvals
        assert approval.render_id == candidate.render_id
        assert approval.decided_by == "gate:house/commodity@1"
        assert approval.colors[0][0] == candidate.colors[0][0]
        assert len(approval.embedding) == 192
        assert set(approval.scores) >= {"sharpness", "palette", "prompt", "composition"}

    def test_rejects_an_empty_picture(self, gate, judged):
        candidate = judged(Image.new("RGB", (256, 256), "#F6EADB"))
        assert candidate.state == State.REJECTED
        assert any("empty" in reason for reason in candidate.reasons)

    def test_rejects_a_soft_picture_and_says_so(self, gate, judged):
        candidate = judged(arches().filter(ImageFilter.GaussianBlur(6)))
        assert candidate.state == State.REJECTED
        assert any("sharpness" in reason for reason in candidate.reasons)

    def test_premium_waits_for_a_person(self, brand, gate, judged):
        make_gate(brand, SOUND, "premium")
        candidate = judged(job=make_job(tier="premium"))
        assert candidate.state == State.REVIEW
        assert candidate.reasons[0].startswith("Premium: a person decides")

    def test_without_a_gate_a_person_decides(self, brand, judged):
        candidate = judged()
        assert candidate.state == State.REVIEW
        assert "No gate is active" in candidate.reasons[0]
        assert not candidate.decisions.exists()

    def test_an_unreadable_file_waits_with_the_reason(self, gate):
        render = make_render(picture=arches())
        storages["originals"].delete(render.file)
        storages["originals"].save(render.file, ContentFile(b"not a picture"))
        services.admit_render(render_id=render.pk)
        services.score_pending()
        candidate = Candidate.objects.get()
        assert candidate.state == State.REVIEW
        assert candidate.reasons[0].startswith("File could not be measured")

    def test_a_file_that_was_damaged_since_is_not_judged(self, gate):
        render = make_render(picture=arches())
        storages["originals"].delete(render.file)
        another = ContentFile(png_bytes(arches(shift=9)))
        storages["originals"].save(render.file, another)
        services.admit_render(render_id=render.pk)
        services.score_pending()
        candidate = Candidate.objects.get()
        assert candidate.state == State.REVIEW
        assert "not the one that was rendered" in candidate.reasons[0]

    def test_a_broken_clip_holds_and_never_rejects(self, gate, judged, settings, tmp_path):
        settings.CLIP_DIR = tmp_path
        candidate = judged(Image.new("RGB", (256, 256), "#F6EADB"))
        assert candidate.state == State.REVIEW
        assert "CLIP" in candidate.reasons[0]

    def test_the_same_picture_twice_is_refused_with_the_match(self, gate, judged):
        first = judged()
        second = judged(arches().transpose(Image.Transpose.FLIP_LEFT_RIGHT))
        flag = second.flags.get()
        assert second.state == State.REJECTED
        assert (flag.kind, flag.severity) == ("duplicate", "block")
        assert flag.evidence["match"] == str(first.pk)
        assert "same picture" in second.reasons[0]

    def test_the_same_picture_moved_is_refused_as_well(self, gate, judged):
        judged()
        second = judged(arches(shift=1))
        assert second.state == State.REJECTED
        assert second.flags.get().kind == "duplicate"

    def test_twins_in_one_batch_see_each_other(self, gate):
        for _ in range(2):
            services.admit_render(render_id=make_render(picture=arches()).pk)
        services.score_pending()
        states = Candidate.objects.order_by("created_at").values_list("state", flat=True)
        assert list(states) == [State.APPROVED, State.REJECTED]

    def test_scoring_again_changes_nothing(self, gate, judged):
        candidate = judged()
        before = list(candidate.scores.values_list("pk", "value"))
        services.score_candidates(candidate_ids=[candidate.pk])
        assert list(candidate.scores.values_list("pk", "value")) == before
        assert candidate.decisions.count() == 1

    def test_what_another_worker_scores_is_left_alone(self, gate):
        services.admit_render(render_id=make_render(picture=arches()).pk)
        soon = timezone.now() + timedelta(seconds=60)
        Candidate.objects.update(lease_expires_at=soon)
        assert services.score_pending() == 0
        Candidate.objects.update(lease_expires_at=timezone.now())
        assert services.score_pending() == 1

    def test_the_sweep_finds_what_was_missed(self, gate):
        old = timezone.now() - timedelta(minutes=1)
        make_render(picture=arches(), finished_at=old)
        tasks.sweep_unscored.fn()
        services.score_pending()
        assert Candidate.objects.get().state == State.APPROVED


class TestDecide:
    def test_a_person_approves(self, waiting, curator, approvals, on_commit):
        (candidate,) = waiting(1)
        with on_commit():
            decision = services.decide(
                candidate_id=candidate.pk, user=curator, verdict="approve", note=" Lovely. "
            )
        candidate.refresh_from_db()
        assert candidate.state == State.APPROVED
        assert candidate.decided_at is not None
        assert (decision.user, decision.note) == (curator, "Lovely.")
        assert decision.evidence["scores"].keys() >= {"sharpness"}
        assert approvals[0].decided_by == "user:curator"

    def test_a_person_rejects_with_a_reason(self, waiting, curator):
        (candidate,) = waiting(1)
        services.decide(
            candidate_id=candidate.pk, user=curator, verdict="reject", reason="artefacts"
        )
        candidate.refresh_from_db()
        assert candidate.state == State.REJECTED

    @pytest.mark.parametrize(
        ("verdict", "reason", "where"),
        [("reject", "", "reason"), ("reject", "ugly", "reason"), ("review", "", "verdict")],
    )
    def test_wrong_input_is_named(self, waiting, curator, verdict, reason, where):
        (candidate,) = waiting(1)
        with pytest.raises(InvalidInput) as caught:
            services.decide(candidate_id=candidate.pk, user=curator, verdict=verdict, reason=reason)
        assert caught.value.where == where
        assert not Decision.objects.filter(user=curator).exists()

    def test_a_buyer_may_not(self, waiting, buyer):
        (candidate,) = waiting(1)
        with pytest.raises(NotAllowed):
            services.decide(candidate_id=candidate.pk, user=buyer, verdict="approve")

    def test_nobody_decides_what_is_not_there(self, curator):
        with pytest.raises(NotFound):
            services.decide(candidate_id=make_job().pk, user=curator, verdict="approve")

    def test_the_second_decision_hears_of_the_first(self, waiting, curator, admin_user):
        (candidate,) = waiting(1)
        services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")
        with pytest.raises(StateConflict, match="curator approved this picture already"):
            services.decide(
                candidate_id=candidate.pk, user=admin_user, verdict="reject", reason="taste"
            )

    def test_what_another_looks_at_is_theirs(self, waiting, curator, admin_user):
        (candidate,) = waiting(1)
        services.claim(candidate_id=candidate.pk, user=curator)
        with pytest.raises(StateConflict, match="curator is looking"):
            services.decide(candidate_id=candidate.pk, user=admin_user, verdict="approve")
        Candidate.objects.update(lease_expires_at=timezone.now())
        services.decide(candidate_id=candidate.pk, user=admin_user, verdict="approve")

    def test_undo_is_a_further_row(self, waiting, curator, withdrawals, on_commit):
        (candidate,) = waiting(1)
        services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")
        with on_commit():
            services.undo(user=curator)
        candidate.refresh_from_db()
        last, first = candidate.decisions.filter(user=curator)
        assert candidate.state == State.REVIEW
        assert (last.verdict, last.undoes) == ("undo", first)
        assert withdrawals == [(candidate.render_id, "curator took the approval back.")]

    def test_undo_goes_back_without_limit(self, waiting, curator):
        candidates = waiting(3)
        for candidate in candidates:
            services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")
        undone = [services.undo(user=curator).pk for _ in candidates]
        assert undone == [candidate.pk for candidate in reversed(candidates)]
        with pytest.raises(StateConflict, match="no decision left"):
            services.undo(user=curator)

    def test_undo_of_a_rejection_withdraws_nothing(self, waiting, curator, withdrawals, on_commit):
        (candidate,) = waiting(1)
        with on_commit():
            services.decide(
                candidate_id=candidate.pk, user=curator, verdict="reject", reason="taste"
            )
            services.undo(user=curator)
        assert withdrawals == []

    def test_a_curator_takes_back_what_the_gate_did(self, gate, judged, curator, withdrawals):
        candidate = judged()
        services.undo(user=curator, decision_id=candidate.decisions.get().pk)
        candidate.refresh_from_db()
        assert candidate.state == State.REVIEW
        assert "gate:house/commodity@1" in candidate.reasons[0]

    def test_a_decision_is_undone_once(self, waiting, curator):
        (candidate,) = waiting(1)
        decision = services.decide(candidate_id=candidate.pk, user=curator, verdict="approve")
        services.undo(user=curator, decision_id=decision.pk)
        with pytest.raises(StateConflict):
            services.undo(user=curator, decision_id=decision.pk)


class TestClaim:
    def test_two_curators_get_two_pictures(self, waiting, curator, admin_user):
        waiting(2)
        first = services.claim_next(user=curator)
        second = services.claim_next(user=admin_user)
        assert first != second
        assert services.claim_next(user=curator) == first

    def test_one_picture_goes_to_one_curator(self, waiting, curator, admin_user):
        waiting(1)
        services.claim_next(user=curator)
        assert services.claim_next(user=admin_user) is None

    def test_skipped_ones_come_last(self, waiting, curator):
        waiting(2)
        first = services.claim_next(user=curator)
        second = services.claim_next(user=curator, skipped=[first.pk])
        assert second != first
        assert services.claim_next(user=curator, skipped=[first.pk, second.pk]) is not None

    def test_claiming_lets_go_of_the_last(self, waiting, curator):
        first, second = waiting(2)
        services.claim(candidate_id=first.pk, user=curator)
        services.claim(candidate_id=second.pk, user=curator)
        first.refresh_from_db()
        assert first.leased_by is None

    def test_release_frees_only_ones_own(self, waiting, curator, admin_user):
        (candidate,) = waiting(1)
        services.claim(candidate_id=candidate.pk, user=curator)
        services.release(candidate_id=candidate.pk, user=admin_user)
        candidate.refresh_from_db()
        assert candidate.leased_by == curator
        services.release(candidate_id=candidate.pk, user=curator)
        assert services.claim(candidate_id=candidate.pk, user=admin_user)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_decision(brand, judged):
    make_gate(brand, UNDECIDED)
    candidate = judged()
    people = [make_user("ada", "curators"), make_user("ben", "curators")]
    start, outcomes = threading.Barrier(2), []

    def decide(user, verdict, reason):
        start.wait()
        try:
            services.decide(candidate_id=candidate.pk, user=user, verdict=verdict, reason=reason)
            outcomes.append(verdict)
        except StateConflict as conflict:
            outcomes.append(conflict.message)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(people[0], "approve", "")),
        threading.Thread(target=decide, args=(people[1], "reject", "taste")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Decision.objects.filter(user__isnull=False).count() == 1
    assert sum("already" in outcome for outcome in outcomes) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_score_everything_once(brand):
    make_gate(brand, UNDECIDED)
    for shift in range(0, 36, 6):
        services.admit_render(render_id=make_render(picture=arches(shift=shift - 18)).pk)
    start = threading.Barrier(2)

    def work():
        start.wait()
        services.score_pending()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not Candidate.objects.filter(state=State.SCORING).exists()
    assert Decision.objects.count() == 6
