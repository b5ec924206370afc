"""Registers in the admin: names, marks, protected works, claims."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from curation.compliance.screening import names_in
from curation.models import Mark, RightsClaim, ScreenTerm
from curation.services.registers import keep_term
from genart.lib.errors import InvalidInput
from genart.lib.lookalikes import key_of
from genart.lib.records import ReadOnlyAdmin


class TermForm(forms.ModelForm):
    """A name; its key is made from it."""

    class Meta:
        model = ScreenTerm
        fields = ["kind", "name", "aliases", "harmless", "is_common_word", "source", "is_active"]

    def clean(self) -> dict[str, Any]:
        """Refuse what has no key or is known, at the field."""
        said = super().clean() or {}
        for field in ("aliases", "harmless"):
            value = said.get(field)
            if value is not None and not _is_list_of_texts(value):
                self.add_error(field, 'Write a list of texts, for example ["one", "two"].')
        name, kind = said.get("name", ""), said.get("kind", "")
        if name and not key_of(name):
            self.add_error("name", "Write the name in letters or digits.")
        same = ScreenTerm.objects.filter(kind=kind, key=key_of(name)).exclude(pk=self.instance.pk)
        if name and same.exists():
            self.add_error("name", f"{name} is in the register already.")
        return said


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) and text for text in value)


class TryForm(forms.Form):
    """A text to try the screen on."""

    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}), max_length=2000, label="A text"
    )


@admin.register(ScreenTerm)
class ScreenTermAdmin(admin.ModelAdmin):
    form = TermForm
    list_display = ["name", "kind", "is_common_word", "is_active", "source"]
    list_filter = ["kind", "is_active", "is_common_word", "source"]
    search_fields = ["name", "key"]
    list_per_page = 50
    change_list_template = "admin/curation/screenterm/change_list.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.try_text)
        return [path("try/", view, name="curation_screenterm_try"), *super().get_urls()]

    def try_text(self, request: HttpRequest) -> HttpResponse:
        """Show what the screen finds in a text; writes nothing."""
        form = TryForm(request.GET or None)
        tried = form.is_valid()
        context = {
            **self.admin_site.each_context(request),
            "title": "Try a text",
            "form": form,
            "tried": tried,
            "hits": names_in(form.cleaned_data["text"]) if tried else [],
            "opts": self.model._meta,
            "back": reverse("admin:curation_screenterm_changelist"),
        }
        return TemplateResponse(request, "admin/curation/screenterm/try.html", context)

    def save_model(self, request: HttpRequest, obj: ScreenTerm, form: Any, change: bool) -> None:
        """Write the name with its key."""
        try:
            keep_term(term=obj)
        except InvalidInput as error:  # somebody else entered it at the same moment
            self.message_user(request, error.message, "ERROR")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a name that no longer counts is set inactive."""
        return False


@admin.register(Mark)
class MarkAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "owner", "nice_classes", "source", "number", "is_active"]
    list_filter = ["kind", "is_active", "source"]
    search_fields = ["key__startswith", "=number"]
    show_full_result_count = False
    list_per_page = 50
    exclude = ["vector"]


@admin.register(RightsClaim)
class RightsClaimAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "claimant", "state", "created_by", "created_at", "lifted_at"]
    list_filter = ["state", "scope"]
    search_fields = ["target", "claimant"]
    date_hierarchy = "created_at"

    def view_on_site(self, claim: RightsClaim) -> str:
        """Link to its report."""
        return reverse("curation:claim", args=[claim.pk])
