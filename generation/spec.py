"""The design spec: the typed, versioned JSON document that asks for a series.

Pure: no database, no Django. `parse_spec` turns a document into a `DesignSpec` or raises one
`InvalidInput` that names every fault and its place. What a style or checkpoint can do is checked
later by `generation/compile.py`; how a spec becomes single images is in `generation/sweeps.py`.
"""

import hashlib
import json
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from genart.lib.errors import InvalidInput
from generation.spec_errors import located

SEED_LIMIT = 2**53
"""Seeds stay below this, so that JSON readers that use floats keep them exact."""
RENDER_LIMIT = 400
"""Renders that one spec may ask for, unless the caller says otherwise."""
WEIGHT_TOLERANCE = 1e-3


def _printable(text: str) -> str:
    """Refuse control characters: they have no meaning in a prompt, and NUL cannot be stored."""
    if not text.isprintable():
        raise ValueError("Must not contain line breaks or control characters.")
    return text


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
Word = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
    AfterValidator(_printable),
]
Words = Annotated[list[Word], Field(max_length=8)]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(_printable),
]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_printable)
]
Hex = Annotated[
    str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$"), AfterValidator(lambda text: text.upper())
]


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

    layout: Word = "centered"
    density: float = Field(default=0.5, ge=0, le=1)


class Size(Part):
    """Pixels of the finished picture; the checkpoint narrows the range."""

    width_px: int = Field(default=512, ge=64, le=4096, multiple_of=8)
    height_px: int = Field(default=512, ge=64, le=4096, multiple_of=8)


class DesignSpec(Part):
    """One series: what it shows, what varies over it, how many, from which seed."""

    version: Literal[1]
    title: Title | None = None
    style: Slug = Field(description="Slug of a style.", examples=["boho-arches"])
    subject: Line = Field(examples=["arches over low hills"])
    palette: PaletteChoice
    composition: Composition = Composition()
    mood: Words = []
    avoid: Words = Field(default=[], description="What must not be seen.")
    size: Size = Size()
    vary: dict[str, Annotated[list[Any], Field(min_length=1, max_length=100)]] = Field(
        default={}, description="Axes: a dotted field path and the values it takes in turn."
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
        return vary


VARIABLE = (
    "style", "subject", "palette", "composition", "composition.layout", "composition.density",
    "mood", "avoid", "size", "size.width_px", "size.height_px",
)  # fmt: skip
"""Paths that `vary` accepts."""


@cache
def axis_adapter(path: str) -> TypeAdapter[Any]:
    """Return what validates one value of the axis `path`, a member of `VARIABLE`."""
    model: type[BaseModel] = DesignSpec
    *parents, last = path.split(".")
    for parent in parents:
        model = model.model_fields[parent].annotation  # type: ignore[assignment]
    field = model.model_fields[last]
    kind: Any = Annotated[field.annotation, field] if field.metadata else field.annotation
    return TypeAdapter(kind)


def parse_spec(document: Any, *, limit: int = RENDER_LIMIT) -> DesignSpec:
    """Return the spec that a document holds, with the values of its axes normalised.

    Args:
        document: what `json.loads` gave.
        limit: renders that one spec may ask for.

    Raises:
        InvalidInput: with `details`, every fault as `{"loc": [...], "msg": sentence}`.
    """
    try:
        spec = DesignSpec.model_validate(document)
    except ValidationError as error:
        raise _invalid(located(error)) from None
    faults: list[dict[str, Any]] = []
    if spec.count is not None and spec.count > limit:
        faults.append({"loc": ["count"], "msg": f"Must be at most {limit}."})
    vary = {path: _axis_values(path, values, faults) for path, values in spec.vary.items()}
    if faults:
        raise _invalid(faults)
    return spec.model_copy(update={"vary": vary})


def _axis_values(path: str, values: list[Any], faults: list[dict[str, Any]]) -> list[Any]:
    """Return the normalised values of one axis; add what is wrong with them to `faults`."""
    if path not in VARIABLE:
        faults.append(
            {"loc": ["vary", path], "msg": f"This cannot vary. Choose from {', '.join(VARIABLE)}."}
        )
        return values
    result = []
    for index, value in enumerate(values):
        try:
            parsed = axis_adapter(path).validate_python(value)
        except ValidationError as error:
            faults.extend(located(error, prefix=("vary", path, index)))
            continue
        result.append(as_json(parsed))
    return result


def as_json(value: Any) -> Any:
    """Return a parsed value as plain JSON, without the fields that were left out."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    return value


def canonical_hash(spec: DesignSpec) -> str:
    """Return the SHA-256 of the spec in one spelling: defaults filled in, keys sorted."""
    text = json.dumps(as_json(spec), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def design_spec_schema() -> dict[str, Any]:
    """Return the JSON Schema of a spec, as served at `/api/v1/design-spec.schema.json`."""
    schema = DesignSpec.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "genart design spec, version 1"
    schema["properties"]["vary"]["propertyNames"] = {"enum": list(VARIABLE)}
    schema["$defs"]["PaletteChoice"]["oneOf"] = [
        {"required": ["name"]},
        {"required": ["colors"]},
    ]
    return schema


def _invalid(faults: list[dict[str, Any]]) -> InvalidInput:
    where = ".".join(str(part) for part in faults[0]["loc"])
    return InvalidInput(faults[0]["msg"], where=where, details=faults)
