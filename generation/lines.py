"""Versions of one line of checkpoints: what was made for one of them fits the others. Reads only.

An adapter is registered for the version that it was made for. When styles move to the next version
of the line they keep their adapters; the golden prompts show whether that still looks right.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from generation.models import Adapter, Checkpoint


def fits(adapter: Adapter, checkpoint: Checkpoint) -> bool:
    """Return whether an adapter may be worn by a checkpoint: its own, or one of its line."""
    if adapter.checkpoint_id == checkpoint.pk:
        return True
    return bool(checkpoint.line) and adapter.checkpoint.line == checkpoint.line


def adapters_fitting(checkpoints: Iterable[Checkpoint]) -> QuerySet[Adapter]:
    """Return the adapters that fit any of some checkpoints."""
    rows = list(checkpoints)
    lines = {row.line for row in rows if row.line}
    return Adapter.objects.filter(
        Q(checkpoint__in=[row.pk for row in rows]) | Q(checkpoint__line__in=lines)
    ).select_related("checkpoint")
