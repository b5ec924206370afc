"""The studio's form for a series: a design spec for people who do not write JSON.

Both tabs of the page end in the same spec and the same verb. A fault of the spec is shown at the
field that caused it, and nothing that was typed is lost. Between fields and document stands
`generation/spec_fields.py`; what the page draws is in `generation/form_cards.py`.
"""

import json
import uuid
from typing import Any

from django import forms

from genart.lib.errors import GenartError, InvalidInput, StateConflict
from generation.form_fields import (
    SpecFields,
    offer,
)
from generation.models import ControlImage, Palette, Style, StyleEmbedding, WordList
from generation.spec_faults import layouts_of
from generation.spec_fields import AXES, document_of, values_of

FIELD_OF = {path: name for name, path in AXES.items()} | {
    "composition": "densities",
    "budget_cents": "budget",
    "zip": "together",
    "control": "control_image",
    "tolerances": "tolerance_palette",
}
"""Place in a spec → the field that it comes from, where the name is another."""
EXAMPLE = {
    "version": 2,
    "style": "boho-arches",
    "subject": "arches over low hills",
    "palette": {"name": "terracotta"},
    "composition": {"layout": "centered", "density": 0.4},
    "vary": {"palette": [{"name": "terracotta"}, {"name": "sage"}]},
    "count": 4,
}


def spec_text(spec: Any) -> str:
    """Return a spec as people read it."""
    return json.dumps(spec, indent=2, ensure_ascii=False)


class SpecForm(SpecFields):
    """A series in fields, or as JSON in `spec`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.styles = list(
            Style.objects.filter(is_active=True, current_version__isnull=False)
            .select_related("current_version__checkpoint")
            .order_by("name")
        )
        self.palette_rows = list(Palette.objects.all())
        self.word_lists = list(WordList.objects.all())
        images = [(row.sha256, row.name) for row in ControlImage.objects.all()]
        looks = [
            (f"embedding:{row.slug}@{row.version}", str(row))
            for row in StyleEmbedding.objects.defer("vector", "works")
        ]
        looks += [(f"image:{digest}", name) for digest, name in images]
        offer(self, "style", [(style.slug, style.name) for style in self.styles])
        offer(self, "palettes", [(row.slug, row.name) for row in self.palette_rows])
        offer(self, "control_image", [("", "None"), *images])
        offer(self, "reference", [("", "None, or the style's own"), *looks])
        self.fields["key"].initial = uuid.uuid4().hex
        self.faults: list[dict[str, Any]] = []

    @classmethod
    def initial_from(cls, document: Any | None) -> dict[str, Any]:
        """Return the form's values for a series like another one, without its seed."""
        if document is None:
            return {"spec": spec_text(EXAMPLE), "layouts": ["centered"], "densities": [0.5]}
        document = {key: value for key, value in document.items() if key != "seed"}
        try:
            return values_of(document) | {"spec": spec_text(document)}
        except InvalidInput:
            return {"spec": spec_text(document)}

    # -- to a spec ---------------------------------------------------------------------------

    @property
    def idempotency_key(self) -> str:
        """What makes a form that is sent twice one job."""
        return f"studio/{self.data.get('key') or uuid.uuid4().hex}"

    def spec_from_json(self) -> Any | None:
        """Return the document typed as JSON, or `None` with the fault noted."""
        try:
            return json.loads(self.data.get("spec", ""))
        except (ValueError, RecursionError) as error:
            self.faults = [{"loc": [], "msg": f"This is not JSON: {error}."}]
            return None

    def spec_from_fields(self) -> dict[str, Any] | None:
        """Return the spec that the fields describe, or `None` with their errors set."""
        self.fields.pop("spec", None)
        return document_of(self.cleaned_data) if self.is_valid() else None

    def clean(self) -> dict[str, Any]:
        """Ask for at least one palette or colours of one's own."""
        values = super().clean() or self.cleaned_data
        named, own = values.get("palettes"), values.get("own_colors")
        if not named and not own and not {"own_colors", "palettes"} & set(self.errors):
            missing = forms.ValidationError("This field is required.", code="required")
            self.add_error("palettes", missing)
        return values

    def place(self, error: GenartError, *, as_json: bool) -> None:
        """Show an error of the verb where it belongs."""
        if isinstance(error, StateConflict):
            data: Any = self.data
            self.data = data.copy()
            self.data["key"] = uuid.uuid4().hex  # type: ignore[index]
            text = "This form was sent before. Send it again to commission the changed series."
            self.faults = [{"loc": [], "msg": text}]
            return
        self.faults = error.as_dict()["detail"]
        if as_json:
            return
        left = []
        for fault in self.faults:
            name = self.field_at([str(part) for part in fault["loc"]])
            if name is None:
                left.append(fault)
            elif fault["msg"] not in self.errors.get(name, []):
                self.add_error(name, fault["msg"])
        self.faults = left

    def spare(self) -> list[str]:
        """Forget the faults of fields that are not filled in yet; return their labels."""
        data = self.errors.as_data()
        empty = [name for name, found in data.items() if any(e.code == "required" for e in found)]
        for name in empty:
            del self.errors[name]
        return [str(self[name].label).lower() for name in empty]

    def field_at(self, place: list[str]) -> str | None:
        """Return the field that a place of the spec comes from."""
        if place[:1] == ["vary"]:
            place = ".".join(place[1:2]).split(".")
        if place[:2] == ["palette", "colors"]:
            return "own_colors"
        if place[:1] == ["tolerances"] and place[1:]:
            return f"tolerance_{place[1]}"
        for length in (2, 1):
            path = ".".join(place[:length])
            name = FIELD_OF.get(path, path)
            if name in self.fields:
                return name
        return None

    def layout_words(self) -> list[str]:
        """Return the layouts that any style offers, in the order in which styles do."""
        offered: dict[str, None] = {}
        for style in self.styles:
            offered.update(dict.fromkeys(layouts_of_style(style)))
        return list(offered)


def layouts_of_style(style: Style) -> list[str]:
    """Return the layouts of a style's present version."""
    return layouts_of(style.current_version) if style.current_version else []
