"""Requests about data in the admin, to be read: asked they are on the page or by command."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from genart.privacy.models import DataRequest


@admin.register(DataRequest)
class DataRequestAdmin(admin.ModelAdmin):
    list_display = ["kind", "state", "user", "asked_at", "due_at", "done_at", "problem"]
    list_filter = ["kind", "state"]
    list_select_related = ["user"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
