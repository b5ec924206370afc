"""What was made for one version of a line fits the others."""

import pytest

from generation.guides import followable
from generation.lines import adapters_fitting, fits
from generation.models import Adapter, Checkpoint

pytestmark = pytest.mark.django_db


def version(number: int, line: str = "sea") -> Checkpoint:
    return Checkpoint.objects.create(
        slug=f"{line or 'none'}-{number}", name=line, line=line, number=number, family="sd",
        licence="MIT", is_current=number == 1,
    )  # fmt: skip


def test_an_adapter_fits_every_version_of_its_line_and_no_other() -> None:
    first, second, other = version(1), version(2), version(1, "hill")
    net = Adapter.objects.create(
        slug="edges", name="Edges", kind="controlnet", checkpoint=first, location="/x",
        sha256="0", licence="MIT", trigger_words="canny",
    )  # fmt: skip

    assert (fits(net, first), fits(net, second), fits(net, other)) == (True, True, False)
    assert list(adapters_fitting([second])) == [net]
    assert list(adapters_fitting([other])) == []
    assert followable(second)["controls"] == ["canny"]
    assert followable(other)["controls"] == []


def test_checkpoints_without_a_line_share_nothing() -> None:
    first, second = version(1, ""), version(2, "")
    ink = Adapter.objects.create(
        slug="ink", name="Ink", checkpoint=first, location="/x", sha256="0", licence="MIT"
    )

    assert (fits(ink, first), fits(ink, second)) == (True, False)
    assert list(adapters_fitting([second])) == []
