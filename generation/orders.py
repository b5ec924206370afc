"""Rows as the engine takes them. Torch-free."""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from generation.engine.types import CheckpointRef, RenderRequest
from generation.guides import Guides, adapter_ref
from generation.models import Adapter, Checkpoint, Render

Key = tuple[str, str]


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
        config=checkpoint.config,
        execution=checkpoint.execution,
    )


def requests_of(renders: Sequence[Render]) -> list[RenderRequest]:
    """Return the renders of one pass for the engine, in their order, each with its adapters."""
    adapters, guides = _adapters(renders), Guides(renders)
    return [_request(render, adapters, guides) for render in renders]


def _request(render: Render, adapters: Mapping[Key, Adapter], guides: Guides) -> RenderRequest:
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
        adapters=tuple(
            adapter_ref(adapters[entry["slug"], entry["version"]], entry["weight"])
            for entry in render.adapters
        ),
        control=guides.control(render),
        reference=guides.reference(render),
    )


def _adapters(renders: Sequence[Render]) -> dict[Key, Adapter]:
    """Return the adapters that any of the renders wears, in one query or none."""
    keys = {(entry["slug"], entry["version"]) for render in renders for entry in render.adapters}
    if not keys:
        return {}
    named = Q()
    for slug, version in keys:
        named |= Q(slug=slug, version=version)
    return {(row.slug, row.version): row for row in Adapter.objects.filter(named)}
