"""Start-up checks of what settings alone cannot know: files, weights, and production's needs.

Run by `manage.py check`, and before the factory starts.
"""

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from generation.house.integrity import WeightsDamaged, verify_weights

TAG = "genart"


@register(TAG)
def data_folder_is_writable(**kwargs: Any) -> list[CheckMessage]:
    """Find a data folder in which nothing can be written."""
    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return [_data_folder_error(str(error.strerror))]
    if not os.access(settings.DATA_DIR, os.W_OK | os.X_OK):
        return [_data_folder_error("it is not writable")]
    return []


def _data_folder_error(reason: str) -> CheckMessage:
    """Return the error about the data folder."""
    return Error(
        f"The data folder {settings.DATA_DIR} cannot be used: {reason}.",
        hint="Choose another with GENART_DATA_DIR.",
        id="genart.E001",
    )


@register(TAG)
def house_weights_are_whole(**kwargs: Any) -> list[CheckMessage]:
    """Find weights of the house model that are missing or differ from their manifest."""
    try:
        verify_weights()
    except WeightsDamaged as error:
        return [
            Error(
                str(error),
                hint="`git checkout generation/house/weights` restores what the project ships.",
                id="genart.E002",
            )
        ]
    return []


@register(TAG)
def payments_are_real(**kwargs: Any) -> list[CheckMessage]:
    """Find a production whose payment page takes no money, or signs with the general secret."""
    if settings.DEVELOPMENT or settings.PAYMENT_GATEWAY != "test":
        return []
    found: list[CheckMessage] = [
        Warning(
            "PAYMENT_GATEWAY is test: anybody gets licences without paying.",
            hint="Set PAYMENT_GATEWAY=stripe with its two secrets before you open the shop.",
            id="genart.W003",
        )
    ]
    if settings.PAYMENT_WEBHOOK_SECRET == settings.SECRET_KEY:
        found.append(
            Warning(
                "PAYMENT_WEBHOOK_SECRET is not set: payment messages are signed with SECRET_KEY.",
                hint="Set it to a random text of its own.",
                id="genart.W001",
            )
        )
    return found


@register(TAG)
def signer_is_shared(**kwargs: Any) -> list[CheckMessage]:
    """Find hosts that share files but would each sign with a certificate of its own."""
    if settings.DEVELOPMENT or settings.C2PA_CERTIFICATE or not settings.AWS_STORAGE_BUCKET_NAME:
        return []
    return [
        Warning(
            "Each machine would sign pictures with a certificate of its own.",
            hint="Give all of them one: C2PA_CERTIFICATE_FILE and C2PA_PRIVATE_KEY_FILE.",
            id="genart.W006",
        )
    ]


@register(Tags.database)
def log_is_protected(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Find a database role that could rewrite the log of decisions.

    Runs with `manage.py check --database default`, and with every `migrate`.
    """
    if settings.DEVELOPMENT or not databases:
        return []
    from genart.ownership import is_protected

    if is_protected(settings.DATABASE_ROLE):
        return []
    return [
        Warning(
            f"The database role {settings.DATABASE_ROLE} could change the log of decisions.",
            hint="Let another role own the tables: `manage.py protect_log` says how.",
            id="genart.W002",
        )
    ]


@register(TAG)
def people_prove_themselves(**kwargs: Any) -> list[CheckMessage]:
    """Find a production in which a stolen password is enough to change what is sold."""
    if settings.DEVELOPMENT or settings.SECOND_FACTOR == "required":
        return []
    return [
        Warning(
            "SECOND_FACTOR is optional: a password alone opens studio, review and admin.",
            hint="Set SECOND_FACTOR=required.",
            id="genart.W004",
        )
    ]


@register(TAG)
def production_is_addressed(**kwargs: Any) -> list[CheckMessage]:
    """Find a production that still believes to be on localhost."""
    found: list[CheckMessage] = []
    if settings.DEVELOPMENT:
        return found
    if "//localhost" in settings.SITE_URL or not settings.SITE_URL.startswith("https://"):
        found.append(
            Error(
                f"SITE_URL is {settings.SITE_URL}, which customers cannot reach safely.",
                hint="Set SITE_URL to the public https:// address of the shop.",
                id="genart.E003",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS lets any host name in.",
                hint="List the host names of the shop.",
                id="genart.E004",
            )
        )
    return found
