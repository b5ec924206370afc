"""People in the admin: who may do what, and first aid for those who are locked out.

Nobody gives more than he has: roles and staff rights are a superuser's to give, and whoever works
here is a superuser's to change.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from genart.accounts.models import Authenticator, Passkey, User
from genart.accounts.services.factors import reset_factors, works_here
from genart.accounts.services.notices import tell
from genart.accounts.services.sessions import end_every_session
from genart.accounts.services.tries import forgive

POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


class PersonForm(UserChangeForm):
    """A person, and a guard for the last superuser."""

    def clean(self) -> dict[str, Any]:
        """Refuse to leave the factory without anybody who may do everything."""
        cleaned = super().clean() or {}
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=self.instance.pk)
        before = User.objects.filter(pk=self.instance.pk, is_superuser=True, is_active=True)
        stays = all(cleaned.get(name, True) for name in ("is_superuser", "is_active", "is_staff"))
        if before.exists() and not stays and not others.exists():
            raise forms.ValidationError("This is the last superuser. Make another one first.")
        return cleaned


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = PersonForm
    list_display = [
        "username", "email", "is_staff", "is_active", "second_factor", "last_login", "date_joined",
    ]  # fmt: skip
    list_filter = ["is_staff", "is_active", "groups"]
    actions = ["sign_out", "forgive_tries", "take_factors"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Tell who has which second factor."""
        own = {"user": OuterRef("pk")}
        return (
            super()
            .get_queryset(request)
            .annotate(
                has_passkey=Exists(Passkey.objects.filter(**own)),
                has_app=Exists(Authenticator.objects.filter(**own)),
            )
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        times = ["last_login", "date_joined"]
        return times if request.user.is_superuser else [*times, *POWERS]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and not request.user.is_superuser and works_here(obj):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # orders and decisions name people: close the account, or have it erased

    @admin.display(description="second factor")
    def second_factor(self, user: Any) -> str:
        found = [
            word for has, word in ((user.has_passkey, "passkey"), (user.has_app, "app")) if has
        ]
        return ", ".join(found) or "–"

    @admin.action(description="Sign out everywhere", permissions=["change"])
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in self._allowed(request, queryset):
            end_every_session(user=user, actor=request.user)  # type: ignore[arg-type]
            messages.success(request, f"{user} is signed out everywhere.")

    @admin.action(description="Forgive failed sign-ins", permissions=["change"])
    def forgive_tries(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in self._allowed(request, queryset):
            count = forgive(name=user.get_username()) + forgive(name=f"person {user.pk}")
            messages.success(request, f"{count} failed tries for {user} are forgotten.")

    @admin.action(description="Take off every second factor (all are lost)", permissions=["change"])
    def take_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in self._allowed(request, queryset):
            reset_factors(user=user, actor=request.user)  # type: ignore[arg-type]
            end_every_session(user=user, actor=request.user)  # type: ignore[arg-type]
            tell(user=user, notice="factors_reset")
            messages.success(request, f"{user} signs in with the password alone, for now.")

    def _allowed(self, request: HttpRequest, queryset: QuerySet[User]) -> list[User]:
        """Return those of the chosen people that the visitor may change."""
        return [user for user in queryset if self.has_change_permission(request, user)]
