"""A gate earns its certificate from random labels, keeps it, and loses it."""

import threading
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from curation import services
from curation.campaigns import campaign_of, complete, labels_of, pool_of, progress_of
from curation.models import Candidate, Certificate, Decision, Gate, GateEvent, Head
from curation.taste.lessons import lessons_of
from genart.lib.errors import InvalidInput, NotAllowed, StateConflict
from tests.conftest import make_user
from tests.curation.conftest import MAKER, certify, make_gate
from tests.curation.judging import judge_many
from tests.factories import make_checkpoint

RANKED = {"sharpness": {"reject": 0.0, "approve": 0.0}}
"""Rules that everything passes, and that rank by sharpness."""
FIRST = 160
"""Labels of the first look."""


@pytest.fixture
def learning(brand):
    """A gate that has shown nothing yet."""
    return make_gate(brand, RANKED)


def labels(count, wrong_below=0.2, seed=1):
    """Return values, and verdicts that refuse what lies under a value."""
    values = np.random.default_rng(seed).random(count)
    return values, [bool(value >= wrong_below) for value in values]


def learnt(gate, user, count=FIRST, **fields):
    """Give a gate its labels, and as many unlabelled pictures."""
    judge_many(gate, np.random.default_rng(0).random(count), drawn=False)
    return judge_many(gate, *labels(count), user, **fields)


class TestLearning:
    def test_labels_bring_a_trial_with_a_certificate(self, learning, curator):
        learnt(learning, curator)
        assert services.reconsider(gate_id=learning.pk)
        learning.refresh_from_db()
        certificate = learning.certificates.get()
        assert learning.autonomy == "shadow"
        assert certificate.upper_bound <= learning.target
        assert 0.15 <= certificate.threshold < 0.5
        assert certificate.labels == FIRST
        assert certificate.versions["makers"] == [MAKER]
        assert certificate.versions["head"] == ""
        event = learning.events.get()
        assert (event.before, event.after) == ("learning", "shadow")
        assert event.evidence["labels"] == FIRST

    def test_one_label_too_few_shows_nothing(self, learning, curator):
        learnt(learning, curator, FIRST - 1)
        assert not services.reconsider(gate_id=learning.pk)
        assert not GateEvent.objects.exists()

    def test_a_look_is_made_once(self, learning, curator):
        judge_many(learning, *labels(FIRST, wrong_below=0.9), curator)
        for _ in range(2):
            services.reconsider_gates()
        event = learning.events.get()
        assert (event.before, event.after) == ("learning", "learning")
        assert "no threshold holds 5 % yet. The next look is at 320." in event.reason
        assert progress_of(learning).look.labels == 320

    def test_labels_count_up_to_the_first_gap(self, learning, curator):
        """Nobody chooses which drawn pictures count by leaving the doubtful ones."""
        values, said = labels(FIRST)
        candidates = judge_many(learning, values, [*said[:10], None, *said[11:]], curator)
        services.reconsider(gate_id=learning.pk)
        assert not Certificate.objects.exists()
        assert progress_of(learning).labels == 10
        Decision.objects.create(candidate=candidates[10], verdict="approve", user=curator)
        assert progress_of(learning).labels == FIRST
        assert services.reconsider(gate_id=learning.pk)

    def test_what_is_taken_back_leaves_a_gap(self, learning, curator):
        candidates = judge_many(learning, *labels(5), curator)
        last = candidates[3].decisions.order_by("-pk").first()
        Decision.objects.create(candidate=candidates[3], verdict="undo", undoes=last, user=curator)
        assert progress_of(learning).labels == 3

    def test_what_was_withdrawn_undecided_counts_as_refused(self, learning):
        judge_many(learning, [0.5], state="withdrawn")
        assert [label.accepted for label in labels_of(learning, campaign_of(learning))] == [False]

    def test_undrawn_pictures_are_the_pool_and_never_labels(self, learning, curator):
        judge_many(learning, *labels(20), curator, drawn=False)
        campaign = campaign_of(learning)
        assert complete(labels_of(learning, campaign)) == []
        assert len(pool_of(learning, campaign)) == 20

    def test_a_checkpoint_that_is_switched_off_does_not_count(self, learning, curator):
        judge_many(learning, *labels(5), curator)
        make_checkpoint()
        Candidate.objects.first().render.checkpoint.__class__.objects.update(is_active=False)
        assert progress_of(learning).labels == 0

    def test_taste_does_not_learn_from_labels(self, learning, curator):
        judge_many(learning, *labels(6), curator)
        others = judge_many(learning, *labels(4, seed=2), curator, drawn=False)
        assert set(lessons_of(learning.brand_id).ids) == {row.pk for row in others}

    def test_other_versions_begin_anew(self, learning, curator, monkeypatch):
        judge_many(learning, *labels(5), curator)
        monkeypatch.setattr("curation.campaigns.COPIES", "copies@9")
        assert progress_of(learning).labels == 0

    def test_a_new_head_does_not_begin_anew(self, learning, curator):
        judge_many(learning, *labels(5), curator)
        make_head(learning.brand)
        assert progress_of(learning).labels == 5

    def test_premium_gates_learn_nothing(self, brand, curator):
        gate = make_gate(brand, RANKED, "premium")
        learnt(gate, curator)
        services.reconsider_gates()
        assert not GateEvent.objects.exists()


def make_head(brand):
    from genart.ml.weights import clip_folder

    return Head.objects.create(
        brand=brand,
        version=1,
        is_active=True,
        encoder=clip_folder().encoder,
        features=[],
        weights={},
        labels=1,
    )


class TestTrial:
    @pytest.fixture
    def shadow(self, learning, curator):
        learnt(learning, curator)
        services.reconsider(gate_id=learning.pk)
        learning.refresh_from_db()
        return learning

    def test_one_click_promotes(self, shadow, admin_user):
        promoted = services.promote_gate(gate=shadow, user=admin_user)
        again = services.promote_gate(gate=shadow, user=admin_user)
        assert promoted.autonomy == again.autonomy == "certified"
        event = shadow.events.first()
        assert (event.before, event.after, event.user) == ("shadow", "certified", admin_user)
        assert shadow.events.count() == 2

    def test_curators_do_not_promote(self, shadow, curator):
        with pytest.raises(NotAllowed):
            services.promote_gate(gate=shadow, user=curator)

    def test_only_what_is_on_trial_is_promoted(self, brand, admin_user):
        gate = make_gate(brand, RANKED)
        with pytest.raises(StateConflict, match="is not on trial"):
            services.promote_gate(gate=gate, user=admin_user)

    def test_it_waits_for_somebody(self, shadow):
        judge_many(shadow, labels(80)[0])
        assert not services.reconsider(gate_id=shadow.pk)

    def test_it_promotes_itself_where_that_is_wanted(self, shadow):
        Gate.objects.update(auto_promote=True)
        assert not services.reconsider(gate_id=shadow.pk)  # the trial has just begun
        judge_many(shadow, labels(80)[0])
        assert services.reconsider(gate_id=shadow.pk)
        shadow.refresh_from_db()
        assert shadow.autonomy == "certified"
        assert "by itself" in shadow.events.first().reason

    def test_labels_of_the_trial_can_end_it(self, shadow, curator):
        judge_many(shadow, [0.9] * 40, [False] * 40, curator)
        assert services.reconsider(gate_id=shadow.pk)
        shadow.refresh_from_db()
        assert shadow.autonomy == "suspended"
        assert "Audits speak against it" in shadow.events.first().reason

    def test_what_is_worse_than_before_is_not_promoted(self, brand, curator, admin_user):
        before = certify(make_gate(brand, RANKED), threshold=0.6)
        judge_many(before, [0.4] * 30, [False] * 30, curator, drawn=False)
        worse = certify(make_gate(brand, RANKED), threshold=0.1)
        Gate.objects.filter(pk=worse.pk).update(autonomy="shadow")
        with pytest.raises(StateConflict, match="it alone is wrong on 30"):
            services.promote_gate(gate=worse, user=admin_user)
        worse.refresh_from_db()
        assert worse.autonomy == "shadow"

    def test_what_is_better_than_before_is_promoted(self, brand, curator, admin_user):
        before = certify(make_gate(brand, RANKED), threshold=0.1)
        judge_many(before, [0.4] * 30, [False] * 30, curator, drawn=False)
        better = certify(make_gate(brand, RANKED), threshold=0.6)
        Gate.objects.filter(pk=better.pk).update(autonomy="shadow")
        services.promote_gate(gate=better, user=admin_user)
        compared = better.events.first().evidence["compared"]
        assert (compared["only_new"], compared["only_old"]) == (0, 30)
        assert compared["wrong_approvals"] == -30


class TestSuspension:
    def test_a_person_ends_it_with_a_reason(self, gate, admin_user):
        assert services.suspend_gate(gate=gate, reason="New season.", user=admin_user)
        assert not services.suspend_gate(gate=gate, reason="New season.", user=admin_user)
        gate.refresh_from_db()
        certificate = gate.certificates.get()
        assert gate.autonomy == "suspended"
        assert certificate.ended_because == "New season."
        assert gate.events.get().evidence["certificate"] == certificate.pk

    def test_it_needs_a_reason_and_the_right(self, gate, admin_user, curator):
        with pytest.raises(InvalidInput):
            services.suspend_gate(gate=gate, reason=" ", user=admin_user)
        with pytest.raises(NotAllowed):
            services.suspend_gate(gate=gate, reason="Why not.", user=curator)

    def test_drifted_scores_end_it_within_200_pictures(self, gate):
        values = np.random.default_rng(1).random(300)
        judge_many(gate, values)
        assert not services.watch_gate(gate_id=gate.pk)
        judge_many(gate, 0.5 * np.random.default_rng(2).random(200))
        assert services.watch_gate(gate_id=gate.pk)
        gate.refresh_from_db()
        assert gate.autonomy == "suspended"
        assert "rank unlike those" in gate.events.get().reason

    def test_a_changed_version_ends_it_without_a_picture(self, gate, monkeypatch):
        monkeypatch.setattr("curation.campaigns.COPIES", "copies@9")
        services.reconsider_gates()
        gate.refresh_from_db()
        assert gate.autonomy == "suspended"
        assert "copies" in gate.events.get().reason

    def test_labels_of_the_past_are_free_for_taste_afterwards(self, gate, curator):
        judge_many(gate, *labels(4), curator)
        services.suspend_gate(gate=gate, reason="Enough.", user=None)
        assert not Candidate.objects.filter(sample_share__isnull=False).exists()
        assert len(lessons_of(gate.brand_id).ids) == 4

    def test_it_learns_anew_from_new_labels_alone(self, learning, curator):
        learnt(learning, curator)
        services.reconsider(gate_id=learning.pk)
        services.suspend_gate(gate=learning, reason="Again.", user=None)
        learning.refresh_from_db()
        assert progress_of(learning).labels == 0
        learnt(learning, curator)
        assert services.reconsider(gate_id=learning.pk)
        assert learning.certificates.count() == 2
        assert learning.certificates.filter(ended_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_reconsiderations_at_once_make_one_look(transactional_db):
    from curation.models import Brand

    brand = Brand.objects.create(slug="house", name="House")
    gate, user = make_gate(brand, RANKED), make_user("curator", "curators")
    learnt(gate, user)

    def work():
        services.reconsider(gate_id=gate.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Certificate.objects.count() == 1
    assert GateEvent.objects.count() == 1


def test_issuing_looks_back_no_further_than_the_certificate(gate):
    judge_many(gate, [0.01] * 100)
    Certificate.objects.update(issued_at=timezone.now() + timedelta(seconds=1))
    assert not services.watch_gate(gate_id=gate.pk)
