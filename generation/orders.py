"""Rows as the engine takes them. Torch-free."""

from collections.abc import Sequence

from django.db.models import Q

from generation.engine.types import AdapterRef, CheckpointRef, RenderRequest
from generation.models import Adapter, Checkpoint, Render


def checkpoint_ref(checkpoint: Checkpoint) -> CheckpointRef:
    """Return a checkpoint for the engine."""
    return CheckpointRef(
        key=checkpoint.pk,
        name=checkpoint.name,
        family=checkpoint.family,
        source=checkpoint.source,
        location=checkpoint.location,
        revision=checkpoint.revision,
        sha256=checkpoint.sha256,
        capabilities=checkpoint.capabilities,
    )


def request_of(render: Render) -> RenderRequest:
    """Return a render for the engine."""
    return RenderRequest(
        id=render.pk,
        prompt=render.prompt,
        negative_prompt=render.negative_prompt,
        seed=render.seed,
        width_px=render.width_px,
        height_px=render.height_px,
        steps=render.steps,
        guidance=render.guidance,
        scheduler=render.scheduler,
        slots=tuple(render.slots),
        finish=render.finish,
    )


def adapter_refs(render: Render) -> Sequence[AdapterRef]:
    """Return a render's adapters for the engine, in its order."""
    if not render.adapters:
        return []
    named = Q()
    for entry in render.adapters:
        named |= Q(slug=entry["slug"], version=entry["version"])
    rows = {(row.slug, row.version): row for row in Adapter.objects.filter(named)}
    return [
        _adapter_ref(rows[entry["slug"], entry["version"]], entry["weight"])
        for entry in render.adapters
    ]


def _adapter_ref(adapter: Adapter, weight: float) -> AdapterRef:
    return AdapterRef(
        slug=adapter.slug,
        version=adapter.version,
        kind=adapter.kind,
        location=adapter.location,
        sha256=adapter.sha256,
        weight=weight,
        trigger_words=adapter.trigger_words,
    )
