"""What a buyer has: licensed works, and the way to their files."""

from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Grant, Invoice
from catalog.order_access import SESSION_KEY, find_order, may_open
from catalog.papers.certificate_pdf import certificate_pdf
from catalog.provenance.delivery import deliver
from catalog.sending import send_bytes
from catalog.services import library as shelf
from catalog.services.papers import show_licensee
from catalog.services.prints import printed
from genart.lib.errors import GenartError
from generation.upscale import PRINT_PIXELS

PER_PAGE = 24
QUERY_LIMIT = 100


@require_safe
@never_cache
def library(request: HttpRequest) -> HttpResponse:
    """Show the licensed works of an account, or of the orders that a guest has opened."""
    held = _held(request)
    if held is None:
        return redirect_to_login(request.get_full_path())
    query = "".join(char for char in request.GET.get("q", "") if char.isprintable())
    query = query.strip()[:QUERY_LIMIT]
    page = Paginator(_found(held, query), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page, "q": query, "invoices": _invoices(page.object_list),
        "prints": printed(page.object_list), "print_pixels": PRINT_PIXELS,
    }  # fmt: skip
    return render(request, "catalog/library.html", context)


@require_safe
@never_cache
def download(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Lead to the file by a link that ends; 404 for everybody who may not have it."""
    grant = open_grant(request, grant_id)
    if request.method == "HEAD":  # looking is not taking
        shelf.refuse_revoked(grant)
        return HttpResponse()
    try:
        link = shelf.make_link(grant_id=grant.pk)
    except GenartError as error:
        return _no_download(request, grant, error)
    return redirect(link.path)


@require_safe
@never_cache
def file(request: HttpRequest, token: str) -> HttpResponse:
    """Send the file that a signed link names, or the part of it that is asked for."""
    try:
        grant, seconds = shelf.read_link(token=token)
    except shelf.Gone as error:
        return _no_download(request, None, error)
    away = shelf.storage_url(grant, seconds)
    if away:
        return HttpResponseRedirect(away)
    delivered = deliver(grant)
    return send_bytes(
        request, delivered.data, filename=delivered.filename, content_type=delivered.content_type
    )


@require_safe
@never_cache
def bundle(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Send every file of an order in one archive, with the certificates."""
    order = find_order(request, order_id)
    if request.method == "HEAD":
        return HttpResponse(content_type="application/zip")
    data = shelf.bundle(order=order)
    name = f"order-{str(order.pk)[:8]}.zip"
    return send_bytes(request, data, filename=name, content_type="application/zip")


@require_safe
@never_cache
def certificate(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Send the certificate of a grant as a PDF, to who holds the grant."""
    grant = open_grant(request, grant_id)
    if grant.revoked_at is None:
        deliver(grant)  # so that the certificate can name the hash of the file
    name = f"certificate-{grant.serial}.pdf"
    data = certificate_pdf(grant)
    return send_bytes(request, data, filename=name, content_type="application/pdf", inline=True)


@require_POST
def name(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Show or hide the licensee's name on the public page of a certificate."""
    grant = open_grant(request, grant_id)
    show_licensee(grant=grant, shown=request.POST.get("shown") == "yes")
    return redirect("catalog:certificate", serial=grant.serial)


def open_grant(request: HttpRequest, grant_id: UUID) -> Grant:
    """Return a grant that the visitor holds; 404 for every other."""
    rows = Grant.objects.select_related("artwork", "licence", "order_line__order__buyer")
    grant = rows.filter(pk=grant_id).first()
    if grant is None or not may_open(request, grant.order_line.order):
        raise Http404("There is no such download here. Sign in, or use the link in your mail.")
    return grant


def _held(request: HttpRequest) -> QuerySet[Grant] | None:
    """Return the grants that a visitor holds; `None` for a stranger."""
    rows = Grant.objects.select_related("artwork", "licence", "order_line__order")
    opened = request.session.get(SESSION_KEY, {})
    by_secret = Q(order_line__order__secret__in=list(opened.values()))
    if request.user.is_authenticated:
        return rows.filter(Q(buyer_id=request.user.pk) | (by_secret & Q(buyer=None)))
    return rows.filter(by_secret, buyer=None) if opened else None


def _found(held: QuerySet[Grant], query: str) -> QuerySet[Grant]:
    """Return those with each word in title, licence, serial or number of the order."""
    for word in query.split():
        held = held.filter(
            Q(artwork__title__icontains=word)
            | Q(artwork__tags__icontains=word)
            | Q(licence__name__icontains=word)
            | Q(serial__icontains=word)
            | Q(order_line__order__id__istartswith=word)
        )
    return held.order_by("-granted_at", "pk")


def _invoices(grants: Any) -> dict[UUID, Invoice]:
    """Return the invoice of each order on a page."""
    orders = {grant.order_line.order_id for grant in grants}
    found = Invoice.objects.filter(order__in=orders, kind=Invoice.Kind.INVOICE)
    return {invoice.order_id: invoice for invoice in found}


def _no_download(request: HttpRequest, grant: Grant | None, error: GenartError) -> HttpResponse:
    context = {"error": error, "grant": grant}
    return render(request, "catalog/no_download.html", context, status=error.status)
