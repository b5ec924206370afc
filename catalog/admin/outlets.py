"""Bundles for other outlets: begin one, see how far it is and what is held, fetch it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.models import Collection, OutletExport, OutletItem
from catalog.outlets import CHOICES, OUTLETS
from catalog.services.collections import works_of
from catalog.services.outlets import discard_export, open_bundle, start_export
from genart.lib.errors import GenartError
from genart.lib.records import ReadOnly, ReadOnlyAdmin

MOST_BY_ADDRESS = 150


class ExportForm(forms.Form):
    """Which works go where."""

    outlet = forms.ChoiceField(choices=CHOICES)
    collection = forms.ModelChoiceField(
        Collection.objects.all(), required=False, help_text="All its works that are on sale."
    )
    works = forms.CharField(
        required=False, widget=forms.HiddenInput, help_text="ids of chosen works"
    )
    upscale = forms.BooleanField(
        required=False,
        label="Enlarge works that are too small, where the outlet takes that",
        help_text="By Lanczos: nothing is invented. Description and metadata say so.",
    )

    def clean(self) -> dict[str, Any]:
        """Gather the works."""
        cleaned = super().clean() or self.cleaned_data
        ids = []
        try:
            ids = [UUID(text) for text in (cleaned.get("works") or "").split(",") if text]
        except ValueError:
            self.add_error(None, "These are no works. Choose them anew.")
        collection = cleaned.get("collection")
        if collection is not None:
            ids += list(works_of(collection).values_list("pk", flat=True))
        if not ids and not self.errors:
            self.add_error("collection", "Choose a collection that has works on sale.")
        return cleaned | {"ids": ids}


class ItemInline(ReadOnly, admin.TabularInline):
    model = OutletItem
    extra = 0
    fields = ["artwork", "included", "why"]
    readonly_fields = ["why"]
    ordering = ["included", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutletItem]:
        found: QuerySet[OutletItem] = super().get_queryset(request).select_related("artwork")
        return found

    @admin.display(description="held because, or advised")
    def why(self, item: OutletItem) -> str:
        return " ".join(item.reasons) or " ".join(item.row.get("advice", []))


@admin.register(OutletExport)
class OutletExportAdmin(ReadOnlyAdmin):
    list_display = ["name", "state", "progress", "bundle", "by", "created_at", "ready_at"]
    list_filter = ["outlet", "state"]
    list_select_related = ["by"]
    date_hierarchy = "created_at"
    actions = ["discard"]
    inlines = [ItemInline]
    fields = ["outlet", "rules_version", "state", "progress", "problem", "bundle", "sha256", "by",
              "created_at", "ready_at"]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutletExport]:
        looked_at = ~Q(items__row={}) | ~Q(items__reasons=[])
        found: QuerySet[OutletExport] = super().get_queryset(request)
        return found.annotate(
            asked=Count("items"),
            looked_at=Count("items", filter=looked_at),
            inside=Count("items", filter=Q(items__included=True)),
        )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:export_id>/bundle/", view(self.download), name="catalog_outlet_bundle"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("catalog.add_outletexport"))  # type: ignore[union-attr]

    def has_discard_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("catalog.delete_outletexport"))  # type: ignore[union-attr]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Choose outlet and works, and begin."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        chosen = request.GET.get("works", "")
        form = ExportForm(request.POST or None, initial={"works": chosen})
        if request.method == "POST" and form.is_valid():
            answer = self._begin(request, form)
            if answer is not None:
                return answer
        count = len([part for part in (form["works"].value() or "").split(",") if part])
        context = self.admin_site.each_context(request) | {
            "title": "Bundle works for another outlet",
            "opts": self.model._meta,
            "form": form,
            "chosen": count,
            "outlets": OUTLETS.values(),
        }
        return TemplateResponse(request, "admin/catalog/outletexport/begin.html", context)

    def _begin(self, request: HttpRequest, form: ExportForm) -> HttpResponse | None:
        data = form.cleaned_data
        try:
            export = start_export(
                outlet=data["outlet"],
                artwork_ids=data["ids"],
                by=request.user,  # type: ignore[arg-type]
                upscale=data["upscale"],
            )
        except GenartError as error:
            form.add_error(error.where if error.where in form.fields else None, error.message)
            return None
        messages.success(request, "The bundle is being made. Look here again in a moment.")
        return HttpResponseRedirect(reverse("admin:catalog_outletexport_change", args=[export.pk]))

    def download(self, request: HttpRequest, export_id: UUID) -> HttpResponseBase:
        """Hand the bundle over, unless a work of it may no longer leave."""
        export = get_object_or_404(OutletExport, pk=export_id)
        if not self.has_view_permission(request, export):
            raise PermissionDenied
        try:
            file = open_bundle(export=export)
        except GenartError as error:
            messages.error(request, error.message)
            address = reverse("admin:catalog_outletexport_change", args=[export.pk])
            return HttpResponseRedirect(address)
        name = f"{export.outlet}-{export.created_at:%Y-%m-%d}.zip"
        return FileResponse(file, as_attachment=True, filename=name)

    @admin.display(description="outlet", ordering="outlet")
    def name(self, export: OutletExport) -> str:
        outlet = OUTLETS.get(export.outlet)
        return outlet.name if outlet else export.outlet

    @admin.display(description="works")
    def progress(self, export: Any) -> str:
        if export.state == OutletExport.State.MAKING:
            return f"{export.looked_at} of {export.asked} looked at"
        return f"{export.inside} inside, {export.asked - export.inside} held"

    @admin.display(description="bundle")
    def bundle(self, export: OutletExport) -> SafeString | str:
        if export.state != OutletExport.State.READY:
            return "–"
        address = reverse("admin:catalog_outlet_bundle", args=[export.pk])
        return format_html('<a href="{}">Fetch the zip</a>', address)

    @admin.action(description="Throw away: it was not handed over", permissions=["discard"])
    def discard(self, request: HttpRequest, queryset: QuerySet[OutletExport]) -> None:
        for export in queryset:
            discard_export(export=export)
        messages.success(request, "Thrown away. Their works may go into other bundles.")
