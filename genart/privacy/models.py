"""What people asked about their own data, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class DataRequest(models.Model):
    """Somebody wants a copy of his data, or its end. The row is the proof that it was done.

    An erasure waits until `due_at`, so that a stolen session cannot end an account at once. A
    guest has no account: an operator asks for him, by address, which is removed with the rest.
    """

    class Kind(models.TextChoices):
        EXPORT = "export", "A copy of the data"
        ERASURE = "erasure", "Erasure"

    class State(models.TextChoices):
        WAITING = "waiting", "Under way"
        READY = "ready", "Ready"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Taken back"
        EXPIRED = "expired", "No longer kept"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="data_requests",
    )
    email = models.EmailField(blank=True, help_text="a guest's, until it is erased")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="an operator who asked for somebody; empty: himself",
    )
    file = models.CharField(max_length=200, blank=True, help_text="name in `originals`")
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    outcome = models.JSONField(default=dict, help_text="rows by kind: how many, and their fate")
    problem = models.CharField(max_length=300, blank=True, help_text="what it still waits for")
    asked_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(help_text="not done before")
    done_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="the archive is kept so long"
    )

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(state="waiting", user__isnull=False),
                name="data_request_of_user_once",
            ),
            models.UniqueConstraint(
                fields=["email", "kind"],
                condition=Q(state="waiting") & ~Q(email=""),
                name="data_request_of_guest_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "ready", "done", "cancelled", "expired"]),
                name="data_request_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & Q(expires_at__isnull=False)),
                name="data_request_ready_has_file",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="data_request_due")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_state_display().lower()}"
