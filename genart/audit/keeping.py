"""Stores notes as rows, in the transaction of the change that they speak of."""

from typing import Any

from django.db.models import Model

from genart.audit.models import AuditEntry
from genart.lib import tracing
from genart.lib.audit import Note

NAMELESS = ("accounts", "sessions")
"""Apps whose rows' names are names of people: the log keeps their keys only."""


def keep(note: Note) -> AuditEntry:
    """Write a note down."""
    return AuditEntry.objects.create(
        verb=note.verb[:60],
        actor_id=note.actor_id,
        via=note.via[:60],
        before=dict(note.before),
        after=dict(note.after),
        request_id=tracing.current().get("request_id", "")[:64],
        **_named(note.subject),
    )


def _named(subject: Any) -> dict[str, str]:
    """Return how an entry names what it is about."""
    if not isinstance(subject, Model):
        return {"subject": str(subject)[:120]} if subject is not None else {}
    meta = subject._meta
    name = "" if meta.app_label in NAMELESS else str(subject)[:120]
    return {"subject_type": meta.label_lower, "subject_id": str(subject.pk), "subject": name}
