"""People, by what they prove who they are, and the tokens their programs use.

What they may do is Django's permissions. `services/` holds every verb.
"""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac


class User(AbstractUser):
    """A buyer, curator or admin; a buyer needs no permission at all."""

    email = models.EmailField("e-mail address", blank=True)
    session_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    is_unproven = False
    """Whether this session still owes a second factor: until then its person may do nothing that
    needs a permission. Set by the middleware on the person of one request, never stored."""

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Tell whether the person may do something, in this session."""
        return not self.is_unproven and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Tell whether the person may do anything in an app, in this session."""
        return not self.is_unproven and super().has_module_perms(app_label)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what every session of the person must carry; a new epoch ends them all."""
        if not self.session_epoch:
            return super()._get_session_auth_hash(secret=secret)  # type: ignore[misc, no-any-return]
        salt = f"genart.accounts.session.{self.session_epoch}"
        return salted_hmac(salt, self.password, secret=secret, algorithm="sha256").hexdigest()


class ApiToken(models.Model):
    """A secret by which a program acts for a user, within scopes. Only its SHA-256 is kept."""

    class Scope(models.TextChoices):
        JOBS_READ = "jobs:read"
        JOBS_WRITE = "jobs:write"
        ARTWORKS_READ = "artworks:read"
        CANDIDATES_READ = "candidates:read"
        CANDIDATES_DECIDE = "candidates:decide"
        SCORES_WRITE = "scores:write"
        ORDERS_READ = "orders:read"
        ORDERS_WRITE = "orders:write"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=80, default="token")
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope.choices))
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"

    @staticmethod
    def digest(secret: str) -> str:
        """Return the SHA-256 under which a secret is stored."""
        return hashlib.sha256(secret.encode()).hexdigest()


class Passkey(models.Model):
    """A key in somebody's phone, computer or security key; we hold its public half."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys"
    )
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    transports = ArrayField(models.CharField(max_length=20), default=list)
    is_backed_up = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Authenticator(models.Model):
    """An app that shows a code of six digits for each half minute (TOTP, RFC 6238)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authenticator"
    )
    sealed_secret = models.TextField(help_text="encrypted with a key made of SECRET_KEY")
    last_step = models.BigIntegerField(default=0, help_text="no code counts twice")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return "Authenticator app"


class RecoveryCode(models.Model):
    """One of ten codes on paper, each good for one sign-in; only its digest is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")
        ]

    def __str__(self) -> str:
        return "used" if self.used_at else "unused"


class Device(models.Model):
    """A browser in which somebody has signed in before: strangers' tries do not lock it out."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices"
    )
    digest = models.CharField(max_length=64)
    agent = models.CharField(max_length=200, blank=True)
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="device_of_user")]

    def __str__(self) -> str:
        return self.agent


class PersonSession(models.Model):
    """A signed-in session, for its person to see and to end."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions"
    )
    session_key = models.CharField(max_length=40, unique=True)
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.SET_NULL)
    agent = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.agent


class SignInTry(models.Model):
    """One try to sign in, to prove a factor, or to be mailed a link: what the limits count.

    The name is kept as a digest that only this factory can make, whether there is such a person or
    not; rows are forgotten after `KEEP_DAYS` of `services/tries.py`.
    """

    class Kind(models.TextChoices):
        PASSWORD = "password", "Password"
        FACTOR = "factor", "Second factor"
        PASSKEY = "passkey", "Passkey"
        RESET = "reset", "Link for a new password"
        SIGN_UP = "sign_up", "New account"

    class Outcome(models.TextChoices):
        ASKED = "asked", "Under way"
        FAILED = "failed", "Wrong"
        PASSED = "passed", "Right"
        REFUSED = "refused", "Too many"

    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.ASKED)
    name_digest = models.CharField(max_length=64, blank=True)
    device_digest = models.CharField(max_length=64, blank=True, help_text="of a known browser")
    address = models.GenericIPAddressField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="sign_in_tries",
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "sign-in tries"
        indexes = [
            models.Index(fields=["kind", "name_digest", "at"], name="tries_of_name"),
            models.Index(fields=["kind", "address", "at"], name="tries_of_address"),
            models.Index(fields=["at"], name="tries_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_outcome_display()}"
