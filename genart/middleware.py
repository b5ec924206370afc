"""The edges of every HTML answer: language, content policy, compression, errors on purpose.

The API has its own edges in `genart/api/`.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import translation

from genart.lib.errors import NUL, GenartError, InvalidInput
from genart.lib.languages import ENGLISH, language_of

PAYMENT_PAGES = {"stripe": "https://checkout.stripe.com"}
"""Gateway → where its payment page is: a form of ours may be answered by a way there."""
POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data: blob: {media}",
    "style-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self' {sockets}",
    "object-src": "'none'",
    "frame-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self' {payment}",
    "frame-ancestors": "'none'",
}
FEATURES = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
TEXTUAL = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")


class ContentSecurityPolicyMiddleware:
    """Send a strict policy: no inline code, no foreign hosts but the one that serves media.

    JSON-LD needs no nonce: a `<script>` of a type that is no script is data, and `script-src` does
    not speak of it. The placeholders of pictures are `data:`. The gateway's page stands under
    `form-action`, since browsers hold a redirect that answers a form to it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers unless the view set its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", FEATURES)
        return response


def policy() -> str:
    """Return the policy under the settings of now."""
    site = urlsplit(settings.SITE_URL)
    sockets = "wss" if site.scheme == "https" else "ws"
    values = {
        "media": origin_of(settings.MEDIA_URL) or origin_of(_storage_address()),
        # 'self' covers sockets only in newer browsers.
        "sockets": f"{sockets}://{site.netloc}",
        "payment": PAYMENT_PAGES.get(settings.PAYMENT_GATEWAY, ""),
    }
    parts = [f"{name} {sources.format(**values)}".strip() for name, sources in POLICY.items()]
    return "; ".join(parts + (["upgrade-insecure-requests"] if settings.HTTPS else []))


def origin_of(address: str) -> str:
    """Return scheme and host of an address; empty for one on this site."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _storage_address() -> str:
    """Return an address of the public storage, where files are not served by this process."""
    options = settings.STORAGES["default"].get("OPTIONS", {})
    if options.get("custom_domain"):
        return f"https://{options['custom_domain']}"
    if "bucket_name" not in options:
        return ""
    return str(options.get("endpoint_url") or f"https://{options['bucket_name']}.s3.amazonaws.com")


class LanguageMiddleware:
    """Speak the language that the address tells, for as long as the answer is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, in its language."""
        language = language_of(request.path_info)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]  # as Django's own does
            response = self.get_response(request)
        if language != ENGLISH:
            response.headers.setdefault("Content-Language", language)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compress text, and nothing that is packed already: pictures, originals, papers.

    Django's own adds random bytes, so that lengths do not tell a form's secret.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Leave every other type as it is."""
        if not response.get("Content-Type", "").startswith(TEXTUAL):
            return response
        return super().process_response(request, response)  # type: ignore[arg-type, return-value]


class GenartErrorMiddleware:
    """Turn a `GenartError` from a view into a page, or a toast for htmx, with its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an error raised on purpose; leave every other to Django.

        Text that PostgreSQL keeps in no column is such an error too, wherever it was sent.
        """
        if isinstance(error, DataError) and "NUL" in str(error):
            error = InvalidInput(NUL)
        if not isinstance(error, GenartError):
            return None
        return render(request, "error.html", {"error": error}, status=error.status)
