"""What retention removed, and files that belong to nothing, in the admin: to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from genart.retention.models import Forgotten, Leftover


class ReadOnly(admin.ModelAdmin):
    """Rows that only sweeps write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Forgotten)
class ForgottenAdmin(ReadOnly):
    list_display = ["rule", "at", "rows", "files", "bytes", "before"]
    list_filter = ["rule"]


@admin.register(Leftover)
class LeftoverAdmin(ReadOnly):
    list_display = ["name", "storage", "size_bytes", "noticed_at", "parked_at"]
    list_filter = ["storage"]
    search_fields = ["name"]
