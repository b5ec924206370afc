"""Tokens of programs in the admin. A token's secret is shown once, when it is made."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from genart.accounts.models import ApiToken, User
from genart.accounts.services.tokens import create_token, revoke_tokens


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

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Let nobody but a superuser make a token that acts for somebody else."""
        if db_field.name == "user" and not request.user.is_superuser:
            kwargs["queryset"] = User.objects.filter(pk=request.user.pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

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
        count = revoke_tokens(tokens=queryset)
        messages.success(request, f"{count} token(s) revoked.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
