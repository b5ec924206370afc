"""Verbs: remove files that a newer signed one replaced. Their rows stay, for `/verify/`.

A preview that was replaced may be on other people's pages and in caches, so it is kept a while; a
copy of it is recognised for ever by the hash in its row.
"""

from datetime import datetime
from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from catalog.models import SignedFile
from genart.retention.services.forgetting import Removed

Kind = SignedFile.Kind
BATCH = 500


def superseded_files(before: datetime, dry: bool) -> Removed:
    """Remove previews and masters of which another took the place before a moment.

    Safe to repeat and beside itself. What a listing shows is never removed.
    """
    rows = superseded(before)
    if dry:
        return _size(rows)
    total = Removed()
    after = 0
    while chosen := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
        after = chosen[-1].pk
        for file in chosen:
            done = _remove(file)
            total = Removed(
                total.rows + done.rows, total.files + done.files, total.bytes + done.bytes
            )
    return total


def superseded(before: datetime) -> QuerySet[SignedFile]:
    """Return files whose work was signed anew before a moment, and of which no trace was removed.

    All files of one signing have one time, so another master with a later one replaced them.
    """
    newer = SignedFile.objects.filter(
        artwork=OuterRef("artwork"),
        kind=Kind.ORIGINAL,
        signed_at__gt=OuterRef("signed_at"),
        signed_at__lt=before,
    )
    return SignedFile.objects.filter(
        Exists(newer), kind__in=(Kind.ORIGINAL, Kind.DERIVATIVE), removed_at=None
    ).select_related("artwork")


def _remove(file: SignedFile) -> Removed:
    """Write down that a file is gone, then remove it; a stop in between leaves it to the sweep."""
    with transaction.atomic():
        held = SignedFile.objects.select_for_update(of=("self",)).select_related("artwork")
        row = held.filter(pk=file.pk, removed_at=None).first()
        if row is None or _is_shown(row):
            return Removed()
        SignedFile.objects.filter(pk=row.pk).update(removed_at=timezone.now())
    storage = storages[file.storage]
    try:
        size = storage.size(file.name)
        storage.delete(file.name)
    except FileNotFoundError:
        return Removed(1)
    return Removed(1, 1, size)


def _is_shown(file: SignedFile) -> bool:
    """Tell whether the listing still names a file."""
    shown: dict[str, Any] = file.artwork.derivatives
    names = {name for by_width in shown.values() for name in by_width.values()}
    return file.name in names or file.name == file.artwork.original


def _size(rows: QuerySet[SignedFile]) -> Removed:
    """Return how much would go."""
    files = bytes_ = 0
    for file in rows.iterator():
        storage = storages[file.storage]
        if not _is_shown(file) and storage.exists(file.name):
            files, bytes_ = files + 1, bytes_ + storage.size(file.name)
    return Removed(files, files, bytes_)
