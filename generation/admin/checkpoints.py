"""Checkpoints: added by source, shown with their versions, hashes, licences and golden pictures.

Adding is a verb (`generation/services/checkpoints.py`); the files are looked at by a worker, and
the page shows how far it is. What may be sold is said part by part.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from genart.lib.errors import InvalidInput
from generation.engine.execution import faults
from generation.licence_table import WORDS
from generation.licences import chain_objections, checkpoint_parts
from generation.models import Checkpoint, StyleVersion
from generation.services.checkpoints import add_checkpoint, check_source

SOURCES = [choice for choice in Checkpoint.Source.choices if choice[0] != "house"]
SHOWN_RUNS = 3


class AddForm(forms.ModelForm):
    """A checkpoint to add: what can be checked is checked before anything is written."""

    source = forms.ChoiceField(choices=SOURCES)
    slug = forms.SlugField(required=False, help_text="Left empty: line and number.")
    line = forms.SlugField(
        required=False, help_text="Whose next version it is; left empty: made of the name."
    )
    licence = forms.CharField(
        required=False, max_length=120, help_text="Left empty: what the model card says."
    )

    class Meta:
        model = Checkpoint
        fields = [
            "name", "source", "location", "revision", "config", "line", "slug", "licence",
            "allows_commercial_use", "data_statement", "execution",
        ]  # fmt: skip
        help_texts = {
            "location": "Hub: owner/name. Folder or .safetensors file: its full path.",
            "revision": "Hub: the commit, 40 hexadecimal digits.",
            "allows_commercial_use": "You have read the licence, and it allows sale. Licences that "
            "are known to allow it need no tick.",
        }

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug and Checkpoint.objects.filter(slug=slug).exists():
            raise forms.ValidationError("Another checkpoint has this slug.")
        return slug

    def clean_execution(self) -> dict[str, Any]:
        return checked_execution(self.cleaned_data["execution"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = ("source", "location", "revision", "config")
        try:
            check_source(**{name: cleaned.get(name) or "" for name in names})
        except InvalidInput as error:
            self.add_error(error.where, error.message)
        return cleaned


class ChangeForm(forms.ModelForm):
    """What may be said anew of a checkpoint; its files are fixed."""

    class Meta:
        model = Checkpoint
        fields = [
            "name", "is_active", "licence", "allows_commercial_use", "data_statement", "parts",
            "capabilities", "execution",
        ]  # fmt: skip
        help_texts = {
            "allows_commercial_use": "Off: nothing rendered with it can be commissioned, since all "
            "works are for sale. Read the licence before you switch it on.",
            "is_active": "Off: no new series is rendered with it.",
        }

    def clean_execution(self) -> dict[str, Any]:
        return checked_execution(self.cleaned_data["execution"])

    def clean_parts(self) -> list[Any]:
        parts = self.cleaned_data["parts"] or []
        if not isinstance(parts, list) or not all(
            isinstance(entry, dict) and entry.get("role") for entry in parts
        ):
            raise forms.ValidationError('Write a list: [{"role": "autoencoder", "licence": …}].')
        return parts

    def clean_capabilities(self) -> dict[str, Any]:
        can = self.cleaned_data["capabilities"] or {}
        if not isinstance(can, dict):
            raise forms.ValidationError('Write an object: {"min_px": 512, "max_px": 1024, …}.')
        return can


def checked_execution(settings: Any) -> dict[str, Any]:
    """Return execution settings that are valid.

    Raises:
        forms.ValidationError: with every fault.
    """
    wrong = faults(settings or {})
    if wrong:
        raise forms.ValidationError(wrong)
    return settings or {}


@admin.register(Checkpoint)
class CheckpointAdmin(admin.ModelAdmin):
    list_display = ["name", "line", "number", "is_current", "state", "licence", "for_sale",
                    "is_active"]  # fmt: skip
    list_filter = ["state", "is_current", "is_active", "family", "source", "line"]
    search_fields = ["name", "slug", "line", "location", "sha256", "tensor_sha256"]
    fixed = ["slug", "line", "number", "is_current", "family", "source", "location", "revision",
             "config", "sha256", "tensor_sha256", "size", "state", "state_note"]  # fmt: skip

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Use one form to add and another to change."""
        return super().get_form(
            request, obj, change, **kwargs | {"form": ChangeForm if change else AddForm}
        )

    def get_fieldsets(self, request: HttpRequest, obj: Checkpoint | None = None) -> Any:
        if obj is None:
            return [
                (None, {"fields": ["name", "source", "location", "revision", "config"]}),
                ("Its line", {"fields": [("line", "slug")]}),
                ("What may be done with it",
                 {"fields": ["licence", "allows_commercial_use", "data_statement"]}),
                ("How it is run", {"fields": ["execution"]}),
            ]  # fmt: skip
        return [
            (None, {"fields": ["proof", ("name", "is_active"), ("state", "state_note")]}),
            ("Versions of its line", {"fields": ["versions"]}),
            ("What may be done with it",
             {"fields": ["chain", "licence", "allows_commercial_use", "data_statement", "parts"]}),
            ("What it can do, and how it is run", {"fields": ["capabilities", "execution"]}),
            ("Files", {"fields": ["slug", ("line", "number", "is_current"), "family",
                                  ("source", "location"), "revision", "config", "sha256",
                                  "tensor_sha256", "size"]}),
        ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Checkpoint | None = None) -> list[str]:
        """Keep what renders refer to: other files are another version."""
        return ["proof", "versions", "chain", *self.fixed] if obj else []

    def save_model(self, request: HttpRequest, obj: Checkpoint, form: Any, change: bool) -> None:
        """Add by the verb; change what may be said anew."""
        if change:
            super().save_model(request, obj, form, change)
            return
        told = {name: form.cleaned_data[name] for name in AddForm.Meta.fields}
        made = add_checkpoint(**told, by=request.user)  # type: ignore[arg-type]
        obj.pk, obj.slug, obj.line, obj.number = made.pk, made.slug, made.line, made.number
        obj.state = made.state
        if made.state == Checkpoint.State.ADDING:
            self.message_user(request, f"{made.slug} is being looked at. Reload its page to see.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(boolean=True, description="for sale")
    def for_sale(self, checkpoint: Checkpoint) -> bool:
        return not chain_objections(checkpoint_parts(checkpoint))

    @admin.display
    def size(self, checkpoint: Checkpoint) -> str:
        return f"{checkpoint.size_bytes / 2**30:.2f} GiB" if checkpoint.size_bytes else "–"

    @admin.display(description="golden pictures")
    def proof(self, checkpoint: Checkpoint) -> SafeString:
        runs = checkpoint.golden_runs.select_related("baseline", "decided_by")[:SHOWN_RUNS]
        context = {"checkpoint": checkpoint, "runs": runs}
        return render_to_string("admin/generation/checkpoint/proof.html", context)

    @admin.display(description="versions")
    def versions(self, checkpoint: Checkpoint) -> SafeString:
        line = Checkpoint.objects.filter(line=checkpoint.line).order_by("-number")
        rows = line.prefetch_related("golden_runs") if checkpoint.line else [checkpoint]
        used = StyleVersion.objects.filter(pk__in=_current_versions())
        context = {
            "checkpoint": checkpoint,
            "versions": rows,
            "styles": used.filter(checkpoint=checkpoint).select_related("style"),
        }
        return render_to_string("admin/generation/checkpoint/versions.html", context)

    @admin.display(description="licences")
    def chain(self, checkpoint: Checkpoint) -> SafeString:
        parts = checkpoint_parts(checkpoint)
        context = {
            "parts": [(part, WORDS[part.freedom]) for part in parts],
            "reasons": chain_objections(parts),
        }
        return render_to_string("admin/generation/checkpoint/chain.html", context)


def _current_versions() -> Any:
    from generation.models import Style

    return Style.objects.filter(is_active=True).values("current_version")
