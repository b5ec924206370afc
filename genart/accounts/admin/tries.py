"""Tries to sign in, in the admin, to look at only."""

from django.contrib import admin

from genart.accounts.models import SignInTry
from genart.lib.records import ReadOnlyAdmin


@admin.register(SignInTry)
class SignInTryAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "outcome", "user", "address", "from_known_browser"]
    list_filter = ["kind", "outcome", "at"]
    list_select_related = ["user"]
    search_fields = ["=address", "user__username"]
    search_help_text = "A network address, or the name of a person whose try went well."
    date_hierarchy = "at"

    @admin.display(boolean=True)
    def from_known_browser(self, attempt: SignInTry) -> bool:
        return bool(attempt.device_digest)
