"""Gather what is known of a picture for the writers of its texts. Reads only."""

import hashlib
import io
from dataclasses import replace

from django.core.files.storage import storages
from PIL import Image

from catalog.models import Artwork
from catalog.services.indexing import in_words
from catalog.texts import Facts
from catalog.texts.seeing import look
from genart.lib.approval import Approval
from genart.lib.color import dominant_colors
from genart.lib.errors import StateConflict
from generation.models import Render

Colors = tuple[tuple[str, float], ...]


def original_of(render: Render) -> bytes:
    """Read the stored picture and make sure that it is the one that was judged.

    Raises:
        StateConflict: the stored file is another.
    """
    with storages["originals"].open(render.file) as file:
        data: bytes = file.read()
    if hashlib.sha256(data).hexdigest() != render.sha256:
        raise StateConflict("The stored file is not the one that was rendered; render it again.")
    return data


def facts_of(render: Render, approval: Approval, picture: Image.Image) -> Facts:
    """Return what is known of a render at its approval; what curation did not measure, we do."""
    colors = approval.colors or tuple(dominant_colors(picture))
    return replace(_facts(render, _upper(colors), approval.tags), seen=look(picture))


def facts_about(artwork: Artwork, picture: Image.Image) -> Facts:
    """Return the same of a listing; its zero-shot words come from the record of its texts."""
    colors = _upper(tuple((str(pair[0]), float(pair[1])) for pair in artwork.colors))
    told = artwork.texts.order_by("created_at", "pk").values_list("facts", flat=True).first() or {}
    facts = _facts(artwork.render, colors, tuple(told.get("seen_tags", ())))
    return replace(facts, seen=look(picture))


def picture_of_render(render: Render) -> Image.Image:
    """Return the original as a picture."""
    return Image.open(io.BytesIO(original_of(render)))


def orientation(width_px: int, height_px: int) -> str:
    """Return the orientation; within five percent of equal sides it is square."""
    ratio = width_px / height_px
    if ratio > 1.05:
        return Artwork.Orientation.LANDSCAPE
    return Artwork.Orientation.PORTRAIT if ratio < 1 / 1.05 else Artwork.Orientation.SQUARE


def _facts(render: Render, colors: Colors, tags: tuple[str, ...]) -> Facts:
    style = render.style_version
    return Facts(
        key=str(render.pk),
        motif=style.motif,
        style_name=style.style.name,
        subject=render.subject,
        layout=render.layout,
        density=render.density,
        mood=tuple(render.mood),
        palette_name=in_words(render.palette_name),
        colors=colors or (("#808080", 1.0),),
        orientation=orientation(render.width_px, render.height_px),
        width_px=render.width_px,
        height_px=render.height_px,
        seen_tags=tags,
        collection=in_words(render.job.collection).capitalize(),
        ground=str(render.slots[0]).upper() if render.slots else "",
        model_name=_model_name(render.checkpoint.name),
    )


def _upper(colors: Colors) -> Colors:
    return tuple((hex_color.upper(), share) for hex_color, share in colors)


def _model_name(name: str) -> str:
    """Return a checkpoint's name as part of a sentence."""
    if "model" not in name.lower():
        return f"the model {name}" if name else "the house model"
    start = name[0].lower() if name[1:2].islower() else name[0]
    return f"the {start}{name[1:]}"
