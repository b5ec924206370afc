"""Brands in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from curation.models import Brand


@admin.register(Brand)
class BrandAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "active_gates", "is_active"]
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
