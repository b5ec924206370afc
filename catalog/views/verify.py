"""The public page that says what we know of a file. No account; nothing that is sent is kept."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from catalog.provenance.verdicts import verdict_on
from catalog.provenance.verify import examine
from genart.lib.errors import GenartError


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Take a file and answer; without one, ask for it."""
    context: dict[str, object] = {"most_mb": settings.VERIFY_BYTES // 1024 // 1024}
    if request.method != "POST":
        return render(request, "catalog/verify.html", context)
    sent = request.FILES.get("file")
    try:
        too_large = sent is not None and (sent.size or 0) > settings.VERIFY_BYTES
        data = sent.read(settings.VERIFY_BYTES + 1) if sent else b""
        found = examine(data + (b"." if too_large else b""))
    except GenartError as error:
        context["fault"] = error.message
        return render(request, "catalog/verify.html", context, status=error.status)
    context |= {"found": found, "verdict": verdict_on(found), "work": found.work}
    context["file_name"] = (sent.name or "")[:80] if sent else ""
    response = render(request, "catalog/verify.html", context)
    response["Cache-Control"] = "no-store"
    return response
