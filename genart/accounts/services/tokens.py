"""Verbs about the tokens of programs."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from genart.accounts.models import ApiToken, User
from genart.lib.errors import InvalidInput

TOUCH_AFTER = timedelta(minutes=1)  # do not write a row for every call of a busy program


def create_token(*, user: User, scopes: list[str], name: str = "token") -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which is shown this once.

    Raises:
        InvalidInput: a scope is unknown, or none is given; nothing was written.
    """
    known = set(ApiToken.Scope.values)
    unknown = [scope for scope in scopes if scope not in known]
    if unknown or not scopes:
        raise InvalidInput(
            f"Choose scopes from {', '.join(sorted(known))}"
            + (f"; {unknown[0]} is none." if unknown else "."),
            where="scope",
        )
    secret = f"ga_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user, name=name, scopes=sorted(set(scopes)), sha256=ApiToken.digest(secret)
    )
    return token, secret


def use_token(*, secret: str) -> ApiToken | None:
    """Return the live token of a secret and note its use, or `None`."""
    token = (
        ApiToken.objects.select_related("user")
        .filter(sha256=ApiToken.digest(secret), revoked_at=None, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > TOUCH_AFTER:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


@transaction.atomic
def revoke_tokens(*, tokens: QuerySet[ApiToken]) -> int:
    """End tokens at once; return how many lived. Safe to repeat."""
    living = list(tokens.select_for_update().filter(revoked_at=None))
    for token in living:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
    return len(living)
