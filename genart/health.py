"""Liveness and readiness, for supervisors and load balancers."""

from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the web process runs."""
    return HttpResponse("ok", content_type="text/plain")


readyz = healthz
