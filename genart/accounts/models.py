"""People and the tokens their programs use. What they may do is Django's permissions."""

import hashlib

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models


class User(AbstractUser):
    """A buyer, curator or admin; a buyer needs no permission at all."""

    email = models.EmailField("e-mail address", blank=True)


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
