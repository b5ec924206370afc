"""Verb: look at the files of a checkpoint that was added, and make it ready or say why not.

Called by `generation/tasks_checkpoints.py`; the row was written by `checkpoints.py`.
"""

import logging
import time
from pathlib import Path
from typing import Any

from django.db import transaction

from genart.lib.session import lock
from generation.engine.errors import EngineError
from generation.engine.weights import fetch, files_sha256, folder_of
from generation.inspection import Found, inspect
from generation.licence_table import Freedom, freedom_of
from generation.model_card import Card, card_in
from generation.models import Checkpoint
from generation.orders import checkpoint_ref

logger = logging.getLogger(__name__)

State, Source = Checkpoint.State, Checkpoint.Source
SECONDS_BETWEEN_NOTES = 1.0
OWN_CAPABILITIES = ("pipeline", "pipelines", "weights")
"""What is found anew in each version."""
LOCK = 0x67656E6172740400  # "genart", locks of adding; the checkpoint's number is added


def finish_adding(*, checkpoint_id: int) -> bool:
    """Fetch, check, hash and inspect what was added; return whether it is ready now.

    Safe to repeat; only one process at a time looks at one checkpoint.
    """
    with lock(LOCK + checkpoint_id) as is_ours:
        if not is_ours:
            return False
        row = Checkpoint.objects.filter(pk=checkpoint_id, state=State.ADDING).first()
        return row is not None and _looked_at(row)


def _looked_at(row: Checkpoint) -> bool:
    note = Note(row)
    try:
        if row.source == Source.HUB:
            fetch(row.location, row.revision, note)
        ref = checkpoint_ref(row)
        folder = folder_of(ref)
        card = card_in(folder)
        file = Path(row.location) if row.source == Source.FILE else None
        found = inspect(folder, row.licence or card.licence, file=file, on_bytes=note.on_bytes)
        row.sha256 = files_sha256(ref)
    except (EngineError, OSError) as error:
        reason = error.message if isinstance(error, EngineError) else str(error)
        logger.warning("%s was not added: %s", row.slug, reason)
        _end(row, state=State.FAILED, state_note=reason[:500])
        return False
    except Exception as error:  # whatever odd files raise: the row must not stay as it is
        logger.exception("%s was not added", row.slug)
        _end(row, state=State.FAILED, state_note=f"{type(error).__name__}: {error}"[:500])
        return False
    _make_ready(row, found, card)
    return True


def _make_ready(row: Checkpoint, found: Found, card: Card) -> None:
    """Write what was found; the first version of its line is used at once."""
    licence = row.licence or card.licence
    with transaction.atomic():
        others = Checkpoint.objects.select_for_update().filter(line=row.line).exclude(pk=row.pk)
        before = next((other for other in others if other.is_current), None)
        known = freedom_of(licence) >= Freedom.RESTRICTED
        twin = Checkpoint.objects.filter(tensor_sha256=found.tensor_sha256).exclude(pk=row.pk)
        same = twin.first()
        _end(
            row,
            state=State.READY,
            state_note=f"Its tensors are those of {same.slug}." if same else "",
            family=row.family or found.family,
            sha256=row.sha256,
            tensor_sha256=found.tensor_sha256,
            size_bytes=found.size_bytes,
            licence=licence,
            allows_commercial_use=row.allows_commercial_use or known,
            data_statement=row.data_statement or card.data_statement,
            parts=found.parts,
            capabilities=capabilities_of(found, before),
            is_current=before is None,
            is_active=before is None,
        )


def capabilities_of(found: Found, before: Checkpoint | None) -> dict[str, Any]:
    """Return what a version can do: as found, and as was corrected in the version before it."""
    if before is None or before.capabilities.get("pipeline", found.pipeline) != found.pipeline:
        return found.capabilities
    corrected = {
        name: value for name, value in before.capabilities.items() if name not in OWN_CAPABILITIES
    }
    return found.capabilities | corrected


def _end(row: Checkpoint, **values: Any) -> None:
    """Write the end of an adding, unless somebody else did."""
    Checkpoint.objects.filter(pk=row.pk, state=State.ADDING).update(**values)


class Note:
    """Writes how far an adding is into its row, at most once a second."""

    def __init__(self, row: Checkpoint) -> None:
        self.row = row
        self.read_bytes = 0
        self.next_at = 0.0

    def __call__(self, words: str) -> None:
        """Write some words."""
        self.next_at = time.monotonic() + SECONDS_BETWEEN_NOTES
        Checkpoint.objects.filter(pk=self.row.pk, state=State.ADDING).update(state_note=words[:500])

    def on_bytes(self, count: int) -> None:
        """Count bytes that were hashed."""
        self.read_bytes += count
        if time.monotonic() >= self.next_at:
            self(f"Hashing: {self.read_bytes / 2**30:.2f} GiB")
