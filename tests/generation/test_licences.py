"""Licence algebra: a chain is as free as its least free part, and says which one that is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genart.lib.errors import InvalidInput
from generation.licence_table import KNOWN, Freedom, freedom_of, spelled
from generation.licences import Part, chain_freedom, chain_objections, objections
from generation.models import Adapter, Checkpoint, Job, Provider, Style, StyleEmbedding
from tests.factories import make_render
from tests.generation.conftest import make_style

NAMES = st.one_of(st.sampled_from(sorted(KNOWN)), st.text(max_size=30))
PARTS = st.builds(
    Part,
    role=st.sampled_from(["checkpoint", "text encoder", "autoencoder", "LoRA"]),
    name=st.text(min_size=1, max_size=12),
    licence=NAMES,
    is_allowed=st.booleans(),
)


@pytest.mark.parametrize(
    ("name", "freedom"),
    [
        ("Apache-2.0", Freedom.PERMISSIVE),
        ("MIT License", Freedom.PERMISSIVE),
        ("CreativeML OpenRAIL-M", Freedom.RESTRICTED),
        ("openrail++", Freedom.RESTRICTED),
        ("stabilityai-ai-community", Freedom.CONDITIONAL),
        ("FLUX.1-dev", Freedom.NON_COMMERCIAL),
        ("flux-1-dev-non-commercial-license", Freedom.NON_COMMERCIAL),
        ("CC BY-NC 4.0", Freedom.NON_COMMERCIAL),
        ("CC BY-NC-SA 2.0", Freedom.NON_COMMERCIAL),
        ("Some Lab Noncommercial Agreement", Freedom.NON_COMMERCIAL),
        ("our own terms", Freedom.UNKNOWN),
        ("", Freedom.UNKNOWN),
    ],
)
def test_a_licence_is_known_by_its_usual_names(name: str, freedom: Freedom) -> None:
    assert freedom_of(name) == freedom


@given(st.lists(PARTS, max_size=5), PARTS)
def test_a_further_part_never_makes_a_chain_freer(chain: list[Part], further: Part) -> None:
    assert chain_freedom([*chain, further]) <= chain_freedom(chain)
    assert set(chain_objections(chain)) <= set(chain_objections([*chain, further]))


@given(st.lists(PARTS, max_size=5), st.integers(0, 5))
def test_one_non_commercial_part_anywhere_is_named(chain: list[Part], place: int) -> None:
    bad = Part("autoencoder", "The Bad One", "CC-BY-NC-4.0", is_allowed=True)

    reasons = chain_objections([*chain[:place], bad, *chain[place:]])

    assert any("The Bad One" in reason and "does not allow sale" in reason for reason in reasons)


@given(st.lists(PARTS, max_size=6))
def test_a_chain_is_sellable_exactly_if_each_part_is(chain: list[Part]) -> None:
    assert (chain_objections(chain) == []) == all(part.is_sellable for part in chain)


@given(NAMES)
def test_nothing_is_sellable_by_its_name_alone(name: str) -> None:
    assert not Part("LoRA", "x", name, is_allowed=False).is_sellable
    assert freedom_of(spelled(name)) == freedom_of(name)


def test_an_unknown_licence_needs_somebody_who_has_read_it() -> None:
    unread = Part("checkpoint", "Odd", "Odd Terms 3", is_allowed=False)
    assert "not known here" in unread.objection
    assert Part("checkpoint", "Odd", "Odd Terms 3", is_allowed=True).is_sellable
    assert "no recorded licence" in Part("checkpoint", "Odd", " ", is_allowed=True).objection


@pytest.mark.django_db
class TestStyleVersions:
    """The chain of a style, read from its rows."""

    def test_a_free_chain_has_no_objection(self, style: Style) -> None:
        assert objections(style.current_version) == []

    @pytest.mark.parametrize("role", ["text encoder", "autoencoder"])
    def test_a_part_of_the_checkpoint(
        self, style: Style, checkpoint: Checkpoint, role: str
    ) -> None:
        checkpoint.parts = [
            {"role": "text encoder", "name": "CLIP", "licence": "MIT"},
            {"role": role, "name": "Fine One", "licence": "CC-BY-NC-4.0",
             "allows_commercial_use": True},
        ]  # fmt: skip
        checkpoint.save()
        style.current_version.refresh_from_db()

        [reason] = objections(style.current_version)
        assert reason.startswith(f"Fine One ({role} of Tiny) is licensed CC-BY-NC-4.0")

    def test_a_series_is_refused_at_submit_with_the_part_and_its_place(
        self, style: Style, checkpoint: Checkpoint, submit: Any
    ) -> None:
        parts = [{"role": "autoencoder", "name": "Fine One", "licence": "FLUX.1-dev"}]
        Checkpoint.objects.filter(pk=checkpoint.pk).update(parts=parts)

        with pytest.raises(InvalidInput) as caught:
            submit()

        assert caught.value.where == "style"
        assert caught.value.message.startswith(
            "Fine One (autoencoder of Tiny) is licensed FLUX.1-dev, which does not allow sale"
        )
        assert Job.objects.count() == 0

    def test_a_part_without_a_licence_is_not_sold(
        self, style: Style, checkpoint: Checkpoint
    ) -> None:
        checkpoint.parts = [{"role": "autoencoder"}]
        checkpoint.save()
        style.current_version.refresh_from_db()

        [reason] = objections(style.current_version)
        assert reason.startswith("the autoencoder (autoencoder of Tiny) has no recorded licence")

    def test_an_adapter_of_the_style_or_of_the_spec(
        self, style: Style, checkpoint: Checkpoint
    ) -> None:
        values: dict[str, Any] = {"checkpoint": checkpoint, "location": "x", "sha256": "0"}
        own = Adapter.objects.create(slug="ink", name="Ink", licence="CC-BY-NC-4.0", **values)
        edges = Adapter.objects.create(
            slug="edges", name="Edges", kind="controlnet", licence="FLUX.1-dev", **values
        )
        style.current_version.style_adapters.create(adapter=own)

        assert len(objections(style.current_version)) == 1
        reasons = objections(style.current_version, adapters=[edges])
        assert [reason.split(" is ")[0] for reason in reasons] == [
            "Ink 1 (LoRA)",
            "Edges 1 (ControlNet)",
        ]

    def test_the_works_of_a_style_embedding(self, style: Style) -> None:
        other = Checkpoint.objects.create(
            slug="dev", name="Dev", family="sd", licence="FLUX.1-dev", allows_commercial_use=True
        )
        work = make_render(style_version=make_style("dev", other).current_version)
        style.current_version.embedding = StyleEmbedding.objects.create(
            slug="look", name="Look", encoder="clip", vector=[1.0], works=[str(work.pk), "odd"]
        )

        [reason] = objections(style.current_version)
        assert reason.startswith("Dev (checkpoint, works of the style embedding Look 1)")

    def test_the_terms_of_a_provider(self, style: Style) -> None:
        provider = Provider(name="Cloud", terms="Trial, non-commercial", allows_commercial_use=True)

        [reason] = objections(style.current_version, provider)
        assert reason.startswith("Cloud (terms of the provider) is licensed Trial, non-commercial")
