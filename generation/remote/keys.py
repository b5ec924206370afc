"""The providers' keys: read from the environment when they are needed, never stored or shown."""

import re

from django.conf import settings

from genart import env
from generation.models import Provider
from generation.remote.types import Unavailable

ERROR_LENGTH = 400
_KEY_LIKE = re.compile(
    r"(?i)(\b(?:bearer|token|key|secret|signature|credential|password)\b[\s:=\"']+)[^\s\"',;&]+"
    r"|\b(?:sk|rpa|pk)[-_][A-Za-z0-9_-]{8,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}"
)

OTHERS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "SENTRY_DSN"}
"""Read by libraries, not by our settings, and as little a provider's."""


def is_own(variable: str) -> bool:
    """Return whether a variable is one of genart's own: its secret is sent to no provider."""
    return variable in OTHERS or hasattr(settings, variable.removesuffix("_FILE"))


def key_of(provider: Provider) -> str:
    """Return a provider's key, or what the file that `NAME_FILE` points to holds.

    Empty where it needs none.

    Raises:
        Unavailable: the variable that should hold it is empty, or is one of genart's own.
    """
    if not provider.key_variable:
        return ""
    if is_own(provider.key_variable):
        raise Unavailable(
            f"{provider.key_variable} is genart's own: give {provider.name} a key of its own."
        )
    key = env.text(provider.key_variable)
    if not key:
        raise Unavailable(
            f"Set the environment variable {provider.key_variable} to the key of {provider.name}."
        )
    return key


def cleansed(text: str, provider: Provider) -> str:
    """Return somebody else's error text without the provider's key, or what looks like one."""
    secret = env.text(provider.key_variable) if provider.key_variable else ""
    for part in sorted({secret, *secret.split(":")}, key=len, reverse=True):
        if len(part) >= 4:
            text = text.replace(part, "…")
    text = _KEY_LIKE.sub(lambda found: f"{found[1] or ''}…", text)
    return " ".join(text.split())[:ERROR_LENGTH]
