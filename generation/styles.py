"""Verbs about styles: every saved change is a new version, older ones stay as they were."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from generation.models import Style, StyleVersion

CONTENT = (
    "checkpoint",
    "motif",
    "prompt_template",
    "negative_prompt",
    "layouts",
    "steps",
    "guidance",
    "scheduler",
    "finish",
    "seed_policy",
    "tolerances",
    "reseeds",
    "corridor",
    "embedding",
    "embedding_weight",
)
"""Fields that a version carries, besides its palettes and adapters."""


@transaction.atomic
def next_version(style: Style, **changes: Any) -> StyleVersion:
    """Make and use a new version of a style: its present one with `changes`.

    Args:
        style: whose; it is locked meanwhile.
        changes: fields of `CONTENT`, `created_by`, `palettes` (rows) and `adapters`
            (`(adapter, weight)` pairs). What is left out is taken over.
    """
    style = Style.objects.select_for_update().get(pk=style.pk)
    before = style.current_version
    palettes = changes.pop("palettes", before.palettes.all() if before else [])
    links = before.style_adapters.select_related("adapter") if before else []
    adapters = changes.pop("adapters", [(link.adapter, link.weight) for link in links])
    content = {field: getattr(before, field) for field in CONTENT} if before else {}
    number = (style.versions.aggregate(Max("number"))["number__max"] or 0) + 1
    version = StyleVersion.objects.create(style=style, number=number, **(content | changes))
    version.palettes.set(palettes)
    for adapter, weight in adapters:
        version.style_adapters.create(adapter=adapter, weight=weight)
    style.current_version = version
    style.save(update_fields=["current_version"])
    return version
