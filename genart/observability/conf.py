"""What `genart/settings.py` says about seeing. Needs no Django and reads no variable."""

from typing import Any

WATCHED = {
    "django.core.files.storage.FileSystemStorage": "genart.observability.storages.WatchedFolder",
    "storages.backends.s3.S3Storage": "genart.observability.storages.WatchedBucket",
}
NAMES = {"default": "public"}
"""What figures call a storage, where its alias says little."""
SECRET_SETTINGS = (
    "SECRET_KEY",
    "METRICS_TOKEN",
    "PAYMENT_WEBHOOK_SECRET",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "C2PA_SIGNING_TOKEN",
    "TEXT_ENDPOINT_KEY",
    "EMAIL_HOST_PASSWORD",
    "SENTRY_DSN",
)


def watched(storages: dict[str, Any]) -> dict[str, Any]:
    """Return `STORAGES` with those classes that measure what they do, where there is one."""
    return {
        alias: {
            "BACKEND": WATCHED[entry["BACKEND"]],
            "OPTIONS": {**entry.get("OPTIONS", {}), "watched_as": NAMES.get(alias, alias)},
        }
        if entry["BACKEND"] in WATCHED
        else entry
        for alias, entry in storages.items()
    }
