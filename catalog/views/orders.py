"""Orders of an account or a guest: the receipt, its papers, and the correction of an address."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Invoice, Order
from catalog.order_access import find_order
from catalog.papers.invoice_pdf import invoice_pdf
from catalog.sending import send_bytes
from catalog.services.library import fits_bundle
from catalog.services.papers import correct_papers, may_be_corrected
from catalog.services.payments import open_payment
from genart.lib.errors import GenartError

PER_PAGE = 30


@require_safe
@login_required
@never_cache
def orders(request: HttpRequest) -> HttpResponse:
    """List a buyer's orders, newest first."""
    found = Order.objects.filter(buyer_id=request.user.pk)
    found = found.prefetch_related("lines__artwork", "lines__credit_pack")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalog/orders.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show the receipt of an order; on POST, pay one that still waits."""
    try:
        found = find_order(request, order_id)
    except Http404:
        if request.user.is_authenticated or request.GET.get("key"):
            raise
        return redirect_to_login(request.get_full_path())
    if request.method == "POST":
        if found.state == Order.State.PENDING:
            return redirect(open_payment(order=found))
        return redirect(order_path(found))
    return render(request, "catalog/order.html", _context(found))


@require_POST
def correct(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Correct name and address on the papers of an order, once."""
    found = find_order(request, order_id)
    written = request.POST.get("bill_to", "")
    try:
        correct_papers(order=found, bill_to=written)
    except GenartError as error:
        context = _context(found) | {"bill_to": written, "correct_error": error.message}
        return render(request, "catalog/order.html", context, status=error.status)
    messages.success(request, gettext("Corrected. Invoice and certificates show it from now on."))
    return redirect(order_path(found))


@require_safe
@never_cache
def invoice(request: HttpRequest, order_id: UUID, invoice_id: UUID) -> HttpResponse:
    """Send an invoice or a credit note as a PDF."""
    found = find_order(request, order_id)
    paper = Invoice.objects.filter(pk=invoice_id, order=found).first()
    if paper is None:
        raise Http404("There is no such invoice here.")
    data = invoice_pdf(paper)
    name = f"{paper.kind.replace('_', '-')}-{paper}.pdf"
    return send_bytes(request, data, filename=name, content_type="application/pdf", inline=True)


def order_path(found: Order) -> str:
    """Return the address of an order; with the secret, for a guest to keep."""
    path = reverse("catalog:order", args=[found.pk])
    return path if found.buyer_id else f"{path}?key={found.secret}"


def _context(found: Order) -> dict[str, Any]:
    lines = found.lines.select_related("artwork", "licence", "credit_pack", "grant").order_by("pk")
    papers = list(found.invoices.order_by("issued_at"))
    own = next((paper for paper in papers if paper.kind == Invoice.Kind.INVOICE), None)
    grants = [line.grant for line in lines if hasattr(line, "grant") and not line.grant.revoked_at]
    return {
        "order": found,
        "order_path": order_path(found),
        "lines": list(lines),
        "papers": papers,
        "refunds": list(found.refunds.exclude(state="failed").order_by("created_at")),
        "open_grants": len(grants),
        "one_archive": len(grants) > 1 and fits_bundle(grants),
        "correctable": own is not None and may_be_corrected(own),
        "bill_to": found.bill_to,
    }
