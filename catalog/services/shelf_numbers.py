"""Write what works are sorted by, part by part; called by `services/shelving.py` alone."""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from catalog.members import NUMBERS, PART
from catalog.models import ShelfNumbers

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Return a moment as the numbers hold it."""
    return (moment - BEGINNING) // timedelta(microseconds=1)


def mark_of(key: UUID) -> int:
    """Return what decides ties between works: the beginning of the id, in the order of ids."""
    return key.int >> 64


def numbers_of(quality: float, key: UUID, price_cents: int, published_at: Any) -> tuple[Any, ...]:
    """Return the numbers of a work."""
    return quality, microseconds(published_at), price_cents, mark_of(key)


def write_numbers(ordinals: Iterable[int], numbers: dict[int, tuple[Any, ...]]) -> None:
    """Write the numbers of these works; those without any are gone."""
    by_part: dict[int, list[int]] = defaultdict(list)
    for ordinal in ordinals:
        by_part[ordinal // PART].append(ordinal)
    stored = ShelfNumbers.objects.in_bulk(list(by_part))
    rows = []
    for part, members in by_part.items():
        packed = np.zeros(PART, NUMBERS)
        if part in stored:
            packed[:] = np.frombuffer(bytes(stored[part].packed), NUMBERS)
        for ordinal in members:
            packed[ordinal - part * PART] = numbers.get(ordinal, (0, 0, 0, 0))
        rows.append(ShelfNumbers(part=part, version=new_version(), packed=packed.tobytes()))
    ShelfNumbers.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["part"], update_fields=["version", "packed"]
    )


def new_version() -> int:
    """Return a version that no state had, not even one that was taken back."""
    return secrets.randbits(62) + 1
