"""Renders a finished image again, as its fingerprint says, and compares. Writes nothing.

Archive lane: alone (R2). Standard lane: together with the images that shared its pass, in the
same order (R1); where the machine differs, equal bytes are not promised and the difference says
how near it came.
"""

import io
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from PIL import Image

from genart.lib.errors import InvalidInput
from generation import queries
from generation.images import picture_of
from generation.models import Checkpoint, Lane, Render
from generation.orders import checkpoint_ref, requests_of


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of rendering again.

    Attributes:
        equal: whether the file is the same to the byte.
        largest_difference: of any channel of any pixel, 0 to 255.
        changed: parts of the fingerprint that are not as they were, `name: (then, now)`.
    """

    equal: bool
    largest_difference: int
    changed: dict[str, tuple[Any, Any]]


def verify_render(render: Render) -> Verification:
    """Render again and compare with what is stored.

    Raises:
        InvalidInput: the render has no picture, or images of its pass are gone.
    """
    from generation.engine.types import keep_all
    from generation.work import engine

    if render.state != Render.State.RENDERED:
        raise InvalidInput(f"Render {render.pk} is {render.state}: it has no picture to compare.")
    if render.checkpoint.source == Checkpoint.Source.REMOTE:
        raise InvalidInput(
            f"Render {render.pk} was made by {render.provider}: nobody here can repeat it."
        )
    group = _group(render)
    images = engine().render(
        checkpoint_ref(render.checkpoint),
        requests_of(group),
        archive=render.lane == Lane.ARCHIVE,
        on_step=keep_all,
    )
    [again] = [rendered for rendered in images if rendered.request.id == render.pk]
    picture = picture_of(again.image, again.fingerprint)
    stored = Image.open(io.BytesIO(queries.original_bytes(render)))
    return Verification(
        equal=picture.sha256 == render.sha256,
        largest_difference=largest_difference(stored, again.image),
        changed={
            name: (render.fingerprint.get(name), value)
            for name, value in again.fingerprint.items()
            if render.fingerprint.get(name) != value
        },
    )


def _group(render: Render) -> list[Render]:
    """Return the images that shared the render's pass, in batch order."""
    ids = [UUID(text) for text in render.fingerprint.get("batch", [str(render.pk)])]
    found = Render.objects.select_related("checkpoint").in_bulk(ids)
    if len(found) != len(ids):
        raise InvalidInput("Other images of its pass are gone: it cannot be repeated.")
    group = [found[render_id] for render_id in ids]
    for neighbour, seed in zip(group, render.fingerprint.get("seeds", []), strict=False):
        neighbour.seed = seed  # it may have been rendered anew with the next one since
    return group


def largest_difference(first: Image.Image, second: Image.Image) -> int:
    """Return the largest difference of two images of one size; 255 where the sizes differ."""
    if first.size != second.size:
        return 255
    pixels = [np.asarray(image.convert("RGB"), dtype=np.int16) for image in (first, second)]
    return int(np.abs(pixels[0] - pixels[1]).max())
