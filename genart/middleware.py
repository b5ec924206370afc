"""Two edges of every HTML answer: the content security policy, and errors raised on purpose.

The API has its own error handler in `genart/api.py`.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from genart.lib.errors import GenartError

POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob: {media}",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class ContentSecurityPolicyMiddleware:
    """Send a strict policy: no inline code, no foreign hosts but the one that serves media."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        from django.conf import settings

        self.get_response = get_response
        media = settings.MEDIA_URL
        self.policy = POLICY.format(media=media if media.startswith("http") else "").strip()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header unless the view set one of its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


class GenartErrorMiddleware:
    """Turn a `GenartError` from a view into a page, or a toast for htmx, with its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an error raised on purpose; leave every other to Django."""
        if not isinstance(error, GenartError):
            return None
        return render(request, "error.html", {"error": error}, status=error.status)
