"""What `genart/settings.py` says about seeing. Needs no Django and reads no variable."""

import re
from typing import Any

WATCHED = {
    "django.core.files.storage.FileSystemStorage": "genart.observability.storages.WatchedFolder",
    "storages.backends.s3.S3Storage": "genart.observability.storages.WatchedBucket",
}
NAMES = {"default": "public"}
"""What figures call a storage, where its alias says little."""
SECRET_SETTINGS = ("SECRET_KEY", "PAYMENT_WEBHOOK_SECRET", "EMAIL_HOST_PASSWORD", "SENTRY_DSN")
"""Secrets that the settings make of something else; the rest is found among the variables."""
SECRET_VARIABLE = re.compile(
    r"(?i)(secret|password|passphrase|token|credential|_dsn|_?key)(_file)?$"
)
"""Names of variables whose values are in no line: ours, of providers, of libraries."""


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
