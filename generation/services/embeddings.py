"""Verbs: make a style embedding of chosen works, to measure against or for an IP-Adapter."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.db.models import Max

from genart.lib.errors import InvalidInput, StateConflict
from genart.lib.queue import send_on_commit
from generation.consistency.looks import encoder, looks_of, mean_look
from generation.guides import adapter_ref
from generation.models import Adapter, Render, StyleEmbedding
from generation.originals import read

MOST_WORKS = 200
TRIES = 5
Kind = StyleEmbedding.Kind


def make_embedding(*, slug: str, name: str, works: Sequence[UUID]) -> StyleEmbedding:
    """Make the mean look of finished renders the next version of a style embedding.

    The same works by the same encoder as the present version give that one: safe to repeat.

    Raises:
        InvalidInput: the slug or the works cannot be used; nothing was written.
        Unavailable: there is no CLIP that can be run without torch.
    """
    renders = _chosen(slug, name, works)
    vector = mean_look(looks_of(renders))
    return _next_version(slug, name, Kind.MEAN, encoder(), _numbers(vector), renders)


def ask_reference(*, slug: str, name: str, works: Sequence[UUID], adapter: Adapter) -> None:
    """Have a worker make a style embedding that an IP-Adapter reads. Safe to repeat.

    Raises:
        InvalidInput: the adapter, the slug or the works cannot be used; nothing was sent.
    """
    from generation import tasks

    if adapter.kind != Adapter.Kind.IP_ADAPTER or not adapter.is_active:
        raise InvalidInput(f"{adapter} is no IP-Adapter that is in use.", where="adapter")
    renders = _chosen(slug, name, works)
    ids = [str(render.pk) for render in renders]
    send_on_commit(tasks.embed_works, slug, name, ids, adapter.pk)


def make_reference(
    *, slug: str, name: str, works: Sequence[UUID], adapter: Adapter
) -> StyleEmbedding:
    """Make a style embedding by an IP-Adapter's own image encoder; loads torch. Safe to repeat.

    Raises:
        InvalidInput: the slug or the works cannot be used; nothing was written.
        EngineError: the adapter came without an encoder, or its files changed.
    """
    from generation.engine.references import Encoder

    renders = _chosen(slug, name, works)
    look = Encoder(adapter_ref(adapter))
    rows = [look.encode(read(render.file))[0][0].numpy() for render in renders]
    vector = np.stack(rows).mean(axis=0)  # of its own length: the adapter's layers were taught it
    made_by = f"{adapter.slug}@{adapter.version}"
    return _next_version(slug, name, Kind.IP_ADAPTER, made_by, _numbers(vector), renders)


def _chosen(slug: str, name: str, works: Sequence[UUID]) -> list[Render]:
    """Return the chosen works in order, once each."""
    try:
        validate_slug(slug)
    except ValidationError:
        raise InvalidInput("Use small letters, digits and hyphens.", where="slug") from None
    if len(slug) > 50 or not name.strip() or len(name) > 120:
        raise InvalidInput("Give a short name.", where="name")
    if not 1 <= len(set(works)) <= MOST_WORKS:
        raise InvalidInput(f"Choose 1 to {MOST_WORKS} works.", where="works")
    rows = Render.objects.filter(pk__in=works, state=Render.State.RENDERED)
    found = {render.pk: render for render in rows}
    missing = [work for work in works if work not in found]
    if missing:
        raise InvalidInput(f"There is no finished picture {missing[0]}.", where="works")
    return list(found.values())


def _next_version(
    slug: str, name: str, kind: Kind, made_by: str, vector: list[float], renders: Sequence[Render]
) -> StyleEmbedding:
    """Write the next version; another who is faster makes it the one after."""
    works = sorted(str(render.pk) for render in renders)
    content: dict[str, Any] = {"kind": kind, "encoder": made_by, "works": works}
    versions = StyleEmbedding.objects.filter(slug=slug)
    for _try in range(TRIES):
        present = versions.order_by("-version").first()
        if present and all(getattr(present, field) == content[field] for field in content):
            return present
        number = (versions.aggregate(Max("version"))["version__max"] or 0) + 1
        try:
            with transaction.atomic():
                return StyleEmbedding.objects.create(
                    slug=slug, version=number, name=name.strip(), vector=vector, **content
                )
        except IntegrityError:
            continue
    raise StateConflict(f"Others are making versions of {slug} now: try again.")


def _numbers(vector: Any) -> list[float]:
    return [round(float(value), 6) for value in vector]
