"""Gates in the admin: a change is a new version, activation one step, the past a preview."""

import pytest
from django.urls import reverse

from curation import defaults, services
from curation.models import Brand, Candidate, Gate
from curation.scorers import SCORERS
from genart.lib.errors import InvalidInput
from tests.curation.conftest import SOUND, UNDECIDED, make_gate
from tests.curation.judging import judge_many
from tests.factories import make_style

STRICT = {"sharpness": {"reject": 0.99, "approve": 1.0}}
LIST = "/admin/curation/gate/"


def change(gate):
    return reverse("admin:curation_gate_change", args=[gate.pk])


class TestGates:
    def test_saving_makes_a_version_that_judges_nothing(self, gate, admin_client, admin_user):
        data = {"rules": '{"sharpness": {"reject": 0.99, "approve": 1.0}}', "note": "stricter"}
        answer = admin_client.post(change(gate), data | {"_save": "1"}, follow=True)
        assert "It judges nothing until you activate it." in answer.content.decode()
        gate.refresh_from_db()
        new = Gate.objects.get(version=2)
        assert (gate.rules, gate.is_active) == (SOUND, True)
        assert (new.rules, new.is_active, new.created_by) == (STRICT, False, admin_user)

    def test_saving_and_activating_is_one_step(self, gate, admin_client):
        data = {"rules": '{"sharpness": {"reject": 0.99, "approve": 1.0}}', "note": ""}
        admin_client.post(change(gate), data | {"_activate": "1"})
        active = Gate.objects.filter(is_active=True)
        assert [row.version for row in active] == [2]

    def test_an_older_version_can_come_back(self, gate, brand, admin_client):
        newer = make_gate(brand, STRICT)
        admin_client.post(change(gate), {"_activate_this": "1"})
        newer.refresh_from_db()
        gate.refresh_from_db()
        assert (gate.is_active, newer.is_active) == (True, False)

    def test_the_list_activates_one_for_each_tier(self, gate, brand, admin_client):
        newer = services.revise_gate(brand=brand, tier="commodity", rules=STRICT, user=None)
        both = {"action": "activate", "_selected_action": [gate.pk, newer.pk]}
        answer = admin_client.post(LIST, both, follow=True)
        assert "Choose one version for each brand and tier." in answer.content.decode()
        admin_client.post(LIST, {"action": "activate", "_selected_action": [newer.pk]})
        newer.refresh_from_db()
        assert newer.is_active

    @pytest.mark.parametrize("rules", ["{}", "[1]", '{"beauty": {"reject": 0, "approve": 1}}'])
    def test_wrong_rules_are_refused_at_the_field(self, gate, admin_client, rules):
        answer = admin_client.post(change(gate), {"rules": rules, "note": ""})
        assert answer.status_code == 200
        assert "errorlist" in answer.content.decode()
        assert Gate.objects.count() == 1

    def test_the_page_shows_what_a_version_would_do(self, gate, brand, judged, admin_client):
        judged()
        strict = services.revise_gate(brand=brand, tier="commodity", rules=STRICT, user=None)
        text = admin_client.get(change(strict)).content.decode()
        assert "approve → reject" in text

    def test_what_is_not_given_is_promised_as_before(self, gate, admin_client):
        Gate.objects.filter(pk=gate.pk).update(target=0.02, audit_share=0.1)
        rules = '{"sharpness": {"reject": 0.2, "approve": 0.4}}'
        admin_client.post(change(gate), {"rules": rules, "note": "", "confidence": "0.9"})
        new = Gate.objects.get(version=2)
        assert (new.target, new.audit_share, new.confidence) == (0.02, 0.1, 0.9)
        assert new.autonomy == "learning"

    def test_promises_out_of_range_are_refused_at_the_field(self, gate, admin_client):
        rules = '{"sharpness": {"reject": 0.2, "approve": 0.4}}'
        answer = admin_client.post(change(gate), {"rules": rules, "note": "", "target": "0.9"})
        assert "Choose a number from 0.001 to 0.5." in answer.content.decode()
        assert Gate.objects.count() == 1

    def test_a_gate_on_trial_is_promoted_and_suspended(self, gate, admin_client):
        Gate.objects.filter(pk=gate.pk).update(autonomy="shadow")
        assert "Let it publish by itself" in admin_client.get(change(gate)).content.decode()
        admin_client.post(change(gate), {"_promote": "1"})
        gate.refresh_from_db()
        assert gate.autonomy == "certified"
        answer = admin_client.post(change(gate), {"_suspend": "1"}, follow=True)
        assert "Say why it is suspended." in answer.content.decode()
        admin_client.post(change(gate), {"_suspend": "1", "_reason": "New season."})
        gate.refresh_from_db()
        assert gate.autonomy == "suspended"

    def test_a_style_gets_a_gate_of_its_own(self, gate, brand, admin_client):
        style = make_style(brand=brand.slug)
        data = {"brand": brand.pk, "tier": "commodity", "style": style.pk, "note": ""}
        data["rules"] = '{"prompt": {"reject": 0,"approve": 1}}'
        admin_client.post("/admin/curation/gate/add/", data)
        own = Gate.objects.get(style=style)
        assert own.version == 1
        services.activate_gate(gate=own)
        gate.refresh_from_db()
        assert gate.is_active

    def test_what_is_worse_is_activated_only_if_that_is_meant(
        self, gate, brand, curator, admin_client
    ):
        judge_many(gate, [0.9] * 20, [True] * 20, curator)
        worse = services.revise_gate(brand=brand, tier="commodity", rules=STRICT, user=None)
        answer = admin_client.post(change(worse), {"_activate_this": "1"}, follow=True)
        assert "it alone is wrong on 20" in answer.content.decode()
        worse.refresh_from_db()
        assert not worse.is_active
        admin_client.post(change(worse), {"_activate_anyway": "1"})
        worse.refresh_from_db()
        assert worse.is_active

    def test_nobody_deletes_a_gate(self, gate, admin_client):
        answer = admin_client.post(reverse("admin:curation_gate_delete", args=[gate.pk]))
        assert answer.status_code == 403

    def test_a_new_gate_counts_on(self, gate, brand, admin_client):
        data = {
            "brand": brand.pk,
            "tier": "premium",
            "rules": '{"prompt": {"reject": 0,"approve": 1}}',
        }
        admin_client.post("/admin/curation/gate/add/", data | {"note": ""})
        assert Gate.objects.get(tier="premium").version == 1


def test_versions_are_checked_in_the_service_too(brand):
    with pytest.raises(InvalidInput):
        services.revise_gate(brand=brand, tier="commodity", rules={}, user=None)


def test_candidates_are_for_looking(gate, judged, admin_client):
    candidate = judged()
    listing = admin_client.get("/admin/curation/candidate/")
    assert reverse("curation:thumb", args=[candidate.pk]) in listing.content.decode()
    page = admin_client.get(reverse("admin:curation_candidate_change", args=[candidate.pk]))
    assert "Every measure passes" in page.content.decode()
    assert admin_client.get("/admin/curation/candidate/add/").status_code == 403


def test_brands_keep_their_slug(brand, admin_client):
    address = reverse("admin:curation_brand_change", args=[brand.pk])
    admin_client.post(
        address,
        {"name": "House of art", "criteria": "Calm.", "slug": "other", "adoption": "proposed"},
    )
    brand.refresh_from_db()
    assert (brand.name, brand.slug) == ("House of art", "house")


class TestDefaults:
    def test_loads_once_and_overwrites_nothing(self, db):
        defaults.load()
        Brand.objects.update(criteria="Ours.")
        made = services.revise_gate(
            brand=Brand.objects.get(), tier="commodity", rules=UNDECIDED, user=None
        )
        services.activate_gate(gate=made)
        defaults.load()
        assert Brand.objects.get().criteria == "Ours."
        assert Gate.objects.count() == 3
        assert Gate.objects.get(tier="commodity", is_active=True) == made

    def test_every_rule_names_a_scorer(self):
        for rules in defaults.RULES.values():
            assert set(rules) <= set(SCORERS)

    def test_a_sound_picture_is_published_and_an_empty_one_refused(self, db, judged):
        from PIL import Image

        defaults.load()
        assert judged(Image.new("RGB", (256, 256), "#F6EADB")).state == Candidate.State.REJECTED
