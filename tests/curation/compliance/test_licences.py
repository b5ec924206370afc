"""The licence chain: what may be sold, what is held, what is refused."""

import pytest

from curation.compliance.contract import Subject
from curation.compliance.licences import LicenceDetector
from curation.models import RightsClaim
from generation.models import Adapter, Checkpoint
from tests.factories import make_checkpoint, make_picture, make_render, make_style


def found(**fields):
    """Return `(kind, severity, message)` of what is held against a render."""
    render = make_render(**fields)
    subject = Subject(make_picture(), render)
    findings = LicenceDetector().inspect(subject)
    return [(finding.kind, finding.severity, finding.message) for finding in findings]


def make_adapter(version="1", **fields):
    values = {"licence": "MIT", "allows_commercial_use": True} | fields
    return Adapter.objects.create(
        slug="ink", version=version, name="Ink", checkpoint=make_checkpoint(), location="ink",
        sha256="0" * 64, **values,
    )  # fmt: skip


def of_checkpoint(**fields):
    model = Checkpoint.objects.create(slug="other", name="Other", family="sd", **fields)
    return make_style(version_fields={"checkpoint": model})


@pytest.mark.django_db
class TestLicences:
    def test_the_house_model_is_free_of_all(self):
        assert found() == []

    def test_a_model_that_may_not_be_sold_from_is_refused(self):
        style = of_checkpoint(licence="CC-BY-NC-4.0", allows_commercial_use=False)
        ((kind, severity, message),) = found(style=style)
        assert (kind, severity) == ("licence", "block")
        assert message == "The licence of the model Other (CC-BY-NC-4.0) does not allow selling."

    @pytest.mark.parametrize("licence", ["", " ", "unknown", "Other", "TBD"])
    def test_an_unknown_licence_holds(self, licence):
        style = of_checkpoint(licence=licence, allows_commercial_use=True)
        ((kind, severity, _message),) = found(style=style)
        assert (kind, severity) == ("licence", "hold")

    def test_the_adapter_counts_at_its_version(self):
        make_adapter("1")
        make_adapter("2", licence="Research only", allows_commercial_use=False)
        assert found(adapters=[{"slug": "ink", "version": "1", "weight": 1}]) == []
        ((kind, severity, message),) = found(
            adapters=[{"slug": "ink", "version": "2", "weight": 1}]
        )
        assert (kind, severity) == ("licence", "block")
        assert "the adapter Ink 2" in message

    def test_an_adapter_that_is_not_on_record_holds(self):
        ((kind, severity, message),) = found(
            adapters=[{"slug": "gone", "version": "9", "weight": 1}]
        )
        assert (kind, severity) == ("licence", "hold")
        assert "the adapter gone" in message

    def test_every_part_is_named(self):
        style = of_checkpoint(licence="", allows_commercial_use=False)
        make_adapter(licence="NC", allows_commercial_use=False)
        kinds = [severity for _kind, severity, _message in found(
            style=style, adapters=[{"slug": "ink", "version": "1", "weight": 1}]
        )]  # fmt: skip
        assert kinds == ["hold", "block"]


@pytest.mark.django_db
class TestClaims:
    @pytest.mark.parametrize("target", ["ink@1", "ink"])
    def test_an_upheld_claim_refuses(self, target):
        make_adapter()
        claim = RightsClaim.objects.create(
            scope="adapter", target=target, claimant="I. Nker", reason="Mine."
        )
        used = {"adapters": [{"slug": "ink", "version": "1", "weight": 1}]}
        ((kind, severity, message),) = found(**used)
        assert (kind, severity) == ("claim", "block")
        assert message == "I. Nker claims a right in the adapter Ink 1."
        RightsClaim.objects.filter(pk=claim.pk).update(state="lifted")
        assert found(**used) == []

    def test_a_claim_on_another_version_does_not(self):
        make_adapter()
        RightsClaim.objects.create(scope="adapter", target="ink@2", claimant="I", reason="Mine.")
        RightsClaim.objects.create(scope="style", target="ink", claimant="I", reason="Mine.")
        assert found(adapters=[{"slug": "ink", "version": "1", "weight": 1}]) == []
