"""Pages that moved or are gone for good."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from catalog.models import Redirect
from catalog.services.redirects import move_page
from genart.lib.errors import InvalidInput


class RedirectForm(forms.ModelForm):
    """Two paths of this site; the second may be empty."""

    class Meta:
        model = Redirect
        fields = ["old_path", "new_path"]
        help_texts = {
            "old_path": "As in /art/old-name/.",
            "new_path": "Where it is now. Empty: gone for good, answered 410.",
        }

    def clean(self) -> dict[str, Any]:
        """Take paths of this site only."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("old_path", "new_path"):
            text = cleaned.get(name) or ""
            if text and (not text.startswith("/") or text.startswith("//")):
                self.add_error(name, "Write the path from the first /, without the host.")
        if cleaned.get("old_path") and cleaned.get("old_path") == cleaned.get("new_path"):
            self.add_error("new_path", "That is the same page.")
        return cleaned


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    form = RedirectForm
    list_display = ["old_path", "new_path", "created_at"]
    search_fields = ["old_path", "new_path"]

    def save_model(self, request: HttpRequest, obj: Redirect, form: Any, change: bool) -> None:
        if change and "old_path" in form.changed_data:
            Redirect.objects.filter(pk=obj.pk).delete()
        try:
            row = move_page(form.cleaned_data["old_path"], form.cleaned_data["new_path"])
        except InvalidInput as error:  # the form has asked before
            raise forms.ValidationError(error.message) from error
        if row is not None:
            obj.pk = row.pk
