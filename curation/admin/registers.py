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
from curation.services.marks import add_logo, silhouette, switch_marks
from curation.services.registers import keep_term
from curation.taste.uploads import redrawn
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


class LogoForm(forms.ModelForm):
    """A logo to look for: its name, and a picture of it on a plain ground."""

    class Meta:
        model = Mark
        fields = ["name", "owner", "nice_classes"]

    picture = forms.FileField(
        help_text="The logo alone, on a plain ground of another colour: PNG, JPEG or WebP."
    )

    def clean_picture(self) -> Any:
        """Refuse what cannot be read or shows no shape, before anything is written."""
        picture = self.cleaned_data["picture"]
        try:
            silhouette(redrawn(picture))
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error
        picture.seek(0)
        return picture

    def clean_nice_classes(self) -> list[int]:
        """Refuse numbers that name no class."""
        classes = self.cleaned_data["nice_classes"] or []
        if not all(1 <= number <= 45 for number in classes):
            raise forms.ValidationError("Nice classes are numbers from 1 to 45.")
        return list(classes)


@admin.register(Mark)
class MarkAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "owner", "nice_classes", "source", "number", "is_active"]
    list_filter = ["kind", "is_active", "source"]
    search_fields = ["key__startswith", "=number"]
    show_full_result_count = False
    list_per_page = 50
    exclude = ["vector"]
    actions = ["switch_off", "switch_on"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow those who may: a logo is added by its picture."""
        return request.user.has_perm("curation.add_mark")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Ask for the picture of a new logo."""
        return LogoForm if obj is None else super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the form's own fields for a new logo."""
        return [*LogoForm.base_fields] if obj is None else super().get_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Mark, form: Any, change: bool) -> None:
        """Add the logo; a worker makes its vector."""
        said = form.cleaned_data
        added = add_logo(
            name=said["name"],
            owner=said["owner"],
            nice_classes=said["nice_classes"],
            image=said["picture"],
        )
        obj.pk = added.pk

    @admin.action(description="No longer look for these", permissions=["add"])
    def switch_off(self, request: HttpRequest, queryset: Any) -> None:
        """Set marks inactive; they stay in the register."""
        done = switch_marks(mark_ids=[mark.pk for mark in queryset], is_active=False)
        self.message_user(request, f"{done} mark(s) switched off.")

    @admin.action(description="Look for these", permissions=["add"])
    def switch_on(self, request: HttpRequest, queryset: Any) -> None:
        """Set marks active again."""
        done = switch_marks(mark_ids=[mark.pk for mark in queryset], is_active=True)
        self.message_user(request, f"{done} mark(s) switched on.")


@admin.register(RightsClaim)
class RightsClaimAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "claimant", "state", "created_by", "created_at", "lifted_at"]
    list_filter = ["state", "scope"]
    search_fields = ["target", "claimant"]
    date_hierarchy = "created_at"

    def view_on_site(self, claim: RightsClaim) -> str:
        """Link to its report."""
        return reverse("curation:claim", args=[claim.pk])
