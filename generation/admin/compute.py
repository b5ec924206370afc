"""Other people's compute in the admin: providers with their offers, and the ledger of calls.

A provider's key is never typed here: the row names the environment variable that holds it.
"""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from genart.lib.records import ReadOnly, ReadOnlyAdmin
from generation.models import Offer, Provider, RemoteCall, RenderEvent, Worker
from generation.remote import breaker
from generation.remote.checking import check_connection
from generation.remote.keys import is_own, key_of
from generation.remote.types import RemoteError

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,79}")
CAN = {
    "min_px", "max_px", "multiple_px", "most_pixels", "sizes", "controls", "references", "adapters",
}  # fmt: skip
"""What the router reads of an offer's capabilities."""
LISTS = {"sizes", "controls", "references"}


def formfield(field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """Return a field's form field; an address without a scheme is meant with https."""
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"
    return field.formfield(**kwargs)


class ProviderForm(forms.ModelForm):
    """A provider whose key is named, not written down."""

    class Meta:
        model = Provider
        fields = [
            "name", "slug", "kind", "base_url", "options", "key_variable", "terms",
            "allows_commercial_use", "timeout_seconds", "most_at_once", "daily_budget_cents",
            "is_active",
        ]  # fmt: skip
        formfield_callback = formfield
        labels = {"base_url": "Base URL"}
        help_texts = {
            "allows_commercial_use": "Off: series for the shop are never sent there. Read its "
            "terms before you switch it on, and name them.",
            "options": 'For example {"endpoint": "abc123"} (RunPod), or {"endpoint": "painter", '
            '"region": "eu-central-1"} (SageMaker).',
        }

    def clean_key_variable(self) -> str:
        """Refuse what is a key rather than a name; say nothing of it back."""
        name: str = self.cleaned_data["key_variable"]
        if name and not VARIABLE.fullmatch(name):
            raise forms.ValidationError(
                "Write the name of the environment variable, as in RUNPOD_KEY, not the key."
            )
        if is_own(name):
            raise forms.ValidationError(
                "That is one of genart's own secrets. Give the provider a variable of its own."
            )
        return name

    def clean_options(self) -> dict[str, Any]:
        options = self.cleaned_data["options"] or {}
        if not isinstance(options, dict):
            raise forms.ValidationError("Write a JSON object, as in {}.")
        return options


class OfferForm(forms.ModelForm):
    """An offer whose capabilities the router understands."""

    class Meta:
        model = Offer
        fields = [
            "checkpoint", "model", "price_cents", "after_seconds", "capabilities", "is_active",
        ]  # fmt: skip
        help_texts = {"capabilities": 'As in {"sizes": [[1024, 1024]], "adapters": true}.'}

    def clean_capabilities(self) -> dict[str, Any]:
        """Refuse names and kinds of values that would be read as nothing."""
        can = self.cleaned_data["capabilities"] or {}
        if not isinstance(can, dict) or not set(can) <= CAN:
            raise forms.ValidationError(f"Choose from {', '.join(sorted(CAN))}.")
        for name, value in can.items():
            if name in LISTS and not isinstance(value, list):
                raise forms.ValidationError(f"{name} is a list.")
            if name.endswith(("_px", "pixels")) and not (isinstance(value, int) and value > 0):
                raise forms.ValidationError(f"{name} is a whole number above zero.")
        if any(not _is_size(size) for size in can.get("sizes", [])):
            raise forms.ValidationError("Write sizes as [[width, height], …].")
        if not isinstance(can.get("adapters", True), list | bool):
            raise forms.ValidationError('adapters is true, or a list as in ["ink@1"].')
        return can


def _is_size(size: object) -> bool:
    return isinstance(size, list) and len(size) == 2 and all(isinstance(side, int) for side in size)


class OfferInline(admin.StackedInline):
    model = Offer
    form = OfferForm
    extra = 0


@admin.register(Provider)
class ProviderAdmin(admin.ModelAdmin):
    form = ProviderForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = [OfferInline]
    list_display = ["name", "kind", "health", "key_is_set", "latency", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["health", "key_is_set", "latency", "last_error"]
    actions = ["test_connection", "close_breaker"]
    fieldsets = [
        (None, {"fields": [("name", "slug"), "kind", "is_active"]}),
        ("How it is reached", {"fields": ["base_url", "options", "key_variable", "key_is_set"]}),
        ("What may be done with it", {"fields": ["terms", "allows_commercial_use"]}),
        ("Limits", {"fields": ["timeout_seconds", "most_at_once", "daily_budget_cents"]}),
        ("How it is", {"fields": ["health", "latency", "last_error"]}),
    ]

    @admin.display(description="breaker")
    def health(self, provider: Provider) -> str:
        state = breaker.state_of(provider, timezone.now())
        until = f" until {provider.closed_until:%H:%M:%S} UTC" if provider.closed_until else ""
        return f"{state.value}{until if state == breaker.State.OPEN else ''}"

    @admin.display(description="key", boolean=True)
    def key_is_set(self, provider: Provider) -> bool | None:
        """Whether this process sees the key; `None` where it needs none."""
        if not provider.key_variable:
            return None
        try:
            return bool(key_of(provider))
        except RemoteError:
            return False

    @admin.display
    def latency(self, provider: Provider) -> str:
        seconds = provider.latency_seconds
        return "not known yet" if seconds is None else f"{seconds:.1f} s an image"

    @admin.action(description="Test the connection (costs nothing)", permissions=["change"])
    def test_connection(self, request: HttpRequest, providers: QuerySet[Provider]) -> None:
        for provider in providers:
            try:
                messages.success(request, check_connection(provider))
            except RemoteError as error:
                messages.error(request, error.message)

    @admin.action(description="Send renders again (close the breaker)", permissions=["change"])
    def close_breaker(self, request: HttpRequest, providers: QuerySet[Provider]) -> None:
        for provider in providers:
            breaker.reset(provider)
            messages.success(request, f"Renders are sent to {provider} again.")


@admin.register(RemoteCall)
class RemoteCallAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "provider", "history", "state", "cost_cents", "error", "ended_at"]
    list_filter = ["state", "provider"]
    list_select_related = ["provider", "render__job"]
    search_fields = ["id", "remote_id", "render__id"]
    date_hierarchy = "created_at"

    @admin.display(description="render")
    def history(self, call: RemoteCall) -> SafeString:
        address = reverse("generation:render", args=[call.render_id])
        return format_html('<a href="{}">{}</a>', address, call.render)


class RenderEventInline(ReadOnly, admin.TabularInline):
    """Attempts at a render that ended without its picture."""

    model = RenderEvent
    fields = ["at", "kind", "worker", "provider", "seed", "started_at", "note"]
    extra = 0


@admin.register(Worker)
class WorkerAdmin(ReadOnlyAdmin):
    list_display = ["name", "device", "queues", "resident", "started_at", "seen_at"]
