"""What proves a person beside the password: who has it, who must, and how it is given up.

`SECOND_FACTOR` says whether those who work here must prove themselves twice. Who has a second
factor is always asked for it.
"""

from django.conf import settings
from django.db import transaction

from genart.accounts.models import Authenticator, Passkey, User
from genart.accounts.services.authenticators import use_authenticator
from genart.accounts.services.recovery_codes import use_recovery_code
from genart.lib.audit import note
from genart.lib.errors import NotFound, StateConflict


def has_factor(user: User) -> bool:
    """Tell whether a person has a second factor."""
    return user.passkeys.exists() or Authenticator.objects.filter(user=user).exists()


def works_here(user: User) -> bool:
    """Tell whether a person may do what a buyer may not."""
    return bool(user.is_staff or user.is_superuser or user.get_all_permissions())


def must_prove(user: User) -> bool:
    """Tell whether a person has to have a second factor."""
    return settings.SECOND_FACTOR == "required" and works_here(user)


def use_code(*, user: User, code: str) -> str:
    """Take a code of the app or one from paper, each once; say which, or nothing when wrong."""
    if use_authenticator(user=user, code=code):
        return "authenticator"
    return "recovery code" if use_recovery_code(user=user, code=code) else ""


@transaction.atomic
def remove_passkey(*, user: User, pk: int) -> None:
    """Forget a passkey.

    Raises:
        NotFound: the person has no such key.
        StateConflict: it is the last factor of somebody who must have one.
    """
    passkey = Passkey.objects.filter(user=user, pk=pk).first()
    if passkey is None:
        raise NotFound("That passkey is gone already.")
    _keep_one(user)
    note(verb="passkey.removed", subject=passkey, actor=user, before={"person": user.pk})
    passkey.delete()
    _drop_codes(user)


@transaction.atomic
def remove_authenticator(*, user: User) -> None:
    """Forget the authenticator app.

    Raises:
        NotFound: there is none.
        StateConflict: it is the last factor of somebody who must have one.
    """
    app = Authenticator.objects.filter(user=user).first()
    if app is None:
        raise NotFound("The authenticator is gone already.")
    _keep_one(user)
    note(verb="authenticator.removed", subject=user, actor=user)
    app.delete()
    _drop_codes(user)


@transaction.atomic
def reset_factors(*, user: User, actor: User | None = None) -> None:
    """Take every factor from a person who has lost them all, as somebody else who knows him.

    Safe to repeat.
    """
    before = {"passkeys": user.passkeys.count(), "authenticator": has_factor(user)}
    user.passkeys.all().delete()
    Authenticator.objects.filter(user=user).delete()
    user.recovery_codes.all().delete()
    note(verb="factors.reset", subject=user, actor=actor, before=before)


def _keep_one(user: User) -> None:
    """Refuse to take the last factor from somebody who must have one."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    count = user.passkeys.count() + Authenticator.objects.filter(user=user).count()
    if count < 2 and must_prove(user):
        raise StateConflict("You need a second factor for your work. Add another one first.")


def _drop_codes(user: User) -> None:
    """Forget codes that stand for no factor any more."""
    if not has_factor(user):
        user.recovery_codes.all().delete()
