"""Fold changes of the works into the bit strings, words and numbers by which works are found.

A facet's value is one bit for each work, cut into chunks of `CHUNK` works; `&` of two strings and
a count of bits answer in microseconds how many works have both. Triggers log which works changed;
`fold` writes their bits, and with them their words (`word_postings.py`) and what they are sorted by
(`shelf_numbers.py`). Until then changed works are left out of the bits (`catalog/facets.py`) and
judged one by one, so that answers are exact at every moment, folded or not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from catalog.members import CHUNK
from catalog.models import FacetChange, ShelfChunk, ShelfEntry
from catalog.price_bands import band_of
from catalog.services.shelf_numbers import new_version, numbers_of, write_numbers
from catalog.services.word_postings import write_words

FOLD_LOCK = 0x67656E6172740F01
MOST_AT_ONCE = 64_000
Key = tuple[str, str]
COLUMNS = (
    "artwork__style_slug", "artwork__color_names", "artwork__orientation", "artwork__size",
    "artwork__tier", "artwork__price_cents", "artwork__collection_id", "artwork__palette_name",
    "artwork__category", "artwork__published_at", "artwork__withdrawn_at",
)  # fmt: skip
PRICE, PUBLISHED = COLUMNS.index("artwork__price_cents"), COLUMNS.index("artwork__published_at")


def fold() -> int:
    """Write the bits of works that changed; return how many changes that were. Safe to repeat.

    One at a time: a second caller returns at once.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLD_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        log = list(FacetChange.objects.order_by("pk").values_list("pk", "ordinal")[:MOST_AT_ONCE])
        # The works are read after the log: newer than what it says is fine, older would be lost.
        _write(sorted({ordinal for _pk, ordinal in log}))
        FacetChange.objects.filter(pk__in=[pk for pk, _ordinal in log]).delete()
        return len(log)


def fold_all() -> None:
    """Write all bits anew, chunk by chunk; for a shop that was filled past the triggers."""
    for chunk in range(_last_chunk() + 1):
        with transaction.atomic():
            _write_chunk(chunk, _all_of(chunk))


def build_missing() -> bool:
    """Write one chunk that is not written yet; tell whether there was one. Safe to repeat.

    After an upgrade from an index without words and numbers there are many. Until they are
    written, their works are found the long way.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLD_LOCK])
        if not cursor.fetchone()[0]:
            return False
        built = set(ShelfChunk.objects.values_list("pk", flat=True))
        chunk = next((n for n in range(_last_chunk() + 1) if n not in built), None)
        if chunk is not None:
            _write_chunk(chunk, _all_of(chunk))
        return chunk is not None


def _last_chunk() -> int:
    """Return the chunk of the newest work; -1 where there is none."""
    last = ShelfEntry.objects.order_by("-ordinal").values_list("ordinal", flat=True).first()
    return -1 if last is None else last // CHUNK


def _all_of(chunk: int) -> list[int]:
    """Return all ordinals of a chunk."""
    return list(range(chunk * CHUNK, (chunk + 1) * CHUNK))


def _write(ordinals: list[int]) -> None:
    """Write what is known of these works."""
    by_chunk: dict[int, list[int]] = defaultdict(list)
    for ordinal in ordinals:
        by_chunk[ordinal // CHUNK].append(ordinal)
    for chunk, members in sorted(by_chunk.items()):
        _write_chunk(chunk, members)


def _write_chunk(chunk: int, ordinals: list[int]) -> None:
    """Write what is known of these works of a chunk; of all, where it was never written whole."""
    if not ShelfChunk.objects.filter(pk=chunk).exists():
        ordinals = _all_of(chunk)
    rows = _rows_of(ordinals)
    members: dict[Key, list[int]] = defaultdict(list)
    numbers = {}
    for ordinal, quality, key, *row in rows:
        numbers[ordinal] = numbers_of(quality, key, row[PRICE], row[PUBLISHED])
        for facet in keys_of(*row):
            members[facet].append(ordinal)
    _write_bits(chunk, ordinals, members)
    write_words(chunk, ordinals)
    write_numbers(ordinals, numbers)
    ShelfChunk.objects.update_or_create(pk=chunk, defaults={"version": new_version()})


def _write_bits(chunk: int, ordinals: list[int], members: dict[Key, list[int]]) -> None:
    """Take the works out of every value of their chunk, and put them into those they have."""
    offsets = np.array(ordinals) - chunk * CHUNK
    kept: dict[Key, NDArray[np.uint8]] = {}
    before: dict[Key, bytes] = {}
    for facet, value, packed in _stored(chunk):
        bits = np.unpackbits(np.frombuffer(packed, np.uint8), count=CHUNK)
        before[facet, value] = packed
        bits[offsets] = 0
        kept[facet, value] = bits
    for key, those in members.items():
        bits = kept.setdefault(key, np.zeros(CHUNK, np.uint8))
        bits[np.array(those) - chunk * CHUNK] = 1
    with connection.cursor() as cursor:
        for (facet, value), bits in kept.items():
            packed = np.packbits(bits).tobytes()
            if packed != before.get((facet, value)):
                _store(cursor, facet, value, chunk, packed if bits.any() else b"")


def _stored(chunk: int) -> list[tuple[str, str, bytes]]:
    """Return facet, value and packed bits of everything in a chunk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT facet, value, substr(varbit_send(bits), 5) FROM catalog_facetbits"
            " WHERE chunk = %s",
            [chunk],
        )
        return [(facet, value, bytes(packed)) for facet, value, packed in cursor]


def _store(cursor: Any, facet: str, value: str, chunk: int, packed: bytes) -> None:
    """Write one bit string; an empty one goes."""
    if not packed:
        cursor.execute(
            "DELETE FROM catalog_facetbits WHERE facet = %s AND value = %s AND chunk = %s",
            [facet, value, chunk],
        )
        return
    cursor.execute(
        "INSERT INTO catalog_facetbits (facet, value, chunk, bits) VALUES (%s, %s, %s, %s::varbit)"
        " ON CONFLICT (facet, value, chunk) DO UPDATE SET bits = excluded.bits",
        [facet, value, chunk, f"x{packed.hex()}"],
    )


def _rows_of(ordinals: list[int]) -> Iterable[Any]:
    """Return ordinal, quality, id and `COLUMNS` of these works."""
    first, last = ordinals[0], ordinals[-1]
    entries = ShelfEntry.objects.filter(ordinal__range=(first, last))
    if len(ordinals) < last - first + 1:
        entries = ShelfEntry.objects.filter(ordinal__in=ordinals)
    return entries.values_list("ordinal", "quality", "artwork_id", *COLUMNS)


def keys_of(
    style: str, colors: list[str], orientation: str, size: str, tier: str, price_cents: int,
    collection_id: int | None, palette: str, category: str, published_at: Any, withdrawn_at: Any,
) -> Iterator[Key]:  # fmt: skip
    """Yield facet and value of everything that a work counts under; nothing when it is off sale."""
    if withdrawn_at is not None:
        return
    yield "live", ""
    single = {
        "style": style, "orientation": orientation, "size": size, "tier": tier,
        "price": band_of(price_cents), "palette": palette, "category": category,
        "collection": str(collection_id or ""), "day": published_at.date().isoformat(),
    }  # fmt: skip
    yield from ((facet, value[:80]) for facet, value in single.items() if value)
    yield from (("color", name) for name in set(colors))
