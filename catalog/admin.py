"""The shop in the admin: works, collections, terms, prices; orders and payments to look at only.

Writes go through `catalog/services`, so that search, versions and grants stay true.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog import metadata, services
from catalog.images import picture_of
from catalog.models import (
    Artwork,
    Collection,
    Grant,
    Licence,
    Order,
    OrderLine,
    PaymentEvent,
    Price,
)
from genart.templatetags.ui import money


class ArtworkForm(forms.ModelForm):
    """The texts of a listing, held to the rules of `catalog/metadata.py`."""

    class Meta:
        model = Artwork
        fields = ["title", "description", "alt_text", "tags", "is_featured"]
        help_texts = {
            "title": f"At most {metadata.TITLE_LIMIT} characters; no other work may have it. "
            "The address of the page stays as it is.",
            "alt_text": f"What is seen, for people who cannot see it; at most "
            f"{metadata.ALT_LIMIT} characters.",
            "tags": f"{metadata.LEAST_TAGS} to {metadata.MOST_TAGS}, separated by commas.",
            "is_featured": "Featured works come first on the home page.",
        }
        widgets = {"alt_text": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        """Say at each field what is against the rules."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["tags"] = [tag.strip().lower() for tag in cleaned.get("tags") or []]
        texts = {name: cleaned.get(name, "") for name in ("title", "description", "alt_text")}
        for field, message in metadata.faults(**texts, tags=cleaned["tags"]).items():
            self.add_error(field, message)
        same = Artwork.objects.exclude(pk=self.instance.pk).filter(title__iexact=texts["title"])
        if same.exists():
            self.add_error("title", "Another work has this title.")
        return cleaned


class OnSaleFilter(admin.SimpleListFilter):
    title = "on sale"
    parameter_name = "on_sale"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "On sale"), ("no", "Withdrawn")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(withdrawn_at__isnull=self.value() == "yes")


@admin.register(Artwork)
class ArtworkAdmin(admin.ModelAdmin):
    form = ArtworkForm
    list_display = [
        "thumbnail", "title", "style_name", "collection", "tier_word", "on_sale", "is_featured",
        "published_at",
    ]  # fmt: skip
    list_display_links = ["thumbnail", "title"]
    list_filter = [OnSaleFilter, "is_featured", "tier", "style_name", "collection"]
    list_select_related = ["collection"]
    list_per_page = 40
    search_fields = ["title", "slug", "sha256"]
    date_hierarchy = "published_at"
    actions = ["withdraw", "restore", "feature", "unfeature"]
    readonly_fields = [
        "preview", "slug", "style_name", "collection", "tier", "palette_name", "orientation",
        "width_px", "height_px", "sha256", "decided_by", "quality", "published_at",
        "withdrawn_at", "withdrawn_by", "withdrawn_reason",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["preview", "title", "description", "alt_text", "tags", "is_featured"]}),
        ("Where it hangs", {"fields": ["slug", "style_name", "collection", "tier"]}),
        ("The picture", {"fields": ["palette_name", "orientation", "width_px", "height_px"]}),
        ("How it came to be", {"fields": ["decided_by", "quality", "sha256", "published_at"]}),
        ("Withdrawal", {"fields": ["withdrawn_at", "withdrawn_by", "withdrawn_reason"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # works come from approved renders

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a buyer's receipt must keep its work: withdraw it instead

    def save_model(self, request: HttpRequest, obj: Artwork, form: Any, change: bool) -> None:
        texts = {name: form.cleaned_data[name] for name in ("title", "description", "alt_text")}
        services.edit_artwork(artwork=obj, tags=form.cleaned_data["tags"], **texts)
        obj.save(update_fields=["is_featured"])

    @admin.display(description="")
    def thumbnail(self, work: Artwork) -> SafeString:
        return format_html(
            '<img class="admin-thumb" src="{}" alt="" width="64" height="64" loading="lazy">',
            picture_of(work).smallest,
        )

    @admin.display(description="Picture")
    def preview(self, work: Artwork) -> SafeString:
        return format_html(
            '<a href="{}"><img class="admin-preview" src="{}" alt="{}" width="{}" height="{}"></a>',
            work.get_absolute_url(),
            picture_of(work).largest,
            work.alt_text,
            work.width_px,
            work.height_px,
        )

    @admin.display(description="tier", ordering="tier")
    def tier_word(self, work: Artwork) -> str:
        return work.tier

    @admin.display(boolean=True, description="on sale")
    def on_sale(self, work: Artwork) -> bool:
        return work.withdrawn_at is None

    @admin.action(description="Withdraw from sale")
    def withdraw(self, request: HttpRequest, queryset: Any) -> None:
        reason = f"Taken down by {request.user.get_username()}."
        done = [
            services.withdraw_artwork(render_id=work.render_id, reason=reason, by="shop")
            for work in queryset
        ]
        messages.success(request, f"{sum(done)} work(s) taken off sale. Buyers keep theirs.")

    @admin.action(description="Put back on sale")
    def restore(self, request: HttpRequest, queryset: Any) -> None:
        done = [services.restore_artwork(artwork_id=work.pk) for work in queryset]
        messages.success(request, f"{sum(done)} work(s) back on sale.")

    @admin.action(description="Feature on the home page")
    def feature(self, request: HttpRequest, queryset: Any) -> None:
        messages.success(request, f"{queryset.update(is_featured=True)} work(s) featured.")

    @admin.action(description="No longer feature")
    def unfeature(self, request: HttpRequest, queryset: Any) -> None:
        messages.success(request, f"{queryset.update(is_featured=False)} work(s) changed.")


@admin.register(Collection)
class CollectionAdmin(admin.ModelAdmin):
    list_display = ["title", "slug", "is_featured", "created_at"]
    list_editable = ["is_featured"]
    search_fields = ["title", "slug"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []  # design specs and links name it


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
        Licence.objects.filter(pk=obj.pk).update(
            position=form.cleaned_data["position"], is_active=form.cleaned_data["is_active"]
        )
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


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that nobody may make, change or delete by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OrderLineInline(admin.TabularInline):
    model = OrderLine
    extra = 0
    can_delete = False


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ["id", "buyer", "state", "total", "gateway", "created_at", "paid_at"]
    list_filter = ["state", "gateway"]
    list_select_related = ["buyer"]
    search_fields = ["id", "buyer__username", "gateway_reference"]
    date_hierarchy = "created_at"
    inlines = [OrderLineInline]

    @admin.display(description="total", ordering="total_cents")
    def total(self, order: Order) -> str:
        return money(order.total_cents)


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    list_display = ["artwork", "buyer", "licence", "granted_at", "downloads"]
    list_select_related = ["artwork", "buyer", "licence"]
    search_fields = ["buyer__username", "artwork__title"]


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyAdmin):
    list_display = ["event_id", "kind", "gateway", "received_at"]
    list_filter = ["kind", "gateway"]
    search_fields = ["event_id"]
