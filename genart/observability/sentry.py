"""Reports of errors to Sentry (or whoever speaks its protocol), where `SENTRY_DSN` says to.

A report has the traceback, the ids of the present work and the route. It has no cookies, bodies,
headers of sign-in, addresses of people or values of local variables; the rest is redacted.
"""

import logging
from typing import Any

from django.conf import settings

from genart.lib import tracing
from genart.lib.redaction import redacted_tree

logger = logging.getLogger(__name__)

MISSING = "SENTRY_DSN is set: install genart[seeing], which brings Sentry's client."
LEFT_OUT = ("cookies", "data", "env", "query_string")
"""Parts of a request that no report needs."""


def start() -> bool:
    """Report errors from now on, where the settings say whom to; tell whether they do."""
    if not settings.SENTRY_DSN:
        return False
    try:
        import sentry_sdk
        from sentry_sdk.integrations.logging import LoggingIntegration
    except ImportError:
        logger.error(MISSING)
        return False
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.MODE,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0,
        default_integrations=False,
        integrations=[*integrations(), LoggingIntegration(level=logging.INFO)],
        before_send=scrubbed,
        before_breadcrumb=scrubbed_crumb,
    )
    return True


def integrations() -> list[Any]:
    """Return where errors are caught: what nobody caught, in threads as well, and in views.

    Errors of actors come with the log line that dramatiq writes of each.
    """
    from sentry_sdk.integrations import dedupe, django, excepthook, threading

    return [
        django.DjangoIntegration(middleware_spans=False, signals_spans=False),
        excepthook.ExcepthookIntegration(),
        threading.ThreadingIntegration(),
        dedupe.DedupeIntegration(),
    ]


def scrubbed(event: Any, hint: dict[str, Any]) -> Any:
    """Return a report without what must not leave the house, and with the ids of now."""
    request = event.get("request") or {}
    for part in LEFT_OUT:
        request.pop(part, None)
    event.pop("server_name", None)
    if event.get("user"):
        event["user"] = {"id": event["user"].get("id")}
    event.setdefault("tags", {}).update(tracing.current())
    return redacted_tree(event)


def scrubbed_crumb(crumb: Any, hint: dict[str, Any]) -> Any:
    """Return a step on the way to an error without secrets."""
    return redacted_tree(crumb)
