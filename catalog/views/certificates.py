"""The public page of a certificate: whether it holds, for which work, under which terms."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from catalog.models import Grant
from catalog.order_access import may_open
from catalog.papers.certificate_facts import public_facts
from catalog.serials import plain_serial


def find_certificate(typed: str) -> Grant:
    """Return the grant of a serial.

    Raises:
        Http404: no certificate has this serial.
    """
    rows = Grant.objects.select_related("artwork", "licence", "order_line__order__buyer")
    grant = rows.filter(serial=plain_serial(typed)).first()
    if grant is None:
        raise Http404("No certificate has this number. Compare it with the paper, sign by sign.")
    return grant


@require_safe
def show(request: HttpRequest, serial: str) -> HttpResponse:
    """Show what anybody may know of a certificate; who holds it, the papers too."""
    grant = find_certificate(serial)
    if serial != grant.serial:
        return redirect("catalog:certificate", serial=grant.serial, permanent=True)
    context = {
        "facts": public_facts(grant),
        "grant": grant,
        "work": grant.artwork,
        "mine": may_open(request, grant.order_line.order),
    }
    response = render(request, "catalog/certificate.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Ask for a serial, and lead to its page."""
    typed = request.GET.get("serial", "")[:60]
    serial = plain_serial(typed)
    if serial and Grant.objects.filter(serial=serial).exists():
        return redirect("catalog:certificate", serial=serial)
    context = {"typed": typed, "unknown": bool(typed.strip())}
    status = 404 if context["unknown"] else 200
    return render(request, "catalog/certificate_find.html", context, status=status)
