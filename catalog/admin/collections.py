"""Collections: a series, by rule, or by hand. A rule is checked as the listing that it is."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.collected import count_of, preview_of
from catalog.images import picture_of
from catalog.models import Collection, CollectionPick
from catalog.services.collections import (
    order_picks,
    pick_works,
    rule_listing,
    save_collection,
)
from catalog.services.redirects import rename_collection
from genart.lib.errors import InvalidInput

LAST = 2**31
FIELDS = ("title", "description", "is_featured")


class CollectionForm(forms.ModelForm):
    """A collection; a rule is refused where no listing can be that."""

    class Meta:
        model = Collection
        fields = ["title", "slug", "description", "kind", "rule", "is_featured"]
        help_texts = {
            "slug": "Its address. A changed one is led on from the old.",
            "rule": "Filters as in the address of a listing: style=ripples&color=teal. Filter the "
            "works on the Browse page and copy what stands behind the question mark.",
        }

    def clean(self) -> dict[str, Any]:
        """Check the rule."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Collection.Kind.RULE:
            try:
                rule_listing(cleaned.get("rule", ""))
            except InvalidInput as error:
                self.add_error("rule", error.message)
        return cleaned


class PickInline(admin.TabularInline):
    """Works picked by hand: found by title, laid in order of position."""

    model = CollectionPick
    extra = 1
    autocomplete_fields = ["artwork"]
    verbose_name = "picked work"


@admin.register(Collection)
class CollectionAdmin(admin.ModelAdmin):
    form = CollectionForm
    list_display = ["title", "kind", "works", "covers", "is_featured", "created_at"]
    list_filter = ["kind", "is_featured"]
    list_editable = ["is_featured"]
    list_per_page = 25
    search_fields = ["title", "slug"]
    readonly_fields = ["now", "created_at"]

    def get_inlines(self, request: HttpRequest, obj: Collection | None) -> Any:
        by_hand = obj is not None and obj.kind == Collection.Kind.HAND
        return [PickInline] if by_hand else []

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        is_series = obj is not None and obj.kind == Collection.Kind.SERIES
        # Design specs name a series by its slug, and would begin another one.
        return [*self.readonly_fields, *(["slug"] if is_series else [])]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [*CollectionForm.Meta.fields]
        return [*fields, "now"] if obj else fields

    def save_model(self, request: HttpRequest, obj: Collection, form: Any, change: bool) -> None:
        if "kind" not in form.cleaned_data:  # a tick in the list
            super().save_model(request, obj, form, change)
            return
        data = form.cleaned_data
        values = {name: data[name] for name in FIELDS}
        row = Collection.objects.get(pk=obj.pk) if change else obj
        wanted = data.get("slug", row.slug)
        slug = row.slug if change else wanted
        save_collection(collection=row, kind=data["kind"], rule=data["rule"], slug=slug, **values)
        if slug != wanted:
            rename_collection(collection=row, slug=wanted)
            messages.info(request, "The old address leads to the new one.")
        if not change and data["kind"] == Collection.Kind.HAND:
            messages.info(request, "Save and continue to pick works.")

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        picks = [
            (_position(line), place, line.cleaned_data["artwork"].pk)
            for place, line in enumerate(formset.forms)
            if line.cleaned_data.get("artwork") and not line.cleaned_data.get("DELETE")
        ]
        ids = [pk for _position, _place, pk in sorted(picks)]
        row = form.instance
        if row.kind == Collection.Kind.HAND:
            pick_works(collection=row, artwork_ids=ids)
            order_picks(collection=row, artwork_ids=ids)
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []

    @admin.display(description="works on sale")
    def works(self, collection: Collection) -> int:
        return count_of(collection)

    @admin.display(description="")
    def covers(self, collection: Collection) -> SafeString:
        return _thumbnails(collection, 3)

    @admin.display(description="What it shows now")
    def now(self, collection: Collection) -> SafeString:
        return format_html(
            '<p><a href="{}">{} works on sale</a></p>{}',
            collection.get_absolute_url(),
            count_of(collection),
            _thumbnails(collection, 8),
        )


def _position(line: Any) -> int:
    """Return where a pick lies; a new one whose place was not chosen comes last."""
    chosen: int = line.cleaned_data.get("position") or 0
    return LAST if line.instance.pk is None and not chosen else chosen


def _thumbnails(collection: Collection, most: int) -> SafeString:
    return format_html_join(
        " ",
        '<img class="admin-thumb" src="{}" alt="{}" width="64" height="64" loading="lazy">',
        ((picture_of(work).smallest, work.title) for work in preview_of(collection, most)),
    )
