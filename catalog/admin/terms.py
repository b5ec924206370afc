"""Licences and prices: a changed text becomes a new version."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from catalog import services
from catalog.models import Licence, Price
from genart.templatetags.ui import money


class LicenceForm(forms.ModelForm):
    """Terms; the short sentences are written one to a line."""

    class Meta:
        model = Licence
        fields = ["slug", "name", "summary", "allows", "forbids", "text", "position", "is_active"]
        help_texts = {
            "text": "A changed text is sold as a new version; who bought before keeps the old one. "
            "Empty lines part paragraphs, **words** are strong.",
            "position": "Lower comes first.",
        }

    allows = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), help_text="What the buyer may do, one to a line."
    )
    forbids = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), help_text="What he may not, one to a line."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("allows", "forbids"):
            self.initial[name] = "\n".join(getattr(self.instance, name) or [])

    def clean_allows(self) -> list[str]:
        return self._lines("allows")

    def clean_forbids(self) -> list[str]:
        return self._lines("forbids")

    def _lines(self, name: str) -> list[str]:
        return [line.strip() for line in self.cleaned_data[name].splitlines() if line.strip()]


class PriceInline(admin.TabularInline):
    model = Price
    extra = 0


@admin.register(Licence)
class LicenceAdmin(admin.ModelAdmin):
    form = LicenceForm
    list_display = ["name", "slug", "version", "is_active", "prices_now"]
    list_filter = ["is_active"]
    inlines = [PriceInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("prices")

    def get_readonly_fields(self, request: HttpRequest, obj: Licence | None = None) -> list[str]:
        return ["slug"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # receipts name it

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and not obj.is_active and _has_successor(obj):
            return False  # an old version is a record
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Licence, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        terms = {name: form.cleaned_data[name] for name in services.TERMS}
        stored = Licence.objects.get(pk=obj.pk)
        stored.position = form.cleaned_data["position"]
        stored.is_active = form.cleaned_data["is_active"]
        stored.save(update_fields=["position", "is_active"])
        new = services.revise_licence(licence=stored, **terms) if stored.is_active else stored
        if new.pk != obj.pk:
            messages.info(request, f"The changed terms are on sale as version {new.version}.")

    @admin.display(description="prices")
    def prices_now(self, licence: Licence) -> str:
        return ", ".join(
            f"{price.tier} {money(price.amount_cents)}" for price in licence.prices.all()
        )


def _has_successor(licence: Licence) -> bool:
    return Licence.objects.filter(slug=licence.slug, version__gt=licence.version).exists()
