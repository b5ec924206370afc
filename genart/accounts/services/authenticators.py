"""Codes of an authenticator app: TOTP as RFC 6238 has it, six digits, thirty seconds, SHA-1.

Other lengths and hashes are in the RFC, and most apps ignore them silently.
"""

import re
import time

import pyotp
from django.conf import settings
from django.db import transaction

from genart.accounts.models import Authenticator, User
from genart.accounts.sealing import seal, unseal
from genart.lib.audit import note
from genart.lib.errors import InvalidInput

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""Codes of the step before and after count as well: clocks of phones are seldom exact."""


def new_secret() -> str:
    """Return a secret for an app: 160 bits, in base32."""
    return pyotp.random_base32()


def secret_address(user: User, secret: str) -> str:
    """Return what the QR code says: an `otpauth://` address."""
    totp = pyotp.TOTP(secret)
    return totp.provisioning_uri(name=user.get_username(), issuer_name=settings.SITE_NAME)


@transaction.atomic
def add_authenticator(*, user: User, secret: str, code: str) -> Authenticator:
    """Take an app into use, or another in place of it, once it shows a right code.

    Raises:
        InvalidInput: it shows another one; nothing was written.
    """
    step = matching_step(secret, code)
    if step is None:
        raise InvalidInput(
            "That is not the code for now. Type the six digits that the app shows.", where="code"
        )
    app, made = Authenticator.objects.update_or_create(
        user=user, defaults={"sealed_secret": seal(secret), "last_step": step}
    )
    note(verb=f"authenticator.{'added' if made else 'changed'}", subject=user, actor=user)
    return app


def use_authenticator(*, user: User, code: str) -> bool:
    """Tell whether this is the app's code of now, and let no code count twice."""
    app = Authenticator.objects.filter(user=user).first()
    step = matching_step(unseal(app.sealed_secret), code) if app else None
    if app is None or step is None:
        return False
    unused = Authenticator.objects.filter(pk=app.pk, last_step__lt=step)
    return bool(unused.update(last_step=step))


def matching_step(secret: str, code: str) -> int | None:
    """Return the half minute of which this is the code, near to now, or `None`."""
    plain = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", plain):
        return None
    totp, now = pyotp.TOTP(secret), int(time.time()) // STEP_SECONDS
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), plain):
            return step
    return None
