"""The studio's form for a series: a design spec for people who do not write JSON.

Both tabs of the page end in the same spec and the same verb. A fault of the spec is shown at the
field that caused it, and nothing that was typed is lost.
"""

import json
import uuid
from typing import Any

from django import forms

from genart.lib.errors import GenartError, StateConflict
from generation.compile import layouts_of
from generation.models import Lane, Palette, Render, Style, Tier

SIZES = {
    "512x512": "Square, 512 × 512",
    "512x640": "Portrait, 512 × 640",
    "640x512": "Landscape, 640 × 512",
    "768x768": "Large square, 768 × 768",
    "1024x1024": "Largest square, 1024 × 1024",
}
LAYOUTS = {
    "centered": (12, 12),
    "left": (7, 12),
    "right": (17, 12),
    "high": (12, 7),
    "low": (12, 17),
    "diagonal": (8, 16),
}
"""Where a layout puts the weight, in a square of 24: for the little pictures of the form."""
FIELD_OF = {
    "palette": "palettes",
    "composition.layout": "layouts",
    "composition.density": "density",
}
EXAMPLE = {
    "version": 1,
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


class SpecForm(forms.Form):
    """A series in fields, or as JSON in `spec`."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    title = forms.CharField(
        required=False, max_length=200, help_text="Left empty, the subject is the title."
    )
    style = forms.ChoiceField()
    subject = forms.CharField(
        max_length=300, help_text="What is seen, for example arches over low hills."
    )
    palettes = forms.MultipleChoiceField(help_text="Tick several to vary them over the series.")
    layouts = forms.MultipleChoiceField(help_text="Tick several to vary them over the series.")
    density = forms.FloatField(
        min_value=0,
        max_value=1,
        initial=0.5,
        widget=forms.NumberInput(attrs={"type": "range", "step": "0.05"}),
        help_text="From almost empty to covered.",
    )
    mood = forms.CharField(
        required=False, max_length=300, help_text="Words with commas between: calm, warm."
    )
    avoid = forms.CharField(
        required=False, max_length=300, help_text="What must not be seen, with commas between."
    )
    size = forms.ChoiceField(choices=SIZES.items(), initial="512x512")
    count = forms.IntegerField(
        required=False,
        min_value=1,
        help_text="Left empty, one picture for each combination that you ticked.",
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        help_text="The same seed makes the same series again. Left empty, a new one is drawn.",
    )
    tier = forms.ChoiceField(
        required=False, choices=[("", "As the style says"), *Tier.choices], initial=""
    )
    collection = forms.SlugField(
        required=False, max_length=80, help_text="Where the works are gathered: desert-mornings."
    )
    lane = forms.ChoiceField(required=False, choices=Lane.choices, initial=Lane.STANDARD)
    spec = forms.CharField(required=False, widget=forms.Textarea(attrs={"spellcheck": "false"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.styles = list(
            Style.objects.filter(is_active=True, current_version__isnull=False)
            .select_related("current_version__checkpoint")
            .order_by("name")
        )
        self.palette_rows = list(Palette.objects.all())
        self._offer("style", [(style.slug, style.name) for style in self.styles])
        self._offer("palettes", [(row.slug, row.name) for row in self.palette_rows])
        self._offer("layouts", [(word, word) for word in self.layout_words()])
        self.fields["key"].initial = uuid.uuid4().hex
        self.faults: list[dict[str, Any]] = []

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set what a field can be chosen from."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        field.choices = choices

    @classmethod
    def initial_from(cls, spec: dict[str, Any] | None) -> dict[str, Any]:
        """Return the form's values for a series like another one."""
        if spec is None:
            return {"spec": spec_text(EXAMPLE), "layouts": ["centered"]}
        vary, size = spec.get("vary", {}), spec.get("size", {})
        palettes = vary.get("palette") or [spec["palette"]]
        composition = spec.get("composition", {})
        layouts = vary.get("composition.layout", [composition.get("layout", "centered")])
        return {field: spec.get(field, "") for field in ("title", "style", "subject", "tier")} | {
            "spec": spec_text({key: value for key, value in spec.items() if key != "seed"}),
            "palettes": [choice["name"] for choice in palettes if "name" in choice],
            "layouts": layouts,
            "density": composition.get("density", 0.5),
            "mood": ", ".join(spec.get("mood", [])),
            "avoid": ", ".join(spec.get("avoid", [])),
            "size": f"{size.get('width_px', 512)}x{size.get('height_px', 512)}",
            "count": spec.get("count"),
            "collection": spec.get("collection", ""),
        }

    def layout_words(self) -> list[str]:
        """Return the layouts that any style offers, those that have a little picture first."""
        offered = {word for style in self.styles for word in _layouts(style)}
        return [word for word in LAYOUTS if word in offered] + sorted(offered - set(LAYOUTS))

    # -- to a spec ---------------------------------------------------------------------------

    @property
    def idempotency_key(self) -> str:
        """What makes a form that is sent twice one job."""
        return f"studio/{self.data.get('key') or uuid.uuid4().hex}"

    def spec_from_json(self) -> Any | None:
        """Return the document typed as JSON, or `None` with the fault noted."""
        try:
            return json.loads(self.data.get("spec", ""))
        except ValueError as error:
            self.faults = [{"loc": [], "msg": f"This is not JSON: {error}."}]
            return None

    def spec_from_fields(self) -> dict[str, Any] | None:
        """Return the spec that the fields describe, or `None` with their errors set."""
        del self.fields["spec"]
        if not self.is_valid():
            return None
        values = self.cleaned_data
        width, _x, height = values["size"].partition("x")
        spec: dict[str, Any] = {
            "version": 1,
            "style": values["style"],
            "subject": values["subject"],
            "palette": {"name": values["palettes"][0]},
            "composition": {"layout": values["layouts"][0], "density": values["density"]},
            "mood": _words(values["mood"]),
            "avoid": _words(values["avoid"]),
            "size": {"width_px": int(width), "height_px": int(height)},
            "vary": _axes(values["palettes"], values["layouts"]),
        }
        optional = ("title", "count", "seed", "tier", "collection")
        return spec | {name: values[name] for name in optional if values[name] not in ("", None)}

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
            field = self._field_at([str(part) for part in fault["loc"]])
            if field:
                if fault["msg"] not in self.errors.get(field, []):
                    self.add_error(field, fault["msg"])
            else:
                left.append(fault)
        self.faults = left

    def _field_at(self, place: list[str]) -> str | None:
        """Return the field that a place of the spec comes from."""
        if place[:1] == ["vary"]:
            place = [*place[1:2]]
        for length in (2, 1):
            path = ".".join(place[:length])
            name = FIELD_OF.get(path, path)
            if name in self.fields:
                return name
        return None

    # -- for the template --------------------------------------------------------------------

    def style_cards(self) -> list[dict[str, Any]]:
        """Return the styles with a picture of each that was made of late, if any."""
        chosen = self["style"].value()
        newest = (
            Render.objects.filter(state=Render.State.RENDERED, style_version__style__in=self.styles)
            .order_by("style_version__style", "-finished_at")
            .distinct("style_version__style")
        )
        pictures = dict(newest.values_list("style_version__style", "pk"))
        return [
            {
                "style": style,
                "chosen": style.slug == chosen,
                "picture": pictures.get(style.pk),
                "layouts": _layouts(style),
            }
            for style in self.styles
        ]

    def palette_cards(self) -> list[dict[str, Any]]:
        """Return the palettes with whether they are ticked."""
        chosen = set(self["palettes"].value() or [])
        return [{"palette": row, "chosen": row.slug in chosen} for row in self.palette_rows]

    def layout_cards(self) -> list[dict[str, Any]]:
        """Return the layouts with whether they are ticked and the dot of their little picture."""
        chosen = set(self["layouts"].value() or [])
        return [
            {"word": word, "chosen": word in chosen, "dot": LAYOUTS.get(word)}
            for word in self.layout_words()
        ]


def _layouts(style: Style) -> list[str]:
    """Return the layouts of a style's present version."""
    return layouts_of(style.current_version) if style.current_version else []


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _axes(palettes: list[str], layouts: list[str]) -> dict[str, list[Any]]:
    """Return the axes of everything that was ticked more than once."""
    axes: dict[str, list[Any]] = {}
    if len(palettes) > 1:
        axes["palette"] = [{"name": name} for name in palettes]
    if len(layouts) > 1:
        axes["composition.layout"] = layouts
    return axes
