"""The page of gates: everything a lead needs to trust a gate, or to stop it."""

import pytest
from django.urls import reverse

from curation import services
from curation.models import Gate
from tests.conftest import signed_in
from tests.curation.conftest import SOUND, make_gate
from tests.curation.judging import judge_many

PAGE = "/review/gates/"


def text(client):
    return client.get(PAGE).content.decode()


class TestPage:
    def test_strangers_log_in_and_customers_are_refused(self, gate, stranger, buyer_client):
        assert stranger.get(PAGE).status_code == 302
        assert buyer_client.get(PAGE).status_code == 403

    def test_a_certificate_in_plain_words(self, gate, curator_client):
        page = text(curator_client)
        assert "Publishes by itself" in page
        assert "With 95 % confidence at most 5 % of what it publishes" in page
        assert "200 pictures drawn at random" in page
        assert "house@ (2 steps, guidance 3, default)" in page
        assert "Let it publish" not in page and "Suspend" not in page  # curators only look

    def test_progress_of_a_gate_that_learns(self, brand, curator, curator_client):
        gate = make_gate(brand, SOUND)
        judge_many(gate, [0.5] * 3, [True] * 3, curator)
        judge_many(gate, [0.5])
        page = text(curator_client)
        assert 'max="160" value="3"' in page
        assert "1 drawn picture waits in the queue" in page

    def test_gauges(self, gate, curator_client):
        judge_many(gate, [step / 200 for step in range(200)])
        page = text(curator_client)
        assert "Scores of the newest 60" in page
        assert "0 of 0 wrong" in page

    def test_why_it_was_suspended(self, gate, admin_client):
        services.suspend_gate(gate=gate, reason="The season is over.", user=None)
        page = text(admin_client)
        assert "The season is over." in page
        assert "certified → suspended" in page

    def test_premium_is_for_people(self, brand, curator_client):
        make_gate(brand, SOUND, "premium")
        assert "a person decides on premium works" in text(curator_client)

    def test_the_number_of_queries_does_not_grow_with_pictures(
        self, gate, curator_client, django_assert_max_num_queries
    ):
        judge_many(gate, [0.5] * 100)
        with django_assert_max_num_queries(30):
            text(curator_client)


class TestButtons:
    @pytest.fixture
    def shadow(self, gate):
        Gate.objects.update(autonomy="shadow")
        gate.refresh_from_db()
        return gate

    def test_promote(self, shadow, admin_client):
        assert "Let it publish by itself" in text(admin_client)
        address = reverse("curation:promote_gate", args=[shadow.pk])
        answer = admin_client.post(address, follow=True)
        assert "publishes by itself from now on" in answer.content.decode()
        shadow.refresh_from_db()
        assert shadow.autonomy == "certified"

    def test_promote_what_is_not_on_trial(self, brand, admin_client):
        gate = make_gate(brand, SOUND)
        address = reverse("curation:promote_gate", args=[gate.pk])
        assert "is not on trial" in admin_client.post(address, follow=True).content.decode()

    def test_suspend(self, gate, admin_client):
        address = reverse("curation:suspend_gate", args=[gate.pk])
        assert "Say why" in admin_client.post(address, follow=True).content.decode()
        answer = admin_client.post(address, {"reason": "A complaint."}, follow=True)
        assert "is suspended: people decide" in answer.content.decode()
        gate.refresh_from_db()
        assert gate.autonomy == "suspended"

    @pytest.mark.parametrize("verb", ["promote_gate", "suspend_gate"])
    def test_only_leads_press_them(self, shadow, curator, verb):
        address = reverse(f"curation:{verb}", args=[shadow.pk])
        assert signed_in(curator).post(address, {"reason": "x"}).status_code == 403
        assert signed_in(curator).get(address).status_code == 405
        shadow.refresh_from_db()
        assert shadow.autonomy == "shadow"
