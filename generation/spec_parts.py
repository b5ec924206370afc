"""The parts a design spec is made of: words, colours, places, sizes, pictures to follow. Pure."""

from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from generation.spec_words import length

WEIGHT_TOLERANCE = 1e-3
LINE_LENGTH, WORD_LENGTH = 300, 40
"""Characters of a subject and of a mood, as they are told to a checkpoint."""
RAW_LENGTH = 4 * LINE_LENGTH
"""Characters of a subject as it is written, with marks around its literal braces."""


def _printable(text: str) -> str:
    """Refuse control characters: they have no meaning in a prompt, and NUL cannot be stored."""
    if not text.isprintable():
        raise ValueError("Must not contain line breaks or control characters.")
    return text


def _line(text: str) -> str:
    return _at_most(text, LINE_LENGTH)


def _word(text: str) -> str:
    return _at_most(text, WORD_LENGTH)


def _at_most(text: str, most: int) -> str:
    """Refuse a text that is longer than `most` once its marks are taken off."""
    if length(text) > most:
        raise ValueError(f"Must have at most {most} characters.")
    return text


_Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=RAW_LENGTH),
    AfterValidator(_printable),
]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
Word = Annotated[_Text, AfterValidator(_word)]
Words = Annotated[list[Word], Field(max_length=8)]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=WORD_LENGTH),
    AfterValidator(_printable),
]
Names = Annotated[list[Name], Field(max_length=8)]
Line = Annotated[_Text, AfterValidator(_line)]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_printable)
]
Hex = Annotated[
    str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$"), AfterValidator(lambda text: text.upper())
]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
EmbeddingName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,50}@[1-9][0-9]{0,5}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Strength = Annotated[float, Field(ge=0, le=2)]


class Part(BaseModel):
    """A part of a spec: unknown fields are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Color(Part):
    """A colour and its share of the picture, more than 0 and at most 1."""

    hex: Hex = Field(examples=["#C65D3B"])
    weight: float = Field(gt=0, le=1)


class PaletteChoice(Part):
    """A palette by its name, or by two to eight colours whose weights sum to 1."""

    name: Slug | None = None
    colors: list[Color] | None = Field(default=None, min_length=2, max_length=8)

    @field_validator("colors")
    @classmethod
    def _weights_sum_to_one(cls, colors: list[Color] | None) -> list[Color] | None:
        total = sum(color.weight for color in colors or [])
        if colors and abs(total - 1) > WEIGHT_TOLERANCE:
            raise ValueError(f"The weights must sum to 1; they sum to {total:.4g}.")
        return colors

    @model_validator(mode="after")
    def _name_or_colors(self) -> Self:
        if (self.name is None) == (self.colors is None):
            raise ValueError("Give either the name of a palette or its colors.")
        return self


class Composition(Part):
    """Where things lie, and how full the picture is: 0 almost empty … 1 covered."""

    layout: Name = "centered"
    density: float = Field(default=0.5, ge=0, le=1)


class Size(Part):
    """Pixels of the finished picture; the checkpoint narrows the range."""

    width_px: int = Field(default=512, ge=64, le=4096, multiple_of=8)
    height_px: int = Field(default=512, ge=64, le=4096, multiple_of=8)


class Control(Part):
    """A picture whose lines, depths or poses the new one follows, and how closely."""

    kind: Slug = Field(examples=["canny"], description="What of it is followed.")
    image: Sha256 = Field(description="SHA-256 of an uploaded control image.")
    strength: Strength = 1.0


class Reference(Part):
    """A look to follow: a style embedding or an uploaded picture, and how closely."""

    embedding: EmbeddingName | None = Field(default=None, examples=["desert-look@2"])
    image: Sha256 | None = Field(default=None, description="SHA-256 of an uploaded picture.")
    strength: Strength = 1.0

    @model_validator(mode="after")
    def _embedding_or_image(self) -> Self:
        if (self.embedding is None) == (self.image is None):
            raise ValueError("Give either an embedding or an image.")
        return self


class Tolerances(Part):
    """How far a picture may be from what was asked for: 0 not at all … 1 as far as can be.

    What is left out follows the style.
    """

    palette: Share | None = None
    layout: Share | None = None
    density: Share | None = None
