"""What was done, by whom, to what: rows that the database refuses to change or remove."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    """One thing that somebody did.

    Holds keys and no names of people, so that it may be kept when a person is forgotten; a person's
    name is looked up when the entry is shown. No foreign keys: the log outlives what it speaks of.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    verb = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True, blank=True, help_text="empty: a program did it")
    via = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=120, blank=True, help_text="its name at that time")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["actor_id", "at"], name="audit_of_actor"),
            models.Index(fields=["subject_type", "subject_id"], name="audit_of_subject"),
            models.Index(fields=["verb", "at"], name="audit_of_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject or self.subject_id}".strip()
