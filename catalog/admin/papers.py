"""Invoices, credit notes and sent mails: records, with their PDFs and a way to send receipts again.

They come from the verbs of `catalog/services/papers.py` and `mails.py` alone.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.models import Grant, Invoice, SentMail
from catalog.papers.invoice_pdf import amount, invoice_pdf
from catalog.papers.vat_report import THRESHOLD_CENTS, as_csv, cross_border_cents, vat_report
from catalog.sending import send_bytes
from catalog.services.library import allow_more
from catalog.services.mails import resend_receipt
from genart.lib.errors import InvalidInput
from genart.lib.records import ReadOnlyAdmin

MORE_DOWNLOADS = 50


class ByNumber(admin.SimpleListFilter):
    """Invoices of one series."""

    title = "series"
    parameter_name = "series"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        series = Invoice.objects.order_by("-series").values_list("series", flat=True).distinct()
        return [(name, name) for name in series[:40]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> QuerySet[Invoice]:
        return queryset.filter(series=self.value()) if self.value() else queryset


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = [
        "number_shown",
        "kind",
        "issued_at",
        "to",
        "scheme",
        "net",
        "vat",
        "total",
        "pdf",
    ]
    list_filter = ["kind", ByNumber, "order__vat_scheme", "order__country"]
    list_select_related = ["order__buyer"]
    search_fields = ["series", "number", "order__id", "order__email", "order__bill_to"]
    date_hierarchy = "issued_at"
    actions = ["send_again"]
    change_list_template = "admin/catalog/invoice/change_list.html"

    @admin.display(description="number", ordering="number")
    def number_shown(self, invoice: Invoice) -> str:
        return str(invoice)

    @admin.display(description="to")
    def to(self, invoice: Invoice) -> str:
        lines = invoice.correction.get("lines") or invoice.facts["buyer"]["lines"]
        return (lines or [invoice.facts["buyer"]["email"]])[0]

    @admin.display(description="VAT scheme", ordering="order__vat_scheme")
    def scheme(self, invoice: Invoice) -> str:
        country = invoice.facts["vat_country"] or invoice.facts["buyer"]["country"]
        return f"{invoice.order.get_vat_scheme_display()} {country}".strip()

    @admin.display(description="net")
    def net(self, invoice: Invoice) -> str:
        return amount(invoice.facts["net_cents"], invoice.facts["currency"])

    @admin.display(description="VAT")
    def vat(self, invoice: Invoice) -> str:
        return amount(invoice.facts["vat_cents"], invoice.facts["currency"])

    @admin.display(description="total")
    def total(self, invoice: Invoice) -> str:
        return amount(invoice.facts["total_cents"], invoice.facts["currency"])

    @admin.display(description="PDF")
    def pdf(self, invoice: Invoice) -> SafeString:
        address = reverse("admin:catalog_invoice_pdf", args=[invoice.pk])
        return format_html('<a href="{}">PDF<span class="visually-hidden"> of {}</span></a>',
                           address, invoice)  # fmt: skip

    @admin.action(description="Send the receipt again", permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> None:
        orders = {invoice.order_id: invoice.order for invoice in queryset[:100]}
        for order in orders.values():
            resend_receipt(order=order)
        messages.success(request, f"{len(orders)} receipts sent.")

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_order")

    def get_urls(self) -> list[Any]:
        own = path(
            "<uuid:invoice_id>/pdf/",
            self.admin_site.admin_view(self.show_pdf),
            name="catalog_invoice_pdf",
        )
        report = path(
            "vat/", self.admin_site.admin_view(self.send_report), name="catalog_invoice_vat"
        )
        return [own, report, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the papers, with a way to the figures of a quarter."""
        now = timezone.now()
        quarter = f"{now:%Y}-Q{(now.month + 2) // 3}"
        context = {"quarter": quarter, "cross_border": _cross_border(now.year)}
        return super().changelist_view(request, context | (extra_context or {}))

    def send_report(self, request: HttpRequest) -> HttpResponse:
        """Send the sums of a quarter as a table."""
        if not self.has_view_permission(request):
            return HttpResponse(status=403)
        quarter = request.GET.get("quarter", "").strip().upper()
        try:
            table = as_csv(vat_report(quarter))
        except InvalidInput as error:
            messages.error(request, error.message)
            return redirect("admin:catalog_invoice_changelist")
        return send_bytes(request, table.encode(), filename=f"vat-{quarter}.csv",
                          content_type="text/csv; charset=utf-8")  # fmt: skip

    def show_pdf(self, request: HttpRequest, invoice_id: Any) -> HttpResponse:
        """Send the PDF to who may see invoices."""
        if not self.has_view_permission(request):
            return HttpResponse(status=403)
        invoice = get_object_or_404(Invoice, pk=invoice_id)
        return send_bytes(request, invoice_pdf(invoice), filename=f"{invoice}.pdf",
                          content_type="application/pdf", inline=True)  # fmt: skip


def _cross_border(year: int) -> str:
    """Say how far the year's sales to private buyers abroad are, where the threshold counts."""
    if settings.VAT_MODE != "threshold":
        return ""
    sums = cross_border_cents(year)
    said = ", ".join(amount(cents, currency) for currency, cents in sorted(sums.items()))
    over = any(cents > THRESHOLD_CENTS for cents in sums.values())
    advice = " The threshold is passed: set VAT_MODE to oss." if over else ""
    allowed = amount(THRESHOLD_CENTS, "EUR")
    total = f"{said or 'none'} of {allowed}"
    return f"To private buyers in other member states in {year}: {total}.{advice}"


@admin.register(SentMail)
class SentMailAdmin(ReadOnlyAdmin):
    list_display = ["sent_at", "to", "subject", "key"]
    search_fields = ["to", "key"]
    date_hierarchy = "sent_at"
    ordering = ["-sent_at"]


@admin.action(description=f"Allow {MORE_DOWNLOADS} more downloads")
def allow_more_downloads(
    modeladmin: "admin.ModelAdmin[Grant]", request: HttpRequest, queryset: QuerySet[Grant]
) -> None:
    """Open grants further, where a buyer has used all downloads; an action of the grants' page."""
    if not request.user.has_perm("catalog.change_grant"):
        raise PermissionDenied
    for grant in queryset:
        allow_more(grant_id=grant.pk, downloads=MORE_DOWNLOADS)
    messages.success(request, f"{len(queryset)} grants opened for {MORE_DOWNLOADS} more downloads.")
