"""Checkpoints, adapters and palettes."""

import re
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from generation.admin.pictures import swatches
from generation.engine.weights import file_sha256
from generation.models import Adapter, Checkpoint, Palette

COMMIT = re.compile(r"[0-9a-f]{40}")


class CheckpointForm(forms.ModelForm):
    """A checkpoint that is pinned and whose files exist."""

    class Meta:
        model = Checkpoint
        fields = [
            "name", "slug", "family", "is_active", "source", "location", "revision", "sha256",
            "licence", "allows_commercial_use", "data_statement", "capabilities",
        ]  # fmt: skip
        help_texts = {
            "allows_commercial_use": "Off: nothing rendered with it can be commissioned, since all "
            "works are for sale. Read the licence before you switch it on.",
            "capabilities": 'For example {"min_px": 512, "max_px": 1024, "multiple_px": 8, '
            '"layouts": ["centered"], "dtype": {"cuda": "bfloat16"}}.',
            "sha256": "Checked at every load; left empty, the files are not checked.",
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        source, location = cleaned.get("source"), cleaned.get("location", "")
        if source == Checkpoint.Source.HUB and not COMMIT.fullmatch(cleaned.get("revision", "")):
            self.add_error("revision", "Pin the commit: 40 hexadecimal digits.")
        is_pipeline = bool(location) and (Path(location) / "model_index.json").is_file()
        if source == Checkpoint.Source.FOLDER and not is_pipeline:
            self.add_error(
                "location", "This folder holds no diffusers pipeline (model_index.json)."
            )
        return cleaned


@admin.register(Checkpoint)
class CheckpointAdmin(admin.ModelAdmin):
    form = CheckpointForm
    list_display = [
        "name",
        "slug",
        "family",
        "source",
        "licence",
        "allows_commercial_use",
        "is_active",
    ]
    list_filter = ["is_active", "family", "source", "allows_commercial_use"]
    search_fields = ["name", "slug", "location"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": [("name", "slug"), "family", "is_active"]}),
        ("Files", {"fields": ["source", "location", "revision", "sha256"]}),
        (
            "What may be done with it",
            {"fields": ["licence", "allows_commercial_use", "data_statement"]},
        ),
        ("What it can do", {"fields": ["capabilities"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Checkpoint | None = None) -> list[str]:
        """Keep what renders refer to: other files are another checkpoint."""
        used = obj is not None and obj.render_set.exists()
        return ["source", "location", "revision", "sha256", "family"] if used else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AdapterForm(forms.ModelForm):
    """An adapter whose file is there; its hash is taken when it is saved."""

    class Meta:
        model = Adapter
        fields = [
            "name", "slug", "version", "kind", "checkpoint", "location", "trigger_words",
            "licence", "allows_commercial_use", "is_active",
        ]  # fmt: skip

    def clean_location(self) -> str:
        path = Path(self.cleaned_data["location"])
        if path.suffix != ".safetensors" or not path.is_file():
            raise forms.ValidationError("Give the path of a .safetensors file on this machine.")
        return str(path)


@admin.register(Adapter)
class AdapterAdmin(admin.ModelAdmin):
    form = AdapterForm
    list_display = [
        "name",
        "version",
        "kind",
        "checkpoint",
        "licence",
        "allows_commercial_use",
        "is_active",
    ]
    list_filter = ["kind", "is_active", "allows_commercial_use"]
    list_select_related = ["checkpoint"]
    search_fields = ["name", "slug"]
    readonly_fields = ["sha256"]

    def get_readonly_fields(self, request: HttpRequest, obj: Adapter | None = None) -> list[str]:
        """Keep a version as it is: another file is another version."""
        fixed = ["slug", "version", "kind", "checkpoint", "location"] if obj else []
        return ["sha256", *fixed]

    def save_model(self, request: HttpRequest, obj: Adapter, form: Any, change: bool) -> None:
        if not change:
            path = Path(obj.location)
            stat = path.stat()
            obj.sha256 = file_sha256(path, stat.st_size, stat.st_mtime_ns)
        super().save_model(request, obj, form, change)


class PaletteForm(forms.ModelForm):
    """A palette whose six colours are checked one by one."""

    class Meta:
        model = Palette
        fields = ["name", "slug", "background", "accents", "dark"]

    def clean_accents(self) -> list[str]:
        accents = self.cleaned_data["accents"]
        if not isinstance(accents, list) or len(accents) != 4:
            raise forms.ValidationError("Give four colours in a list.")
        for code in accents:
            if not isinstance(code, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", code):
                raise forms.ValidationError(f"{code} is no colour: write #RRGGBB.")
        return [code.upper() for code in accents]


@admin.register(Palette)
class PaletteAdmin(admin.ModelAdmin):
    form = PaletteForm
    list_display = ["name", "slug", "colours"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["colours"]

    @admin.display
    def colours(self, palette: Palette) -> SafeString | str:
        return swatches(palette.slots) if palette.pk else "Shown once it is saved."
