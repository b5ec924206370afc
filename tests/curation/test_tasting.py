"""Taste: from decisions to heads, on PostgreSQL."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from curation import services, tasks
from curation.models import Assignment, Brand, Comparison, Decision, Gate, Head
from curation.services import tasting
from curation.taste.explanation import explain
from curation.taste.lessons import lessons_of
from curation.taste.likelihood import LOOK, likelihood_of
from curation.taste.measuring import store_likelihood
from genart.lib.errors import InvalidInput, NotAllowed, NotFound
from tests.conftest import make_user
from tests.curation.conftest import SOUND, make_gate
from tests.curation.taste.school import decide_by_warmth, make_candidates, warm_values


@pytest.fixture
def lead(db):
    return make_user("lead", "leads")


def teach(brand, user, count=80, seed=0, turned=False):
    """Let somebody decide on new pictures; return them with their attributes."""
    values = warm_values(count, seed)
    candidates = make_candidates(brand, values, seed=seed)
    decide_by_warmth(candidates, values, user, turned=turned)
    return candidates, values


class TestLessons:
    def test_takes_decisions_that_stand(self, brand, curator):
        values = warm_values(6)
        first, taken_back, copy, by_gate, *_ = make_candidates(brand, values)
        gate = make_gate(brand, SOUND)
        Decision.objects.create(candidate=first, verdict="approve", user=curator)
        undone = Decision.objects.create(candidate=taken_back, verdict="reject", user=curator)
        Decision.objects.create(candidate=taken_back, verdict="undo", user=curator, undoes=undone)
        Decision.objects.create(candidate=copy, verdict="reject", reason="duplicate", user=curator)
        Decision.objects.create(candidate=by_gate, verdict="approve", gate=gate)
        lessons = lessons_of(brand.pk)
        assert (lessons.ids, lessons.labels.tolist()) == ((first.pk,), [1.0])

    def test_people_who_differ_give_a_share(self, brand, curator):
        (picture,) = make_candidates(brand, warm_values(1))
        Decision.objects.create(candidate=picture, verdict="approve", user=curator)
        answered = {"candidate": picture, "propensity": 0.5, "state": "done", "user": curator}
        second = Assignment.Purpose.SECOND
        Assignment.objects.create(purpose=second, verdict="reject", reason="taste", **answered)
        gold = Assignment.Purpose.GOLD
        Assignment.objects.create(purpose=gold, verdict="reject", **answered)
        assert lessons_of(brand.pk).labels.tolist() == [0.5]

    def test_knows_one_brand_alone(self, brand, curator):
        other = Brand.objects.create(slug="other", name="Other")
        teach(other, curator, 4)
        assert lessons_of(brand.pk).ids == ()


class TestRefit:
    def test_learns_what_the_brand_likes(self, brand, curator):
        teach(brand, curator)
        head = services.refit_head(brand=brand)
        assert (head.version, head.labels, head.is_active) == (1, 80, True)
        assert head.auc > 0.85
        assert head.report["strongest"][0][0] == "attribute.warmth"
        assert head.trained_through == Decision.objects.latest("pk").pk
        assert head.note.startswith("Adopted.")

    def test_opposite_brands_learn_opposite_tastes(self, brand, curator):
        other = Brand.objects.create(slug="cool", name="Cool")
        teach(brand, curator)
        teach(other, curator, turned=True)
        warm, cool = (services.refit_head(brand=each) for each in (brand, other))
        (picture,) = make_candidates(brand, [[0.95, *[0.5] * 12]], seed=9)
        vector = picture.embeddings.get().vector
        likes = likelihood_of(picture, vector=vector, scores={})
        assert (likes.head_id, likes.value > 0.8) == (warm.pk, True)
        picture.brand = other
        dislikes = likelihood_of(picture, vector=vector, scores={})
        assert (dislikes.head_id, dislikes.value < 0.2) == (cool.pk, True)

    def test_says_what_is_missing(self, brand, curator):
        teach(brand, curator, 12)
        with pytest.raises(InvalidInput, match="15 approved and 15 refused"):
            services.refit_head(brand=brand)
        assert not Head.objects.exists()

    def test_needs_leave(self, brand, curator):
        with pytest.raises(NotAllowed):
            services.refit_head(brand=brand, user=curator)

    def test_versions_are_never_edited(self, brand, curator, lead):
        teach(brand, curator)
        first = services.refit_head(brand=brand)
        weights = first.weights
        teach(brand, curator, 40, seed=1)
        second = services.refit_head(brand=brand, user=lead)
        first.refresh_from_db()
        assert (second.version, second.labels, first.weights) == (2, 120, weights)
        assert (first.is_active, second.is_active) == (False, True)

    def test_missing_attributes_count_as_average(self, brand, curator):
        candidates, _ = teach(brand, curator)
        for candidate in candidates[::4]:
            candidate.attributes.all().delete()
            candidate.embeddings.all().delete()
        assert services.refit_head(brand=brand).auc > 0.7

    @pytest.mark.django_db(transaction=True)
    def test_refits_at_once_make_one_version_each(self, brand, curator):
        teach(brand, curator)
        failures = []

        def refit():
            try:
                services.refit_head(brand=brand)
            except Exception as error:  # shown below
                failures.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=refit) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        assert sorted(brand.heads.values_list("version", flat=True)) == [1, 2, 3]
        assert brand.heads.filter(is_active=True).count() == 1


class TestAdoption:
    def test_a_worse_taste_does_not_take_over(self, brand, curator):
        teach(brand, curator, 160)
        first = services.refit_head(brand=brand)
        # Decisions by a coin: what is learnt from all of them orders the honest ones worse.
        values = warm_values(160, seed=3)
        coin = warm_values(160, seed=4)
        decide_by_warmth(make_candidates(brand, values, seed=3), coin, curator)
        Head.objects.filter(pk=first.pk).update(trained_through=0)
        second = services.refit_head(brand=brand)
        assert (second.is_active, second.note[:13]) == (False, "Not adopted: ")
        assert Head.objects.get(pk=first.pk).is_active

    def test_what_tells_nothing_is_not_used(self, brand, curator):
        values = warm_values(80)
        decide_by_warmth(make_candidates(brand, values), warm_values(80, seed=7), curator)
        head = services.refit_head(brand=brand)
        assert not head.is_active
        assert "hardly tells" in head.note

    @pytest.mark.parametrize(
        ("adoption", "certified", "adopted"),
        [
            ("uncertified", False, True),
            ("uncertified", True, False),
            ("always", True, True),
            ("proposed", False, False),
        ],
    )
    def test_the_brand_says_when(self, brand, curator, lead, adoption, certified, adopted):
        gate = make_gate(brand, SOUND)
        if certified:
            Gate.objects.filter(pk=gate.pk).update(autonomy=Gate.Autonomy.CERTIFIED)
        services.set_adoption(brand=brand, adoption=adoption, user=lead)
        teach(brand, curator)
        head = services.refit_head(brand=brand)
        assert head.is_active == adopted
        assert head.note.startswith("Adopted" if adopted else "Proposed")

    def test_goes_back_with_one_verb(self, brand, curator, lead):
        teach(brand, curator)
        first, second = (services.refit_head(brand=brand) for _ in range(2))
        services.activate_head(head=first, user=lead)
        services.activate_head(head=first, user=lead)
        first.refresh_from_db(), second.refresh_from_db()
        assert (first.is_active, second.is_active) == (True, False)
        assert first.activated_by == lead
        with pytest.raises(NotAllowed):
            services.activate_head(head=second, user=curator)

    def test_another_clip_needs_another_head(self, brand, curator, lead):
        candidates, _ = teach(brand, curator)
        head = services.refit_head(brand=brand)
        Head.objects.filter(pk=head.pk).update(encoder="other-clip@0")
        head.refresh_from_db()
        vector = candidates[0].embeddings.get().vector
        assert likelihood_of(candidates[0], vector=vector, scores={}) is None
        assert explain(candidates[0]) is None
        with pytest.raises(InvalidInput, match="another CLIP"):
            services.activate_head(head=head, user=lead)

    def test_there_are_three_ways(self, brand, lead):
        with pytest.raises(InvalidInput):
            services.set_adoption(brand=brand, adoption="whenever", user=lead)


class TestDue:
    def test_every_so_many_decisions(self, brand, curator):
        assert services.due_brands() == []
        teach(brand, curator)
        assert services.due_brands() == [brand.pk]
        tasks.refit.fn(brand.pk)
        tasks.refit.fn(brand.pk)  # a second message finds nothing left
        assert brand.heads.count() == 1
        assert services.due_brands() == []

    def test_a_few_after_a_quiet_time(self, brand, curator, monkeypatch):
        teach(brand, curator)
        services.refit_head(brand=brand)
        teach(brand, curator, 6, seed=2)
        assert services.due_brands() == []
        monkeypatch.setattr(tasting, "QUIET", timedelta(0))
        assert services.due_brands() == [brand.pk]

    def test_too_few_are_left_for_later(self, brand, curator):
        values = warm_values(30)
        values[:, 0] = 0.9
        decide_by_warmth(make_candidates(brand, values), values, curator)
        tasks.refit.fn(brand.pk)
        tasks.refit.fn(0)  # gone
        assert not Head.objects.exists()

    def test_the_sweep_rings(self, brand, curator, broker):
        teach(brand, curator)
        tasks.sweep_taste.fn()
        assert broker.queues["default"].qsize() == 1


class TestRecordBest:
    def test_the_best_beats_the_rest_once(self, brand, curator):
        best, *rest = make_candidates(brand, warm_values(4))
        ids = [candidate.pk for candidate in rest]
        call = {"user": curator, "winner_id": best.pk, "loser_ids": [*ids, best.pk]}
        assert (services.record_best(**call), services.record_best(**call)) == (3, 0)
        assert set(Comparison.objects.values_list("winner", "loser")) == {
            (best.pk, key) for key in ids
        }

    def test_passes_over_other_brands(self, brand, curator):
        (best,) = make_candidates(brand, warm_values(1))
        other = Brand.objects.create(slug="other", name="Other")
        (strange,) = make_candidates(other, warm_values(1))
        call = {"user": curator, "winner_id": best.pk, "loser_ids": [strange.pk]}
        assert services.record_best(**call) == 0

    def test_needs_leave_and_a_winner(self, brand, curator, buyer):
        with pytest.raises(NotFound):
            services.record_best(user=curator, winner_id="0" * 32, loser_ids=[])
        with pytest.raises(NotAllowed):
            services.record_best(user=buyer, winner_id="0" * 32, loser_ids=[])

    def test_counts_in_the_next_head(self, brand, curator):
        candidates, values = teach(brand, curator)
        warm = max(range(80), key=lambda index: values[index][0])
        losers = [candidate.pk for candidate in candidates if candidate != candidates[warm]][:5]
        services.record_best(user=curator, winner_id=candidates[warm].pk, loser_ids=losers)
        assert services.refit_head(brand=brand).comparisons == 5


class TestExplain:
    def test_says_what_speaks_for_it(self, brand, curator):
        teach(brand, curator)
        services.refit_head(brand=brand)
        (picture,) = make_candidates(brand, [[0.95, *[0.5] * 12]], seed=5)
        said = explain(picture)
        assert (said.bars[0].label, said.bars[0].detail) == ("Warmth", "warm")
        assert said.bars[0].share == 1
        assert "warmth +" in said.sentence
        assert said.value > 0.8

    def test_says_what_would_turn_it(self, brand, curator):
        teach(brand, curator, 160)
        services.refit_head(brand=brand)
        (picture,) = make_candidates(brand, [[0.3, *[0.5] * 12]], seed=5)
        assert explain(picture).what_if.startswith("It would pass if warmth were 0.")

    def test_says_nothing_without_a_taste(self, brand):
        (picture,) = make_candidates(brand, warm_values(1))
        assert explain(picture) is None
        assert likelihood_of(picture, vector=None, scores={}) is None

    def test_contributions_name_the_vector_once(self, brand, curator):
        candidates, _ = teach(brand, curator)
        services.refit_head(brand=brand)
        vector = candidates[0].embeddings.get().vector
        found = likelihood_of(candidates[0], vector=vector, scores={"sharpness": 0.5})
        names = [name for name, _ in found.contributions]
        assert names.count(LOOK) == 1
        assert not any(name.startswith("embedding") for name in names)

    def test_a_likelihood_is_written_once(self, brand, curator):
        candidates, _ = teach(brand, curator)
        services.refit_head(brand=brand)
        vector = candidates[0].embeddings.get().vector
        found = likelihood_of(candidates[0], vector=vector, scores={})
        store_likelihood(candidates[0], found)
        store_likelihood(candidates[0], found)
        assert candidates[0].scores.get(scorer="taste").value == found.value


class TestAdmin:
    def test_a_version_is_activated_and_nothing_is_edited(self, brand, curator, admin_client):
        teach(brand, curator)
        first, second = (services.refit_head(brand=brand) for _ in range(2))
        address = "/admin/curation/head/"
        chosen = {"action": "activate", "_selected_action": [first.pk]}
        answer = admin_client.post(address, chosen, follow=True)
        assert f"{first} judges from now on." in answer.content.decode()
        both = {"action": "activate", "_selected_action": [first.pk, second.pk]}
        answer = admin_client.post(address, both, follow=True)
        assert "Choose one version" in answer.content.decode()
        assert brand.heads.get(is_active=True) == first
        shown = admin_client.get(f"{address}{first.pk}/change/")
        assert b'name="_save"' not in shown.content
        for page in ("criterion", "comparison", "brand"):
            assert admin_client.get(f"/admin/curation/{page}/").status_code == 200
