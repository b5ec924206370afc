"""The fields of the studio's form, and those that hold several values in one."""

import json
from typing import Any

from django import forms

from generation.models import Lane, StyleVersion, Tier
from generation.spec_fields import OWN_COLORS

SIZES = {
    "512x512": "Square, 512 × 512",
    "512x640": "Portrait, 512 × 640",
    "640x512": "Landscape, 640 × 512",
    "768x768": "Large square, 768 × 768",
    "1024x1024": "Largest square, 1024 × 1024",
}
SAMPLINGS = {
    "all": ("All", "Every combination, in order."),
    "pairwise": ("Pairs", "As few as let every two values meet once."),
    "sobol": ("Spread", "Even over all axes, for a count you choose."),
    "random": ("Chance", "Drawn, none twice before all were drawn."),
}
TOGETHER = {
    "palettes": "Palettes",
    "subject": "Subjects",
    "layouts": "Layouts",
    "mood": "Moods",
    "densities": "Densities",
}


def offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    """Set what a field of a form can be chosen from."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared below)
    field.choices = choices


class LayoutsField(forms.MultipleChoiceField):
    """Layouts by their words; which of them a style has is said by the spec's check."""

    def valid_value(self, value: str) -> bool:
        """Accept any word: one that the style lacks gets a better answer later."""
        return bool(value.strip()) and value.isprintable() and len(value) <= 40


class DensitiesWidget(forms.Widget):
    """A slider, and a line for more values."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return the slider's value and those of the line, as text."""
        more = str(data.get("density_more", "")).replace(";", ",").split(",")
        first = str(data.get("density", "")).strip() or "0.5"
        return [first, *(text.strip() for text in more if text.strip())]


class DensitiesField(forms.Field):
    """One density or several, each from 0 to 1."""

    widget = DensitiesWidget

    def to_python(self, value: Any) -> list[float]:
        """Return the numbers; whether they fit is said by the spec's check."""
        try:
            return [float(text) for text in value or [0.5]]
        except ValueError:
            raise forms.ValidationError("Write numbers from 0 to 1, with commas between.") from None


class OwnColorsWidget(forms.Widget):
    """Rows of a colour and its share in percent."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]]:
        """Return the rows that have a share."""
        rows = [
            (str(data.get(f"own_hex_{at}", "")), str(data.get(f"own_share_{at}", "")).strip())
            for at in range(OWN_COLORS)
        ]
        return [row for row in rows if row[1]]


class OwnColorsField(forms.Field):
    """Colours of one's own; their shares are brought to a sum of 1."""

    widget = OwnColorsWidget

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        """Return colours and weights; shares of any sum are proportions."""
        try:
            shares = [(code, float(share)) for code, share in value or []]
        except ValueError:
            raise forms.ValidationError("Write each share as a number.") from None
        if any(not 0 < share < 1e6 for _code, share in shares):
            raise forms.ValidationError("Each share must be more than 0.")
        if len(shares) == 1:
            raise forms.ValidationError("Give a share to at least two colours.")
        total = sum(share for _code, share in shares)
        return [{"hex": code, "weight": round(share / total, 6)} for code, share in shares]


class RestField(forms.Field):
    """What a spec says beyond the fields, as JSON that comes and goes with the form."""

    widget = forms.HiddenInput

    def prepare_value(self, value: Any) -> Any:
        """Return it as the page carries it."""
        return json.dumps(value) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> dict[str, Any]:
        """Return it as it was; anything else is nothing."""
        try:
            rest = json.loads(value or "{}")
        except (ValueError, RecursionError):
            return {}
        allowed = isinstance(rest, dict) and set(rest) <= {"vary", "zip", "mood", "avoid"}
        is_whole = allowed and isinstance(rest.get("vary", {}), dict)
        groups = rest.get("zip", []) if is_whole else None
        texts = isinstance(groups, list) and all(
            isinstance(group, list) and all(isinstance(path, str) for path in group)
            for group in groups
        )
        return rest if texts else {}


def _number(**more: Any) -> forms.FloatField:
    return forms.FloatField(required=False, **more)


class SpecFields(forms.Form):
    """What the form asks for; `forms.SpecForm` fills in the choices."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    rest = RestField(required=False)
    title = forms.CharField(
        required=False, max_length=200, help_text="Left empty, the subject is the title."
    )
    style = forms.ChoiceField()
    subject = forms.CharField(
        max_length=4000,
        label="What is seen",
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "arches over low hills"}),
        help_text="One line is one subject; several lines are varied.",
    )
    palettes = forms.MultipleChoiceField(required=False)
    own_colors = OwnColorsField(required=False)
    layouts = LayoutsField()
    densities = DensitiesField()
    mood = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "calm, warm"}),
        help_text="Words with commas between; several lines are varied.",
    )
    avoid = forms.CharField(
        required=False, max_length=300, help_text="What must not be seen, with commas between."
    )
    size = forms.ChoiceField(choices=SIZES.items(), initial="512x512")
    sampling = forms.ChoiceField(
        required=False,
        choices=[(name, title) for name, (title, _text) in SAMPLINGS.items()],
        initial="all",
    )
    together = forms.MultipleChoiceField(required=False, choices=TOGETHER.items())
    count = forms.IntegerField(
        required=False,
        min_value=1,
        label="How many",
        help_text="Left empty, as many as the choice above makes.",
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        help_text="The same seed makes the same series again. Left empty, a new one is drawn.",
    )
    seed_policy = forms.ChoiceField(
        required=False,
        choices=[("", "As the style says"), *StyleVersion.SeedPolicy.choices],
        help_text="Linked shows one drawing in several palettes.",
    )
    tier = forms.ChoiceField(
        required=False, choices=[("", "As the style says"), *Tier.choices], initial=""
    )
    collection = forms.SlugField(
        required=False, max_length=80, help_text="Where the works are gathered: desert-mornings."
    )
    lane = forms.ChoiceField(required=False, choices=Lane.choices, initial=Lane.STANDARD)
    priority = forms.IntegerField(
        required=False, min_value=-10, max_value=10, help_text="-10 to 10; higher comes first."
    )
    budget = forms.DecimalField(
        required=False,
        min_value=0,
        max_value=10**7,
        decimal_places=2,
        help_text="What other people's compute may cost; empty: no limit.",
    )
    tolerance_palette = _number(min_value=0, max_value=1, label="Palette")
    tolerance_layout = _number(min_value=0, max_value=1, label="Layout")
    tolerance_density = _number(min_value=0, max_value=1, label="Density")
    reseeds = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=20,
        label="Fresh tries",
        help_text="How often a picture out of tolerance is made anew.",
    )
    control_image = forms.ChoiceField(required=False, label="Control image")
    control_kind = forms.CharField(
        required=False, max_length=40, label="What of it", help_text="For example canny or depth."
    )
    control_strength = _number(min_value=0, max_value=2, initial=1, label="How closely")
    reference = forms.ChoiceField(required=False, label="Look")
    reference_strength = _number(min_value=0, max_value=2, initial=1, label="How closely")
    spec = forms.CharField(required=False, widget=forms.Textarea(attrs={"spellcheck": "false"}))
