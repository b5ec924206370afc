"""The design spec as a type, in its newest version. Pure; read documents with `spec.parse_spec`."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from generation.spec_parts import (
    Composition,
    Control,
    Line,
    Names,
    PaletteChoice,
    Part,
    Reference,
    Size,
    Slug,
    Title,
    Tolerances,
    Words,
)

SEED_LIMIT = 2**53
"""Seeds stay below this, so that JSON readers that use floats keep them exact."""


class DesignSpec(Part):
    """One series: what it shows, what varies over it, how many, from which seed."""

    version: Literal[2]
    title: Title | None = None
    style: Slug = Field(description="Slug of a style.", examples=["boho-arches"])
    subject: Line = Field(
        examples=["arches over low hills"],
        description="What is seen. {fruit} takes a word of the word list fruit.",
    )
    palette: PaletteChoice
    composition: Composition = Composition()
    mood: Words = Field(default=[], description="Words; {feeling} takes one of a word list.")
    avoid: Names = Field(default=[], description="What must not be seen.")
    size: Size = Size()
    control: Control | None = None
    reference: Reference | None = None
    vary: dict[str, Annotated[list[Any], Field(min_length=1, max_length=100)]] = Field(
        default={}, description="Axes: a dotted field path and the values it takes in turn."
    )
    zip: list[Annotated[list[str], Field(min_length=2, max_length=12)]] = Field(
        default=[],
        max_length=8,
        description="Axes that vary together, first with first: groups of paths of vary.",
    )
    sampling: Literal["all", "random", "sobol", "pairwise"] = Field(
        default="all",
        description="Which combinations of the axes: all in order; by chance; spread evenly; or "
        "as few as cover every two values of different axes.",
    )
    count: int | None = Field(
        default=None, ge=1, description="Renders; left out, one for each combination."
    )
    seed: int | None = Field(
        default=None, ge=0, le=SEED_LIMIT, description="Left out, one is drawn and recorded."
    )
    seed_policy: Literal["item", "fixed", "linked"] | None = Field(
        default=None,
        description="Each picture its own; one for all; or one for pictures that differ in "
        "colours only. Left out, the policy of the style.",
    )
    tolerances: Tolerances | None = None
    reseeds: int | None = Field(
        default=None,
        ge=0,
        le=20,
        description="How often a picture out of tolerance is rendered anew with the next seed.",
    )
    budget_cents: int | None = Field(
        default=None, ge=0, le=10**9, description="What other people's compute may cost."
    )
    priority: int | None = Field(default=None, ge=-10, le=10, description="Higher comes first.")
    tier: Literal["commodity", "premium"] | None = Field(
        default=None, description="Left out, the tier of the style."
    )
    collection: Slug | None = None

    @field_validator("vary")
    @classmethod
    def _axes_do_not_overlap(cls, vary: dict[str, list[Any]]) -> dict[str, list[Any]]:
        for path in vary:
            head = path.partition(".")[0]
            if path != head and head in vary:
                raise ValueError(f"{head} and {path} cannot both vary: one contains the other.")
        for one, other in ALTERNATIVES:
            if one in vary and other in vary:
                raise ValueError(f"{one} and {other} cannot both vary: one replaces the other.")
        return vary


ALTERNATIVES = (("palette.name", "palette.colors"), ("reference.embedding", "reference.image"))
"""Paths of which a picture has one: setting it takes the other away."""
