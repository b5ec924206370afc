"""The form of a style: the row and the content of its present version in one."""

from collections.abc import Iterable
from typing import Any

from django import forms

from generation.dialects import PLACEHOLDERS, unknown_placeholders
from generation.house import FAMILIES
from generation.lines import fits
from generation.models import Adapter, Palette, Style, StyleEmbedding, StyleVersion
from generation.styles import CONTENT

ADAPTER_SLOTS = 3
TOLERANCES = {
    "palette": "How far the colours may be from those asked for.",
    "layout": "How far the weight may lie from where it was asked for.",
    "density": "How much fuller or emptier than asked for.",
}
CORRIDOR = {
    "least": "Pictures less like the rest of their series are made anew.",
    "most": "Pictures more like another of their series are made anew.",
}
PLAIN = [name for name in CONTENT if name not in ("tolerances", "corridor")]
"""Content that has a field of its own name."""


def version_field(name: str, **options: Any) -> forms.Field:
    """Return the form field of a field of `StyleVersion`."""
    column: Any = StyleVersion._meta.get_field(name)
    return column.formfield(**options)


class StyleForm(forms.ModelForm):
    """A style with the content of its present version."""

    checkpoint = version_field("checkpoint")
    motif = forms.ChoiceField(
        required=False,
        choices=[("", "None"), *((slug, family.name) for slug, family in FAMILIES.items())],
        help_text="House model only: the family of pictures that it draws.",
    )
    prompt_template = version_field("prompt_template", initial="{subject}, {layout}, {mood}")
    negative_prompt = version_field("negative_prompt")
    layouts = forms.CharField(
        required=False,
        help_text="What may be asked for, with commas between; empty: all of the checkpoint's.",
    )
    palettes = forms.ModelMultipleChoiceField(
        Palette.objects.all(), required=False, help_text="None chosen: all palettes are allowed."
    )
    steps = version_field(
        "steps", min_value=1, max_value=100, help_text="Denoising steps; 12 suits the house model."
    )
    guidance = version_field(
        "guidance",
        min_value=0,
        max_value=30,
        help_text="How closely prompts are followed; 3 is safe.",
    )
    scheduler = version_field("scheduler", help_text="“default” is the checkpoint's own.")
    finish = version_field(
        "finish", help_text="House model: flat, paper, riso, watercolour, gouache or linocut."
    )
    seed_policy = version_field("seed_policy")
    reseeds = version_field("reseeds", min_value=0, max_value=20)
    embedding = forms.ModelChoiceField(
        StyleEmbedding.objects.all(),
        required=False,
        help_text="A look to follow, where the checkpoint has an IP-Adapter, and to measure by.",
    )
    embedding_weight = version_field("embedding_weight", min_value=0, max_value=2)

    class Meta:
        model = Style
        fields = ["name", "slug", "description", "brand", "tier", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.instance.current_version
        for name, words in TOLERANCES.items():
            self.fields[f"tolerance_{name}"] = share_field(f"{words} 0 … 1; empty: not enforced.")
        for name, words in CORRIDOR.items():
            self.fields[f"corridor_{name}"] = share_field(f"{words} Cosine; empty: no limit.")
        for number in range(1, ADAPTER_SLOTS + 1):
            self.fields[f"adapter_{number}"] = forms.ModelChoiceField(
                Adapter.objects.all(), required=False
            )
            self.fields[f"weight_{number}"] = forms.FloatField(
                required=False, initial=1.0, min_value=-2, max_value=2
            )
        if version is None:
            return
        for name in PLAIN:
            self.fields[name].initial = getattr(version, name)
        for name, value in version.tolerances.items():
            self.fields[f"tolerance_{name}"].initial = value
        for name, value in version.corridor.items():
            self.fields[f"corridor_{name}"].initial = value
        self.fields["checkpoint"].initial = version.checkpoint_id
        self.fields["embedding"].initial = version.embedding_id
        self.fields["layouts"].initial = ", ".join(version.layouts)
        self.fields["palettes"].initial = version.palettes.all()
        for number, link in enumerate(version.style_adapters.all()[:ADAPTER_SLOTS], start=1):
            self.fields[f"adapter_{number}"].initial = link.adapter_id
            self.fields[f"weight_{number}"].initial = link.weight

    def clean_prompt_template(self) -> str:
        template = self.cleaned_data["prompt_template"]
        try:
            unknown = unknown_placeholders(template)
        except ValueError as error:
            raise forms.ValidationError(f"The braces do not match: {error}.") from None
        if unknown:
            allowed = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise forms.ValidationError(f"There is no {{{unknown[0]}}}; use {allowed}.")
        return template

    def clean_layouts(self) -> list[str]:
        return [word.strip() for word in self.cleaned_data["layouts"].split(",") if word.strip()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        checkpoint = cleaned.get("checkpoint")
        for adapter, _weight in self.adapters(cleaned):
            if checkpoint and not fits(adapter, checkpoint):
                raise forms.ValidationError(
                    f"{adapter} fits {adapter.checkpoint}, not {checkpoint}."
                )
        least, most = cleaned.get("corridor_least"), cleaned.get("corridor_most")
        if least is not None and most is not None and least >= most:
            self.add_error("corridor_most", "Must be more than the least.")
        if checkpoint and checkpoint.family == "house" and not cleaned.get("motif"):
            self.add_error("motif", "The house model needs a family of pictures.")
        return cleaned

    @staticmethod
    def adapters(cleaned: dict[str, Any]) -> list[tuple[Adapter, float]]:
        """Return the chosen adapters and weights."""
        pairs = [
            (cleaned.get(f"adapter_{number}"), cleaned.get(f"weight_{number}"))
            for number in range(1, ADAPTER_SLOTS + 1)
        ]
        return [
            (adapter, 1.0 if weight is None else weight) for adapter, weight in pairs if adapter
        ]

    def content(self) -> dict[str, Any]:
        """Return what a version of this form holds, for `next_version`."""
        cleaned = self.cleaned_data
        values = {name: cleaned[name] for name in PLAIN}
        return values | {
            "tolerances": given(cleaned, "tolerance", TOLERANCES),
            "corridor": given(cleaned, "corridor", CORRIDOR),
            "palettes": list(cleaned["palettes"]),
            "adapters": self.adapters(cleaned),
        }

    def differs(self) -> bool:
        """Return whether the content is another than that of the present version."""
        own = {"name", "slug", "description", "brand", "tier", "is_active"}
        return self.instance.current_version is None or bool(set(self.changed_data) - own)


def share_field(help_text: str) -> forms.FloatField:
    """Return the form field of an optional share from 0 to 1."""
    return forms.FloatField(required=False, min_value=0, max_value=1, help_text=help_text)


def given(cleaned: dict[str, Any], prefix: str, names: Iterable[str]) -> dict[str, float]:
    """Return those of some optional fields that were filled in, without their prefix."""
    values = {name: cleaned.get(f"{prefix}_{name}") for name in names}
    return {name: value for name, value in values.items() if value is not None}
