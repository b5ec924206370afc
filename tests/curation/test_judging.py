"""What a gate does by itself: only under a certificate that holds, and it says which."""

import pytest

from curation import services
from curation.campaigns import campaign_of
from curation.models import Candidate, Certificate, Gate
from tests.curation.conftest import MAKER, SOUND, arches, certify, make_gate
from tests.factories import make_checkpoint, make_job, make_style


def test_learning_says_how_far_it_is(brand, judged):
    gate = make_gate(brand, SOUND)
    candidate = judged()
    assert candidate.state == Candidate.State.REVIEW
    assert candidate.reasons[0] == (
        "It would pass, but this gate still learns: 0 of 160 random labels."
    )
    evidence = candidate.decisions.get().evidence
    assert evidence["campaign"] == campaign_of(gate)
    assert evidence["maker"] == MAKER
    assert evidence["label_share"] == candidate.sample_share
    assert 0 < evidence["ranking"]["value"] <= 1


def test_a_certificate_is_named(gate, judged):
    candidate = judged()
    certificate = gate.certificates.get()
    assert candidate.state == Candidate.State.APPROVED
    assert candidate.reasons[-1] == (
        f"Approved under certificate {certificate.pk}: with 95 % confidence at most 5 % of what "
        "it publishes would be refused by people."
    )
    evidence = candidate.decisions.get().evidence
    assert evidence["certificate"] == certificate.pk
    assert candidate.sample_share is None


def test_what_ranks_too_low_meets_a_person(brand, judged):
    certify(make_gate(brand, SOUND), threshold=0.999)
    candidate = judged()
    assert candidate.state == Candidate.State.REVIEW
    assert candidate.reasons[0].startswith("Every measure passes, but it ranks too low")


def test_on_trial_it_only_says_what_it_would_do(gate, judged):
    Gate.objects.update(autonomy="shadow")
    candidate = judged()
    assert candidate.state == Candidate.State.REVIEW
    assert "it would publish it" in candidate.reasons[0]
    assert candidate.decisions.get().evidence["would"] == "approve"


@pytest.mark.parametrize("what", ["copies", "scorer", "rules", "head", "encoder"])
def test_a_changed_version_ends_it_before_the_picture_is_judged(gate, judged, monkeypatch, what):
    change(what, gate, monkeypatch)
    candidate = judged()
    gate.refresh_from_db()
    assert candidate.state == Candidate.State.REVIEW
    assert gate.autonomy == "suspended"
    assert candidate.reasons[0].startswith(
        "It would pass, but this gate was suspended and learns anew"
    )
    assert gate.events.get().happened_at < candidate.decisions.get().decided_at


def test_another_checkpoint_ends_it(gate, judged):
    other = make_checkpoint(slug="other", sha256="f" * 64)
    candidate = judged(style=make_style(version_fields={"checkpoint": other}))
    gate.refresh_from_db()
    assert (candidate.state, gate.autonomy) == ("review", "suspended")
    assert "other@ffffffffffff" in gate.events.get().reason


def test_refusals_stay_the_rules_own(brand, judged):
    make_gate(brand, {"sharpness": {"reject": 0.99, "approve": 1.0}})
    assert judged().state == Candidate.State.REJECTED


def test_a_style_may_have_a_gate_of_its_own(gate, brand, judged, admin_user):
    style = make_style()
    own = services.revise_gate(
        brand=brand, tier="commodity", rules=SOUND, user=admin_user, style=style
    )
    services.activate_gate(gate=own)
    assert judged(style=style).decisions.get().gate == own
    other = judged(arches(colors=("#102030", "#E0E0E0", "#405060", "#A0B0C0", "#FFFFFF")))
    assert other.decisions.get().gate == gate


def test_premium_is_as_ever(brand, judged):
    make_gate(brand, SOUND, "premium")
    candidate = judged(job=make_job(tier="premium"))
    assert candidate.reasons[0].startswith("Premium: a person decides")
    assert candidate.sample_share is None


def change(what, gate, monkeypatch):
    if what == "copies":
        monkeypatch.setattr("curation.campaigns.COPIES", "copies@9")
    elif what == "scorer":
        monkeypatch.setattr("curation.campaigns.version_of", lambda name: f"{name}@9")
    elif what == "rules":
        Gate.objects.update(rules={"sharpness": SOUND["sharpness"]})
    elif what == "head":
        Certificate.objects.update(versions=gate.certificates.get().versions | {"head": "v3"})
    else:
        Certificate.objects.update(versions=gate.certificates.get().versions | {"encoder": "old"})
