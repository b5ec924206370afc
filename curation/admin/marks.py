"""Protected works in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from curation.models import ProtectedWork
from curation.services.marks import add_protected_work
from genart.lib.errors import InvalidInput


class ProtectedWorkForm(forms.ModelForm):
    picture = forms.FileField(
        help_text="PNG, JPEG or WebP, at most 20 MB. New pictures may not come near to it."
    )

    class Meta:
        model = ProtectedWork
        fields = ["title", "holder", "source", "picture"]

    def clean(self) -> dict[str, Any]:
        """Add the work by the verb that looks at its picture; what it refuses is shown here."""
        sent = super().clean() or {}
        if not self.errors:
            try:
                self.made = add_protected_work(
                    title=sent["title"],
                    holder=sent["holder"],
                    source=sent["source"],
                    image=sent["picture"],
                )
            except InvalidInput as error:
                self.add_error(None, error.message)
        return sent


@admin.register(ProtectedWork)
class ProtectedWorkAdmin(admin.ModelAdmin):
    list_display = ["title", "holder", "source", "is_active", "created_at"]
    list_filter = ["is_active", "source"]
    search_fields = ["title", "holder"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            return ProtectedWorkForm
        shown = ["title", "holder", "source", "is_active"]
        return super().get_form(request, obj, change, fields=shown)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ["title", "holder", "source"]
        return [*shown, "is_active"] if obj else [*shown, "picture"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write a change; a new work was added when its form was checked."""
        if change:
            obj.save(update_fields=["title", "holder", "source", "is_active"])
        else:
            obj.pk = form.made.pk
            obj.refresh_from_db()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a work that no longer counts is set inactive."""
        return False
