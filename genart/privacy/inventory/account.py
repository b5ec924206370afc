"""Who somebody is to us, and by what he proves it."""

from django.db.models import QuerySet

from genart.accounts.models import (
    ApiToken,
    Authenticator,
    Device,
    Passkey,
    PersonSession,
    RecoveryCode,
    SignInTry,
    User,
)
from genart.flags.models import Flag
from genart.privacy.holdings import Fate, Holding, own
from genart.privacy.models import DataRequest
from genart.privacy.subject import Subject

SIGN_IN = "to sign you in, and nobody else"


def _self(subject: Subject) -> QuerySet[User]:
    return User.objects.filter(pk__in=[subject.user.pk] if subject.user else [])


def _requests(subject: Subject) -> QuerySet[DataRequest]:
    if subject.user is None:
        return DataRequest.objects.filter(email=subject.email).exclude(email="")
    return DataRequest.objects.filter(user=subject.user)


HOLDINGS = (
    Holding(
        "account", User, _self, "Your account", "to know you again", Fate.BLANK,
        ("username", "first_name", "last_name", "email"), hides=("password", "session_epoch"),
    ),
    own(ApiToken, "user", "Tokens of your programs", "so that programs can act for you",
        name="tokens", hides=("sha256",)),
    own(Passkey, "user", "Passkeys", SIGN_IN, hides=("public_key",)),
    own(Authenticator, "user", "Authenticator app", SIGN_IN, hides=("sealed_secret",)),
    own(RecoveryCode, "user", "Recovery codes", SIGN_IN, hides=("digest",)),
    own(Device, "user", "Browsers you signed in with", SIGN_IN, hides=("digest",)),
    own(PersonSession, "user", "Where you are signed in", SIGN_IN, name="sessions",
        hides=("session_key",)),
    own(SignInTry, "user", "Tries to sign in to your account", "to stop who guesses passwords",
        hides=("name_digest", "device_digest")),
    own(User.groups.through, "user", "Groups you belong to", "to know what you may do",
        name="groups"),
    own(User.user_permissions.through, "user", "Rights of your own", "to know what you may do",
        name="rights"),
    own(Flag.persons.through, "user", "Features you try out before others", "to show them to you",
        name="features"),
    Holding(
        "requests", DataRequest, _requests, "What you asked about your data",
        "as the proof that it was done", Fate.BLANK, ("user", "email", "asked_by"),
        blanks={"email": ""}, hides=("sha256", "asked_by"),
    ),
)  # fmt: skip
