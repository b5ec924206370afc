"""What the form for a series draws: styles, palettes, layouts, samplings, and its outlook."""

from typing import Any

from genart.lib.errors import GenartError, InvalidInput
from generation.form_fields import SAMPLINGS, TOGETHER, RestField
from generation.forms import SpecForm, layouts_of_style
from generation.layout_drawings import drawing
from generation.models import Render, Style
from generation.outlook import Outlook, outlook_of
from generation.spec_fields import OWN_COLORS
from generation.style_drawings import style_drawing

SHOWN = 6
"""Resolved prompts beside the form."""
STRIPS = 4
"""Palettes beside one prompt."""
FRESH_COLORS = ("#F6EADB", "#C8553D", "#E9A178", "#F2CC8F", "#2F5A8C", "#8FA57C", "#5B4A86",
                "#34423A")  # fmt: skip
"""What the rows for own colours start from; without a share they are not used."""


def cards(form: SpecForm) -> dict[str, Any]:
    """Return everything that the form's template draws."""
    return {
        "style_cards": style_cards(form),
        "palette_cards": palette_cards(form),
        "layout_cards": layout_cards(form),
        "own_rows": own_rows(form),
        "density": _first(form["densities"].value(), "0.5"),
        "density_more": ", ".join(str(value) for value in (form["densities"].value() or [])[1:]),
        "sampling_cards": [
            {"value": value, "title": title, "text": text, "chosen": value == _sampling(form)}
            for value, (title, text) in SAMPLINGS.items()
        ],
        "together_cards": [
            {"value": value, "title": title, "chosen": value in (form["together"].value() or [])}
            for value, title in TOGETHER.items()
        ],
        "rest_paths": sorted(_rest(form).get("vary", {})) or sorted(_rest(form)),
    }


def style_cards(form: SpecForm) -> list[dict[str, Any]]:
    """Return the styles with a picture of each that was made of late, if any."""
    chosen = form["style"].value()
    newest = (
        Render.objects.filter(state=Render.State.RENDERED, style_version__style__in=form.styles)
        .order_by("style_version__style", "-finished_at")
        .distinct("style_version__style")
    )
    pictures = dict(newest.values_list("style_version__style", "pk"))
    return [
        {
            "style": style,
            "chosen": style.slug == chosen,
            "picture": pictures.get(style.pk),
            "paths": style_drawing(_motif(style)),
            "layouts": layouts_of_style(style),
        }
        for style in form.styles
    ]


def _motif(style: Style) -> str:
    """Return what a style's drawing is of."""
    version = style.current_version
    return (version.motif if version else "") or style.slug


def palette_cards(form: SpecForm) -> list[dict[str, Any]]:
    """Return the palettes with whether they are ticked."""
    chosen = set(form["palettes"].value() or [])
    return [{"palette": row, "chosen": row.slug in chosen} for row in form.palette_rows]


def layout_cards(form: SpecForm) -> list[dict[str, Any]]:
    """Return the layouts with whether they are ticked and their drawings."""
    chosen = list(form["layouts"].value() or [])
    words = list(dict.fromkeys([*form.layout_words(), *chosen]))
    return [{"word": word, "chosen": word in chosen, "shapes": drawing(word)} for word in words]


def own_rows(form: SpecForm) -> list[dict[str, Any]]:
    """Return the rows for own colours: hex code, and share in percent where it is used."""
    rows = [_row(value) for value in form["own_colors"].value() or []]
    fresh = [{"hex": code, "share": ""} for code in FRESH_COLORS[len(rows) :]]
    return [row | {"at": at} for at, row in enumerate((rows + fresh)[:OWN_COLORS])]


def _row(value: Any) -> dict[str, Any]:
    """Return a row of what was typed, or of a spec's colour."""
    if isinstance(value, dict):
        return {"hex": value["hex"], "share": f"{100 * value['weight']:g}"}
    return {"hex": value[0], "share": value[1]}


def _first(values: Any, otherwise: str) -> Any:
    return values[0] if values else otherwise


def _sampling(form: SpecForm) -> str:
    return str(form["sampling"].value() or "all")


def _rest(form: SpecForm) -> dict[str, Any]:
    field = form.fields["rest"]
    assert isinstance(field, RestField)  # noqa: S101  (declared so)
    value = form["rest"].value()
    return value if isinstance(value, dict) else field.to_python(value)


def outlook_card(form: SpecForm, spec: Any, *, lane: str, as_json: bool) -> dict[str, Any]:
    """Return the outlook of a form's spec for its template; faults are put at their fields."""
    if spec is None:
        return {"outlook": None}
    try:
        outlook = outlook_of(spec, lane=lane)
    except InvalidInput as error:
        form.place(error, as_json=as_json)
        return {"outlook": None}
    except GenartError as error:
        return {"outlook": None, "faults": error.as_dict()["detail"]}
    return {"outlook": outlook} | facts_of(outlook)


def facts_of(outlook: Outlook) -> dict[str, Any]:
    """Return what a template says of an outlook."""
    count, said = len(outlook.renders), _prompts(outlook.renders)
    pairwise = outlook.pairwise
    saves = outlook.combinations - pairwise if pairwise else 0
    is_pairwise = outlook.spec.sampling == "pairwise"
    return {
        "count": count,
        "axes": [(_axis_name(axis), axis.size) for axis in outlook.axes],
        "saves": saves if pairwise and not is_pairwise and saves > 0 else 0,
        "pairwise": pairwise,
        "estimate": outlook.estimate,
        "cents": None if outlook.estimate.cents is None else round(outlook.estimate.cents),
        "warnings": outlook.warnings,
        "shown": said[:SHOWN],
        "more": max(len(said) - SHOWN, 0),
    }


def _prompts(renders: list[Render]) -> list[dict[str, Any]]:
    """Return each prompt once, with how often it is said and in which colours."""
    found: dict[str, dict[str, Any]] = {}
    for render in renders:
        entry = found.setdefault(render.prompt, {"prompt": render.prompt, "times": 0, "colors": []})
        entry["times"] += 1
        if render.slots not in entry["colors"] and len(entry["colors"]) < STRIPS:
            entry["colors"].append(render.slots)
    return list(found.values())


def _axis_name(axis: Any) -> str:
    """Return an axis as people say it."""
    names = {
        "palette": "palettes",
        "palette.name": "palettes",
        "palette.colors": "palettes",
        "composition.layout": "layouts",
        "composition.density": "densities",
        "subject": "subjects",
        "mood": "moods",
        "style": "styles",
        "seed": "seeds",
        "size": "sizes",
    }
    if axis.words:
        return f"words of {axis.words}"
    return " with ".join(names.get(path, path) for path in axis.paths)
