"""Which files the rows of every app name, and whose files lie in a folder that belongs to a row."""

import re
from collections.abc import Iterator
from typing import Any

from catalog.models import Artwork, OutletExport, OutletItem, SignedFile
from curation.models import Appraisal, Example, Mark, ProtectedWork, Reference
from genart.lib.files import DRAFT
from generation.models import ControlImage, Render
from generation.originals import file_stem

NAMES_A_FILE: tuple[tuple[Any, str], ...] = (
    (Render, "file"),
    (Render, "thumbnail"),
    (ControlImage, "file"),
    (Reference, "image"),
    (Example, "image"),
    (Mark, "image"),
    (ProtectedWork, "image"),
    (Appraisal, "image"),
    (OutletExport, "file"),
    (OutletItem, "file"),
    (Artwork, "original"),
)
"""Columns that hold the name of a file in `originals`; an app above adds its own."""
KEPT_ENDINGS = ("kept.png", "kept.thumb.webp")
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
OF_RENDER = re.compile(rf"renders/[0-9a-f]{{2}}/({UUID})\.")
OF_WORK = re.compile(rf"(?:art|signed)/({UUID})/")


def named_originals() -> Iterator[str]:
    """Yield the name of each file in `originals` that a row names; some come more than once."""
    for table, column in NAMES_A_FILE:
        rows = table.objects.exclude(**{column: ""})
        yield from rows.values_list(column, flat=True).order_by().iterator()
    yield from _signed("originals")
    kept = Render.objects.filter(adherence__has_key="best").values_list("pk", flat=True)
    for pk in kept.order_by().iterator():
        yield from (f"{file_stem(pk)}.{ending}" for ending in KEPT_ENDINGS)


def named_public() -> Iterator[str]:
    """Yield the name of each file in the public storage that a row names."""
    for names in Artwork.objects.values_list("derivatives", flat=True).order_by().iterator():
        for by_width in names.values():
            yield from by_width.values()
    yield from _signed("default")


def named_in(alias: str) -> set[str]:
    """Return the names of the files of a storage, `originals` or `default`, that rows name."""
    return set(named_originals() if alias == "originals" else named_public())


def has_owner(name: str) -> bool:
    """Tell whether a file that no row names lies in a folder of a row that is there.

    An earlier preview of a listing may still be on somebody's page; what a render that goes on
    left behind is written over by its next try.
    """
    found = OF_RENDER.match(name)
    if found:
        going_on = (Render.State.QUEUED, Render.State.RENDERING)
        return Render.objects.filter(pk=found[1], state__in=going_on).exists()
    found = OF_WORK.match(name)
    if found is None or DRAFT in name:
        return False
    return Artwork.objects.filter(pk=found[1]).exists()


def _signed(alias: str) -> Iterator[str]:
    files = SignedFile.objects.filter(storage=alias, removed_at=None).values_list("name", flat=True)
    yield from files.order_by().iterator()
