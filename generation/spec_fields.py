"""Between the studio's form and the document: what fields hold, as a spec, and back. Pure.

Nothing is lost on the way: what the fields have no place for stays in `rest` and is put back.
"""

from collections.abc import Mapping
from typing import Any

from generation.spec import DesignSpec, as_json, parse_spec
from generation.spec_versions import NEWEST

OWN_COLORS = 8
"""Rows for colours of one's own."""
AXES = {
    "palettes": "palette",
    "layouts": "composition.layout",
    "subject": "subject",
    "mood": "mood",
    "densities": "composition.density",
}
"""Field → the axis it makes as soon as it holds more than one value."""
FIELDS = {path: name for name, path in AXES.items()} | {"palette.name": "palettes"}
"""Axis → the field that makes it."""
PLAIN = ("title", "count", "seed", "seed_policy", "tier", "collection", "priority", "reseeds")
"""Fields that are fields of the spec."""
TOLERANCES = ("palette", "layout", "density")


def document_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the spec that the cleaned values of the form describe."""
    palettes = [{"name": name} for name in values["palettes"]]
    palettes += [{"colors": values["own_colors"]}] if values["own_colors"] else []
    taken = {
        "palettes": palettes,
        "layouts": values["layouts"],
        "subject": lines(values["subject"]),
        "mood": [words(line) for line in lines(values["mood"])] or [[]],
        "densities": values["densities"],
    }
    width, _x, height = values["size"].partition("x")
    document: dict[str, Any] = {
        "version": NEWEST,
        "style": values["style"],
        "subject": taken["subject"][0],
        "palette": palettes[0],
        "composition": {"layout": taken["layouts"][0], "density": taken["densities"][0]},
        "mood": taken["mood"][0],
        "avoid": words(values["avoid"]),
        "size": {"width_px": int(width), "height_px": int(height)},
        "vary": {AXES[name]: found for name, found in taken.items() if len(found) > 1},
        "zip": [],
        "sampling": values["sampling"] or "all",
    }
    together = [AXES[name] for name in values["together"] if AXES[name] in document["vary"]]
    document["zip"] = [together] if len(together) > 1 else []
    return _with_rest(document | _optional(values), values.get("rest") or {})


def _optional(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may be left out."""
    found = {name: values[name] for name in PLAIN}
    found["tolerances"] = {
        name: values[f"tolerance_{name}"]
        for name in TOLERANCES
        if values[f"tolerance_{name}"] is not None
    }
    if values["budget"] is not None:
        found["budget_cents"] = round(values["budget"] * 100)
    if values["control_image"]:
        found["control"] = {
            "kind": values["control_kind"],
            "image": values["control_image"],
            "strength": _or_one(values["control_strength"]),
        }
    kind, _colon, name = values["reference"].partition(":")
    if name:
        found["reference"] = {kind: name, "strength": _or_one(values["reference_strength"])}
    return {name: value for name, value in found.items() if value not in ("", None, {})}


def _or_one(strength: float | None) -> float:
    return 1.0 if strength is None else strength


def _with_rest(document: dict[str, Any], rest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with what the fields had no place for; that goes before them."""
    vary = document["vary"] | rest.get("vary", {})
    others = [group for group in rest.get("zip", []) if set(group) <= set(vary)]
    taken = {path for group in others for path in group}
    groups = others + [group for group in document["zip"] if not taken & set(group)]
    return document | dict(rest) | {"vary": vary, "zip": groups}


def values_of(document: Any) -> dict[str, Any]:
    """Return the values of the form for a document of any version.

    Raises:
        InvalidInput: it is no valid spec.
    """
    spec = parse_spec(document)
    vary = spec.vary
    palettes, own, is_held = _palettes(spec)
    held = _held(spec, is_held)
    simple = {name: getattr(spec, name) for name in PLAIN}
    values = {name: "" if value is None else value for name, value in simple.items()}
    size, tolerances = spec.size, spec.tolerances
    values |= {
        "style": spec.style,
        "subject": "\n".join(vary.get("subject", [spec.subject])),
        "palettes": palettes,
        "own_colors": own,
        "layouts": vary.get("composition.layout", [spec.composition.layout]),
        "densities": vary.get("composition.density", [spec.composition.density]),
        "mood": "\n".join(", ".join(mood) for mood in vary.get("mood", [spec.mood])),
        "avoid": ", ".join(spec.avoid),
        "size": f"{size.width_px}x{size.height_px}",
        "sampling": spec.sampling,
        "together": [FIELDS[path] for path in _shown_group(spec, held)],
        "budget": "" if spec.budget_cents is None else spec.budget_cents / 100,
    }
    for name in TOLERANCES:
        values[f"tolerance_{name}"] = getattr(tolerances, name) if tolerances else None
    return values | _followed(spec) | {"rest": _rest(spec, held)}


def _is_listed(said: list[str]) -> bool:
    """Return whether words can be written with commas between."""
    return words(", ".join(said)) == said


def _palettes(spec: DesignSpec) -> tuple[list[str], list[dict[str, Any]], bool]:
    """Return named palettes, colours of one's own, and whether that is all of them."""
    choices = spec.vary.get("palette") or [as_json(spec.palette)]
    if "palette.name" in spec.vary:
        choices = [{"name": name} for name in spec.vary["palette.name"]]
    named = [choice["name"] for choice in choices if choice.get("name")]
    own = [choice["colors"] for choice in choices if choice.get("colors")]
    in_order = [choice for choice in choices if choice.get("name")] == choices[: len(named)]
    is_held = len(own) <= 1 and in_order and len(set(named)) == len(named)
    return named, own[0] if own else [], is_held


def _held(spec: DesignSpec, palettes_are_held: bool) -> set[str]:
    """Return the axes of a spec that the fields can hold."""
    held = {*AXES.values(), "palette.name"}
    if not palettes_are_held:
        held -= {"palette", "palette.name"}
    if not all(mood and _is_listed(mood) for mood in spec.vary.get("mood", [])):
        held -= {"mood"}
    return held


def _shown_group(spec: DesignSpec, held: set[str]) -> list[str]:
    """Return the one group of axes varying together that the form shows."""
    return next((group for group in spec.zip if set(group) <= held), [])


def _followed(spec: DesignSpec) -> dict[str, Any]:
    """Return the values of the fields for pictures to follow."""
    control, reference = spec.control, spec.reference
    name = ""
    if reference:
        kind = "embedding" if reference.embedding else "image"
        name = f"{kind}:{reference.embedding or reference.image}"
    return {
        "control_image": control.image if control else "",
        "control_kind": control.kind if control else "",
        "control_strength": control.strength if control else 1.0,
        "reference": name,
        "reference_strength": reference.strength if reference else 1.0,
    }


def _rest(spec: DesignSpec, held: set[str]) -> dict[str, Any]:
    """Return what of a spec the form has no place for."""
    said = {"mood": spec.mood, "avoid": spec.avoid}
    rest: dict[str, Any] = {name: list(ws) for name, ws in said.items() if not _is_listed(ws)}
    vary = {path: values for path, values in spec.vary.items() if path not in held}
    shown = _shown_group(spec, held)
    groups = [
        ["palette" if path == "palette.name" and path in held else path for path in group]
        for group in spec.zip
        if group != shown
    ]
    return rest | {name: value for name, value in (("vary", vary), ("zip", groups)) if value}


def lines(text: str) -> list[str]:
    """Return the lines of a text that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def words(text: str) -> list[str]:
    """Return words that have commas between."""
    return [word.strip() for word in text.split(",") if word.strip()]
