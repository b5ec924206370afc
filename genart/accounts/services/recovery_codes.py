"""Ten codes on paper, for when phone and keys are lost. Each opens the account once."""

import re
import secrets

from django.db import transaction
from django.utils import timezone

from genart.accounts.models import RecoveryCode, User
from genart.accounts.sealing import digest, digests
from genart.lib.audit import note

PURPOSE = "recovery code"
COUNT = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
LENGTH = 12
"""59 bits: a digest of it is not to be guessed even by who has the database and our key."""


@transaction.atomic
def make_recovery_codes(*, user: User) -> list[str]:
    """Make new codes, which end the old ones, and return them: they are shown this once."""
    codes = [_new_code() for _ in range(COUNT)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=digest(PURPOSE, _plain(code))) for code in codes
    )
    note(verb="recovery_codes.made", subject=user, actor=user)
    return codes


@transaction.atomic
def use_recovery_code(*, user: User, code: str) -> bool:
    """Tell whether this is one of the unused codes of a person, and use it up."""
    known = digests(PURPOSE, _plain(code))
    unused = RecoveryCode.objects.filter(user=user, digest__in=known, used_at=None)
    if not unused.update(used_at=timezone.now()):
        return False
    note(verb="recovery_code.used", subject=user, actor=user)
    return True


def codes_left(user: User) -> int:
    """Return how many codes of a person are unused."""
    return user.recovery_codes.filter(used_at=None).count()


def _new_code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def _plain(code: str) -> str:
    """Return a code as it was made, however it is typed."""
    return re.sub(r"[\s-]", "", code).lower()[:40]
