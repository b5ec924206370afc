"""Brands, their criteria and tastes in the admin. Criteria and tastes change on their own pages."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from curation import services
from curation.models import Brand, Comparison, Criterion, Head
from genart.lib.errors import GenartError
from genart.lib.records import ReadOnly, ReadOnlyAdmin


@admin.register(Brand)
class BrandAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "active_gates", "adoption", "is_active"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name", "slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brand]:
        active = Count("gates", filter=Q(gates__is_active=True))
        return super().get_queryset(request).annotate(active=active)

    @admin.display(description="active gates")
    def active_gates(self, brand: Any) -> int:
        return brand.active

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []  # styles name their brand by it

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def view_on_site(self, brand: Brand) -> str:
        return reverse("curation:brand", args=[brand.slug])


@admin.register(Criterion)
class CriterionAdmin(ReadOnlyAdmin):
    list_display = ["name", "brand", "state", "is_hard", "wanted", "weight", "threshold"]
    list_filter = ["state", "is_hard", "brand"]
    list_select_related = ["brand"]
    search_fields = ["name"]

    def view_on_site(self, criterion: Criterion) -> str:
        return reverse("curation:criterion", args=[criterion.brand.slug, criterion.pk])


@admin.register(Head)
class HeadAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["__str__", "is_active", "labels", "auc", "brier", "note", "created_at"]
    list_filter = ["is_active", "brand"]
    list_select_related = ["brand"]
    exclude = ["weights", "features"]
    actions = ["activate"]

    @admin.action(description="Activate: rank by it from now on")
    def activate(self, request: HttpRequest, queryset: QuerySet[Head]) -> None:
        """Let the chosen versions judge, one for each brand."""
        if len({head.brand_id for head in queryset}) != queryset.count():
            text = "Choose one version for each brand."
            self.message_user(request, text, messages.ERROR)
            return
        for head in queryset:
            try:
                services.activate_head(head=head, user=request.user)  # type: ignore[arg-type]
            except GenartError as error:
                self.message_user(request, error.message, messages.ERROR)
            else:
                self.message_user(request, f"{head} judges from now on.", messages.SUCCESS)


@admin.register(Comparison)
class ComparisonAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "brand", "user", "compared_at"]
    list_filter = ["brand"]
    list_select_related = ["brand", "user", "winner__render__job", "loser__render__job"]
