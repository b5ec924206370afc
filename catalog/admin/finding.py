"""Admin of what visitors looked for and what they keep: to read; they change it themselves."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalog.models import Lightbox, SavedSearch, SearchRecord


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that are looked at and not changed here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds them by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are as they were."""
        return False


class FoundNothing(admin.SimpleListFilter):
    """Searches without a result are what is missing in the shop."""

    title = "result"
    parameter_name = "found"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer both."""
        return [("none", "Found nothing"), ("some", "Found works")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep those that were asked for."""
        if self.value() == "none":
            return queryset.filter(found=0)
        return queryset.filter(found__gt=0) if self.value() == "some" else queryset


@admin.register(SearchRecord)
class SearchRecordAdmin(ReadOnly):
    """What was looked for."""

    list_display = ("text", "mended", "found", "by_picture", "clicked", "created_at")
    list_filter = (FoundNothing, "by_picture", "created_at")
    search_fields = ("text",)
    list_select_related = ("clicked",)
    show_full_result_count = False


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnly):
    """What people wait for."""

    list_display = ("name", "user", "query", "notify", "created_at")
    list_filter = ("notify",)
    search_fields = ("name", "query", "user__username")
    list_select_related = ("user",)


@admin.register(Lightbox)
class LightboxAdmin(ReadOnly):
    """What people laid aside."""

    list_display = ("title", "owner", "is_shared", "updated_at")
    list_filter = ("is_shared",)
    search_fields = ("title", "owner__username")
    list_select_related = ("owner",)
    exclude = ("secret",)
