"""Styles: what an admin changes becomes a new version; older ones are shown and never change."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from generation.admin.pictures import thumbnails
from generation.dialects import PLACEHOLDERS, unknown_placeholders
from generation.house import FAMILIES
from generation.models import Adapter, Palette, Render, Style, StyleVersion
from generation.styles import CONTENT, next_version

ADAPTER_SLOTS = 3
PREVIEWS = 12
VERSIONS_SHOWN = 12
FORM_CONTENT = CONTENT[:9]


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
    finish = version_field("finish", help_text="House model: flat, paper, riso or watercolour.")

    class Meta:
        model = Style
        fields = ["name", "slug", "description", "brand", "tier", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.instance.current_version
        for number in range(1, ADAPTER_SLOTS + 1):
            self.fields[f"adapter_{number}"] = forms.ModelChoiceField(
                Adapter.objects.all(), required=False
            )
            self.fields[f"weight_{number}"] = forms.FloatField(
                required=False, initial=1.0, min_value=-2, max_value=2
            )
        if version is None:
            return
        for name in FORM_CONTENT:
            self.fields[name].initial = getattr(version, name)
        self.fields["checkpoint"].initial = version.checkpoint_id
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
            if checkpoint and adapter.checkpoint_id != checkpoint.pk:
                raise forms.ValidationError(
                    f"{adapter} fits {adapter.checkpoint}, not {checkpoint}."
                )
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
        values = {name: cleaned[name] for name in FORM_CONTENT}
        return values | {
            "palettes": list(cleaned["palettes"]),
            "adapters": self.adapters(cleaned),
        }

    def differs(self) -> bool:
        """Return whether the content is another than that of the present version."""
        own = {"name", "slug", "description", "brand", "tier", "is_active"}
        return self.instance.current_version is None or bool(set(self.changed_data) - own)


@admin.register(Style)
class StyleAdmin(admin.ModelAdmin):
    form = StyleForm
    list_display = ["name", "slug", "version", "checkpoint", "tier", "brand", "is_active"]
    list_filter = ["is_active", "tier", "brand"]
    list_select_related = ["current_version__checkpoint"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["history", "recent"]
    save_as = True
    actions = ["archive"]

    def get_fieldsets(self, request: HttpRequest, obj: Style | None = None) -> Any:
        adapters = [
            (f"adapter_{number}", f"weight_{number}") for number in range(1, ADAPTER_SLOTS + 1)
        ]
        pictures = ("checkpoint", "motif", "finish", "palettes", "layouts")
        words = ("prompt_template", "negative_prompt")
        numbers = (("steps", "guidance", "scheduler"),)
        return [
            (None, {"fields": ["recent"] if obj else []}),
            (
                "The style",
                {"fields": [("name", "slug"), "description", ("brand", "tier"), "is_active"]},
            ),
            (
                "What it renders with",
                {
                    "fields": [*pictures, *words, *numbers],
                    "description": "Saving a change here makes a new version. Renders keep theirs.",
                },
            ),
            ("Adapters", {"fields": adapters, "classes": ["collapse"]}),
            ("Versions", {"fields": ["history"] if obj else []}),
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Use the form as it is: its further fields belong to the version, not to the row."""
        return StyleForm

    def save_model(self, request: HttpRequest, obj: Style, form: Any, change: bool) -> None:
        content = form.content() if form.differs() else None
        super().save_model(request, obj, form, change)
        if content is not None:
            version = next_version(obj, created_by=request.user, **content)
            obj.current_version = version
            self.message_user(request, f"{obj.name} uses version {version.number} now.")

    @admin.display(ordering="current_version__number")
    def version(self, style: Style) -> str:
        return f"v{style.current_version.number}" if style.current_version else "none"

    @admin.display(ordering="current_version__checkpoint")
    def checkpoint(self, style: Style) -> str:
        return str(style.current_version.checkpoint) if style.current_version else "–"

    @admin.display(description="made of late")
    def recent(self, style: Style) -> SafeString | str:
        finished = Render.objects.filter(
            style_version__style=style, state=Render.State.RENDERED
        ).order_by("-finished_at")
        return thumbnails(finished[:PREVIEWS])

    @admin.display(description="versions")
    def history(self, style: Style) -> SafeString | str:
        versions = style.versions.select_related("checkpoint", "created_by")[:VERSIONS_SHOWN]
        rows = [
            (
                version.number,
                version.created_at.strftime("%-d %b %Y, %H:%M"),
                version.created_by or "the factory",
                version.checkpoint,
                f"{version.steps} steps, guidance {version.guidance:g}, {version.finish}",
                thumbnails(
                    version.render_set.filter(state=Render.State.RENDERED).order_by("-finished_at")[
                        :3
                    ]
                ),
            )
            for version in versions
        ]
        cells = "<tr><th>v{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"
        return format_html("<table>{}</table>", format_html_join("", cells, rows))

    @admin.action(description="Archive: no longer offered in the studio")
    def archive(self, request: HttpRequest, queryset: Any) -> None:
        count = queryset.update(is_active=False)
        self.message_user(request, f"{count} styles were archived.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Styles are archived, never deleted: renders refer to their versions."""
        return False
