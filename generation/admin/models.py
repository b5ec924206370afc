"""Adapters and palettes; checkpoints are in `checkpoints.py`."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from genart.lib.errors import InvalidInput
from generation.admin.pictures import swatches
from generation.licences import adapter_part
from generation.models import Adapter, Palette
from generation.services.adapters import add_adapter, check_files

FOUND = ["sha256", "tensor_sha256", "size"]


class AdapterForm(forms.ModelForm):
    """An adapter whose files are there; hashes and size are taken when it is saved."""

    class Meta:
        model = Adapter
        fields = [
            "name", "slug", "version", "kind", "checkpoint", "location", "trigger_words",
            "licence", "allows_commercial_use", "data_statement", "is_active",
        ]  # fmt: skip
        help_texts = {
            "location": "LoRA or embedding: full path of a .safetensors file. ControlNet or "
            "IP-Adapter: of the folder.",
            "trigger_words": "What wakes it; a ControlNet: the kinds of picture it reads, canny "
            "for one.",
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk or "location" not in cleaned:
            return cleaned
        try:
            check_files(kind=cleaned.get("kind", ""), location=cleaned["location"])
        except InvalidInput as error:
            self.add_error("location", error.message)
        return cleaned


@admin.register(Adapter)
class AdapterAdmin(admin.ModelAdmin):
    form = AdapterForm
    list_display = ["name", "version", "kind", "checkpoint", "licence", "for_sale", "is_active"]
    list_filter = ["kind", "is_active", "allows_commercial_use", "checkpoint"]
    list_select_related = ["checkpoint"]
    search_fields = ["name", "slug", "sha256", "tensor_sha256"]

    def get_readonly_fields(self, request: HttpRequest, obj: Adapter | None = None) -> list[str]:
        """Keep a version as it is: other files are another version."""
        fixed = ["slug", "version", "kind", "checkpoint", "location", "verdict"] if obj else []
        return [*fixed, *FOUND]

    def get_fieldsets(self, request: HttpRequest, obj: Adapter | None = None) -> Any:
        terms = ["licence", "allows_commercial_use", "data_statement"]
        return [
            (None, {"fields": ["name", ("slug", "version"), "kind", "checkpoint", "is_active"]}),
            ("Files", {"fields": ["location", "trigger_words", *(FOUND if obj else [])]}),
            ("What may be done with it", {"fields": ["verdict", *terms] if obj else terms}),
        ]

    def save_model(self, request: HttpRequest, obj: Adapter, form: Any, change: bool) -> None:
        """Add by the verb; change what may be said anew."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made = add_adapter(**{name: form.cleaned_data[name] for name in AdapterForm.Meta.fields})
        obj.pk = made.pk

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(boolean=True, description="for sale")
    def for_sale(self, adapter: Adapter) -> bool:
        return adapter_part(adapter).is_sellable

    @admin.display
    def verdict(self, adapter: Adapter) -> str:
        return adapter_part(adapter).objection or "What wears it may be sold, as far as it goes."

    @admin.display
    def size(self, adapter: Adapter) -> str:
        return f"{adapter.size_bytes / 2**20:.1f} MiB"


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
