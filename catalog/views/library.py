"""What a buyer has: licensed works, the originals, orders and receipts."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from catalog import services
from catalog.models import Grant, Order
from catalog.views.checkout import open_payment
from genart.accounts.models import User
from genart.lib.errors import NotFound


@require_safe
@login_required
def library(request: HttpRequest) -> HttpResponse:
    """Show the works a buyer has licensed."""
    grants = Grant.objects.filter(buyer_id=request.user.pk)
    grants = grants.select_related("artwork", "licence", "order_line__order")
    return render(request, "catalog/library.html", {"grants": grants})


@require_safe
def download(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Send the original to the buyer of the grant, and 404 to everybody else."""
    if not isinstance(request.user, User):
        raise NotFound("There is no such download in your library. Sign in to see yours.")
    grant, file = services.open_download(grant_id=grant_id, user=request.user)
    with file:  # whole: under ASGI a synchronous stream would be read whole anyway
        response = HttpResponse(file.read(), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="{grant.artwork.slug}.png"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-SHA256"] = grant.artwork.sha256
    return response


@require_safe
@login_required
def orders(request: HttpRequest) -> HttpResponse:
    """List a buyer's orders, newest first."""
    found = Order.objects.filter(buyer_id=request.user.pk).prefetch_related("lines__artwork")
    return render(request, "catalog/orders.html", {"orders": found})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show the receipt of an order; on POST, pay one that still waits."""
    found = get_object_or_404(Order, pk=order_id, buyer_id=request.user.pk)
    if request.method == "POST":
        if found.state == Order.State.PENDING:
            return redirect(open_payment(found))
        return redirect("catalog:order", order_id=found.pk)
    lines = found.lines.select_related("artwork", "licence", "grant")
    return render(request, "catalog/order.html", {"order": found, "lines": lines})
