"""Axes of a design spec: which fields may vary, and what their values must be. Pure."""

import types
from collections import Counter
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from generation.spec_document import ALTERNATIVES, DesignSpec
from generation.spec_errors import located

VARIABLE = (
    "style", "subject", "palette", "palette.name", "palette.colors", "composition",
    "composition.layout", "composition.density", "mood", "avoid", "size", "size.width_px",
    "size.height_px", "seed", "control", "control.kind", "control.image", "control.strength",
    "reference", "reference.embedding", "reference.image", "reference.strength",
)  # fmt: skip
"""Paths that `vary` accepts. Tier, budget and priority are of a whole series."""


@cache
def axis_adapter(path: str) -> TypeAdapter[Any]:
    """Return what validates one value of the axis `path`, a member of `VARIABLE`."""
    model: Any = DesignSpec
    *parents, last = path.split(".")
    for parent in parents:
        model = _given(model.model_fields[parent].annotation)
    field = model.model_fields[last]
    kind = _given(field.annotation)
    return TypeAdapter(Annotated[kind, field] if field.metadata else kind)


def _given(annotation: Any) -> Any:
    """Return a type without its `None`: an axis gives a value, it does not leave one out."""
    if get_origin(annotation) in (Union, types.UnionType):
        [kind] = [kind for kind in get_args(annotation) if kind is not type(None)]
        return kind
    return annotation


def as_json(value: Any) -> Any:
    """Return a parsed value as plain JSON, without the fields that were left out."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, list):
        return [as_json(part) for part in value]
    return value


def axis_values(
    path: str, values: list[Any], allowed: tuple[str, ...]
) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return the normalised values of one axis, and what is wrong with them."""
    if path not in allowed:
        sentence = f"This cannot vary. Choose from {', '.join(allowed)}."
        if path in VARIABLE:
            sentence = 'This cannot vary in version 1: write "version": 2.'
        return values, [{"loc": ["vary", path], "msg": sentence}]
    result, faults = [], []
    for index, value in enumerate(values):
        try:
            result.append(as_json(axis_adapter(path).validate_python(value)))
        except ValidationError as error:
            faults.extend(located(error, prefix=("vary", path, index)))
    return result, faults


def axis_faults(spec: DesignSpec) -> list[dict[str, Any]]:
    """Return what is wrong with the axes of a spec among each other."""
    return [*_headless(spec), *_zip_faults(spec)]


def _headless(spec: DesignSpec) -> list[dict[str, Any]]:
    """Return axes over parts of what the spec does not have."""
    return [
        {
            "loc": ["vary", path],
            "msg": f"There is no {head} of which this could vary: give {head}, or vary it whole.",
        }
        for path in spec.vary
        if (head := path.partition(".")[0]) != path and getattr(spec, head) is None
    ]


def _zip_faults(spec: DesignSpec) -> list[dict[str, Any]]:
    """Return groups that name what does not vary, an axis twice, or axes of unequal length."""
    faults: list[dict[str, Any]] = []
    times = Counter(path for group in spec.zip for path in group)
    for at, group in enumerate(spec.zip):
        for number, path in enumerate(group):
            if path not in spec.vary:
                text = "This does not vary: give it values in vary, or take it out of zip."
                faults.append({"loc": ["zip", at, number], "msg": text})
            elif times[path] > 1:
                text = f"{path} may be in one group only, and there once."
                faults.append({"loc": ["zip", at, number], "msg": text})
        sizes = {path: len(spec.vary[path]) for path in group if path in spec.vary}
        if len(set(sizes.values())) > 1:
            said = ", ".join(f"{path} has {size}" for path, size in sizes.items())
            text = f"Axes that vary together must have equally many values; {said}."
            faults.append({"loc": ["zip", at], "msg": text})
    return faults


def with_value(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a document with the value of an axis in place."""
    head, _dot, tail = path.partition(".")
    if not tail:
        return document | {head: value}
    replaced = {other for pair in ALTERNATIVES if path in pair for other in pair if other != path}
    kept = {key: part for key, part in document[head].items() if f"{head}.{key}" not in replaced}
    return document | {head: kept | {tail: value}}
