"""Works: their texts, their prices now, on and off the wall."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog import services, texts
from catalog.admin.outlets import MOST_BY_ADDRESS
from catalog.images import picture_of
from catalog.models import Artwork
from genart.accounts.models import User
from genart.templatetags.ui import money


class ArtworkForm(forms.ModelForm):
    """The texts of a listing, held to the rules of `catalog/texts`."""

    class Meta:
        model = Artwork
        fields = ["title", "description", "alt_text", "tags", "is_featured"]
        help_texts = {
            "title": f"At most {texts.TITLE_LIMIT} characters; no other work may have it. "
            "The address of the page stays as it is.",
            "alt_text": f"What is seen, for people who cannot see it; at most "
            f"{texts.ALT_LIMIT} characters.",
            "tags": f"{texts.LEAST_TAGS} to {texts.MOST_TAGS}, separated by commas.",
            "is_featured": "Featured works come first on the home page.",
        }
        widgets = {"alt_text": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        """Say at each field what is against the rules."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["tags"] = [tag.strip().lower() for tag in cleaned.get("tags") or []]
        said = {name: cleaned.get(name, "") for name in ("title", "description", "alt_text")}
        for field, message in texts.faults(**said, tags=cleaned["tags"]).items():
            self.add_error(field, message)
        same = Artwork.objects.exclude(pk=self.instance.pk).filter(title__iexact=said["title"])
        if same.exists():
            self.add_error("title", "Another work has this title.")
        return cleaned


class ReasonForm(forms.Form):
    """Why a work leaves the shop."""

    reason = forms.CharField(
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the work, and shown to those who look after the shop.",
    )


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
    list_filter = [OnSaleFilter, "withdrawn_by", "is_featured", "tier", "style_name", "collection"]
    list_select_related = ["collection"]
    list_per_page = 40
    search_fields = ["title", "slug", "sha256"]
    date_hierarchy = "published_at"
    actions = ["withdraw", "restore", "feature", "unfeature", "bundle"]
    list_editable = ["is_featured"]
    readonly_fields = [
        "preview", "prices", "slug", "style_name", "collection", "tier", "palette_name",
        "orientation", "width_px", "height_px", "sha256", "decided_by", "quality", "published_at",
        "withdrawn_at", "withdrawn_by", "withdrawn_reason",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["preview", "title", "description", "alt_text", "tags", "is_featured"]}),
        ("What it costs", {"fields": ["prices"]}),
        ("Where it hangs", {"fields": ["slug", "style_name", "collection", "tier"]}),
        ("The picture", {"fields": ["palette_name", "orientation", "width_px", "height_px"]}),
        ("How it came to be", {"fields": ["decided_by", "quality", "sha256", "published_at"]}),
        ("Withdrawal", {"fields": ["withdrawn_at", "withdrawn_by", "withdrawn_reason"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # works come from approved renders

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a buyer's receipt must keep its work: withdraw it instead

    def view_on_site(self, obj: Artwork) -> str:
        """Return the work's page on the shop."""
        return obj.get_absolute_url()

    def save_model(self, request: HttpRequest, obj: Artwork, form: Any, change: bool) -> None:
        if "title" not in form.cleaned_data:  # a tick in the list
            obj.save(update_fields=["is_featured"])
            return
        said = {name: form.cleaned_data[name] for name in ("title", "description", "alt_text")}
        person = cast(User, request.user)  # the admin lets nobody else in
        services.edit_artwork(artwork=obj, tags=form.cleaned_data["tags"], by=person, **said)
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

    @admin.display(description="prices now")
    def prices(self, work: Artwork) -> str:
        said = [
            f"{offer.licence.name} {money(offer.cents)}"
            + (f" (list {money(offer.list_cents)})" if offer.cents != offer.list_cents else "")
            for offer in services.offers(work)
        ]
        return ", ".join(said) or "It is not sold."

    @admin.action(description="Withdraw from sale…")
    def withdraw(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        form = ReasonForm(request.POST if "apply" in request.POST else None)
        if not form.is_valid():
            context = self.admin_site.each_context(request) | {
                "title": "Withdraw from sale",
                "opts": self.model._meta,
                "works": list(queryset),
                "form": form,
            }
            return TemplateResponse(request, "admin/catalog/artwork/withdraw.html", context)
        reason = form.cleaned_data["reason"]
        done = [
            services.withdraw_artwork(render_id=work.render_id, reason=reason, by="shop")
            for work in queryset
        ]
        messages.success(request, f"{sum(done)} work(s) taken off sale. Buyers keep theirs.")
        return None

    @admin.action(description="Bundle for another outlet…")
    def bundle(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        ids = [str(pk) for pk in queryset.values_list("pk", flat=True)[: MOST_BY_ADDRESS + 1]]
        if len(ids) > MOST_BY_ADDRESS:
            messages.error(
                request, f"Choose at most {MOST_BY_ADDRESS} works, or gather them in a collection."
            )
            return None
        address = reverse("admin:catalog_outletexport_add")
        return HttpResponseRedirect(f"{address}?works={','.join(ids)}")

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
