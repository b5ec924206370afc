"""People and their tokens in the admin. A token's secret is shown once, when it is made."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.utils import timezone

from genart.accounts.models import ApiToken, User
from genart.accounts.services import create_token


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ["username", "email", "is_staff", "is_active", "last_login", "date_joined"]
    list_filter = ["is_staff", "is_active", "groups"]
    readonly_fields = ["last_login", "date_joined"]


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    list_display = ["name", "user", "scope_list", "created_at", "last_used_at", "revoked_at"]
    list_filter = ["revoked_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]
    autocomplete_fields = ["user"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        made = ["user", "name", "scopes"]
        return [*made, "created_at", "last_used_at", "revoked_at"] if obj else made

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["user", "scopes", "created_at", "last_used_at", "revoked_at"] if obj else []

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "scopes":
            from django import forms

            return forms.MultipleChoiceField(
                choices=ApiToken.Scope.choices,
                widget=forms.CheckboxSelectMultiple,
                help_text="What programs may do with it. Give as little as they need.",
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        token, secret = create_token(user=obj.user, scopes=list(obj.scopes), name=obj.name)
        obj.pk, obj.sha256, obj._state.adding = token.pk, token.sha256, False
        messages.warning(
            request, f"The secret is {secret} – copy it now, it is shown this once and not kept."
        )

    @admin.display(description="scopes")
    def scope_list(self, token: ApiToken) -> str:
        return ", ".join(token.scopes)

    @admin.action(description="Revoke the chosen tokens")
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        count = queryset.filter(revoked_at=None).update(revoked_at=timezone.now())
        messages.success(request, f"{count} token(s) revoked.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
