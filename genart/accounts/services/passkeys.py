"""Passkeys: what the browser is asked (WebAuthn), and whether its answer holds.

The address of the shop (`SITE_URL`) decides for which site a key counts, never the request's own
host. No attestation is asked for: which maker's key it is, is the person's affair.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from genart.accounts.models import Passkey, User
from genart.lib.audit import note
from genart.lib.errors import InvalidInput, StateConflict

MOST = 20
NOT_TAKEN = gettext_noop("That passkey was not accepted. Try once more, or use another way.")


@dataclass(frozen=True, slots=True)
class Question:
    """What the browser is asked.

    Attributes:
        options: for `navigator.credentials`, as JSON has them.
        challenge: what the answer must sign; kept in the session, and good for one answer.
    """

    options: dict[str, Any]
    challenge: str


def question_for_adding(user: User) -> Question:
    """Return what makes a browser create a key for a person.

    Raises:
        StateConflict: the person has enough of them.
    """
    if user.passkeys.count() >= MOST:
        raise StateConflict(
            gettext("You have %(most)s passkeys. Remove one that you no longer use.")
            % {"most": MOST}
        )
    made = generate_registration_options(
        rp_id=_site(),
        rp_name=settings.SITE_NAME,
        user_id=sha256(f"genart person {user.pk}".encode()).digest(),
        user_name=user.get_username(),
        exclude_credentials=_known(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return _question(made)


def question_for_signing_in(user: User | None) -> Question:
    """Return what makes a browser sign with a key: one of a person, or any that it has for us."""
    made = generate_authentication_options(
        rp_id=_site(),
        allow_credentials=_known(user) if user else [],
        user_verification=UserVerificationRequirement.PREFERRED
        if user
        else UserVerificationRequirement.REQUIRED,
    )
    return _question(made)


@transaction.atomic
def add_passkey(*, user: User, answer: Any, challenge: str, name: str) -> Passkey:
    """Keep the key that a browser has created.

    Raises:
        InvalidInput: the answer does not hold, or the key is known; nothing was written.
    """
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_site(),
            expected_origin=_origin(),
        )
        transports = [str(way)[:20] for way in answer["response"].get("transports", [])][:8]
    except Exception as error:  # of the answer, which may be anything at all
        raise InvalidInput(NOT_TAKEN) from error
    if Passkey.objects.filter(credential_id=found.credential_id).exists():
        raise InvalidInput("This passkey is in use already.")
    passkey = Passkey.objects.create(
        user=user,
        name=" ".join(name.split())[:60]
        or gettext("Passkey %(count)s") % {"count": user.passkeys.count() + 1},
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        transports=transports,
        is_backed_up=found.credential_backed_up,
    )
    note(verb="passkey.added", subject=passkey, actor=user, after={"person": user.pk})
    return passkey


@transaction.atomic
def use_passkey(*, answer: Any, challenge: str, user: User | None) -> Passkey:
    """Return the key that signed the answer, and count its use.

    Args:
        answer: of the browser.
        challenge: that of the question.
        user: whose key it must be; without one, the key says who it is, so the browser must have
            made sure of the person (by finger, face or PIN).

    Raises:
        InvalidInput: the answer does not hold, or its key is not known; nothing was written.
    """
    passkey = _passkey_of(answer, user)
    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_site(),
            expected_origin=_origin(),
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=user is None,
        )
    except Exception as error:  # as above; a count that does not rise is a copy of the key
        raise InvalidInput(NOT_TAKEN) from error
    passkey.sign_count = found.new_sign_count
    passkey.last_used_at = timezone.now()
    passkey.save(update_fields=["sign_count", "last_used_at"])
    return passkey


def _passkey_of(answer: Any, user: User | None) -> Passkey:
    """Return the key that an answer names, locked, of a person who may sign in."""
    try:
        key = base64url_to_bytes(answer["rawId"])
    except Exception as error:
        raise InvalidInput(NOT_TAKEN) from error
    rows = Passkey.objects.select_for_update(no_key=True, of=["self"]).select_related("user")
    passkey = rows.filter(credential_id=key, user__is_active=True).first()
    if passkey is None or (user is not None and passkey.user_id != user.pk):
        raise InvalidInput(NOT_TAKEN)
    return passkey


def _known(user: User) -> list[PublicKeyCredentialDescriptor]:
    keys = user.passkeys.values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(id=bytes(key)) for key in keys]


def _question(made: Any) -> Question:
    options = json.loads(options_to_json(made))
    return Question(options, options["challenge"])


def _site() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _origin() -> str:
    parts = urlsplit(settings.SITE_URL)
    return f"{parts.scheme}://{parts.netloc}"
