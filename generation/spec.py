"""The design spec: the typed, versioned JSON document that asks for a series.

Pure: no database, no Django. `parse_spec` turns a document of any version into a `DesignSpec` or
raises one `InvalidInput` that names every fault and its place. What a style or checkpoint can do is
checked later by `generation/compile.py`; how a spec becomes single images is in
`generation/sweeps.py`. Every field is described in `docs/design-spec.md`.
"""

import hashlib
import json
from typing import Any

from pydantic import ValidationError

from generation import spec_versions
from generation.spec_axes import VARIABLE, as_json, axis_adapter, axis_faults, axis_values
from generation.spec_document import SEED_LIMIT, DesignSpec
from generation.spec_errors import located, refusal

__all__ = [
    "RENDER_LIMIT",
    "SEED_LIMIT",
    "VARIABLE",
    "DesignSpec",
    "as_json",
    "axis_adapter",
    "canonical_hash",
    "design_spec_schema",
    "parse_spec",
]

RENDER_LIMIT = 400
"""Renders that one spec may ask for, unless the caller says otherwise."""


def parse_spec(document: Any, *, limit: int = RENDER_LIMIT) -> DesignSpec:
    """Return the spec that a document of any version holds, with the values of its axes normalised.

    Args:
        document: what `json.loads` gave.
        limit: renders that one spec may ask for.

    Raises:
        InvalidInput: with `details`, every fault as `{"loc": [...], "msg": sentence}`.
    """
    faults = spec_versions.faults(document)
    if any(fault["loc"] == ["version"] for fault in faults):
        raise refusal(faults)
    try:
        spec = DesignSpec.model_validate(spec_versions.migrated(document))
    except ValidationError as error:
        raise refusal(faults + located(error)) from None
    if spec.count is not None and spec.count > limit:
        faults.append({"loc": ["count"], "msg": f"Must be at most {limit}."})
    allowed, vary = spec_versions.axes_of(document, VARIABLE), {}
    for path, values in spec.vary.items():
        vary[path], found = axis_values(path, values, allowed)
        faults.extend(found)
    faults.extend(axis_faults(spec) if not faults else [])
    if faults:
        raise refusal(faults)
    return spec.model_copy(update={"vary": vary})


def canonical_hash(spec: DesignSpec) -> str:
    """Return the SHA-256 of the spec in one spelling: defaults filled in, keys sorted.

    Written in the oldest version that can say it, so that a document and its migration have one.
    """
    spelling = spec_versions.oldest(as_json(spec))
    text = json.dumps(spelling, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def design_spec_schema() -> dict[str, Any]:
    """Return the JSON Schema of a spec, as served at `/api/v1/design-spec.schema.json`."""
    schema = DesignSpec.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "genart design spec, version 2"
    schema["properties"]["vary"]["propertyNames"] = {"enum": list(VARIABLE)}
    for part, alternatives in (("PaletteChoice", "name colors"), ("Reference", "embedding image")):
        schema["$defs"][part]["oneOf"] = [{"required": [key]} for key in alternatives.split()]
    return schema
