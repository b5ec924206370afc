"""The process's copy of the bits and numbers of the shelf: what a million works are counted by.

The database holds them in chunks (`services/shelving.py`), some forty megabytes for a million
works. Asking it to combine and count them costs more than it does here, so each process keeps a
copy, and asks before each answer which chunks are in another state than its own: a few rows. Those
are read anew. Works that changed since the last fold are named in the same statement: they are left
out of the bits and judged by their rows, once for each change, so that an answer is as exact as a
plain query's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from django.db import DEFAULT_DB_ALIAS, connection
from numpy.typing import NDArray

from catalog.members import CHUNK, NUMBERS, PART, WORDS, Bits, Ordinals, bits_of, no_bits
from catalog.models import ShelfEntry, ShelfNumbers
from catalog.services.shelf_numbers import numbers_of
from catalog.services.shelving import COLUMNS, PRICE, PUBLISHED, Key, keys_of

STATE = """
WITH pending AS (
    SELECT ordinal, count(*) AS times, max(id) AS last FROM catalog_facetchange GROUP BY ordinal
)
SELECT (SELECT array_agg(ordinal ORDER BY ordinal) FROM pending),
       (SELECT array_agg(times ORDER BY ordinal) FROM pending),
       (SELECT array_agg(last ORDER BY ordinal) FROM pending),
       array_agg(b.chunk), array_agg(coalesce(s.version, 0))
FROM catalog_facetbits b LEFT JOIN catalog_shelfchunk s ON s.chunk = b.chunk
WHERE b.facet = 'live' AND b.value = ''
"""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The bits of one chunk.

    Attributes:
        version: of the chunk; 0 where it is not written whole yet, and not to be kept.
        rows: facet → value → its line.
        bits: a line of bits for each value, facet by facet.
        counts: how many bits are on in each line.
        ends: column of the numbers → its least and largest value among the works.
        is_numbered: whether the numbers of all its works are known.
    """

    version: int
    rows: dict[str, dict[str, int]]
    bits: Bits
    counts: NDArray[np.int64]
    ends: dict[str, tuple[int, int]]
    is_numbered: bool = True

    def any_of(self, facet: str, values: frozenset[str]) -> NDArray[np.uint64]:
        """Return the works that have any of these values."""
        known = self.rows.get(facet, {})
        lines = [known[value] for value in values if value in known]
        return (
            np.bitwise_or.reduce(self.bits[lines], axis=0) if lines else np.zeros(WORDS, np.uint64)
        )


NOTHING = Chunk(1, {}, np.zeros((0, WORDS), np.uint64), np.zeros(0, np.int64), {})
SORTED = ("published", "price")


@dataclass(frozen=True, slots=True)
class Changed:
    """A work that the bits do not know as it is now."""

    keys: frozenset[Key]
    numbers: tuple[Any, ...]


Stamp = tuple[int, int]
"""How often the log names a work, and the last time: another one with each change that is seen."""


class Judged:
    """What the rows say of works that changed, kept for as long as the log says the same of them.

    The rows are read after the log, so that they are never older than what it said.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.known: dict[int, tuple[Stamp, Changed | None]] = {}

    def of(self, pending: dict[int, Stamp]) -> dict[int, Changed]:
        """Return those of the works that are on sale, by ordinal."""
        with self.lock:
            known = {n: self.known[n] for n in pending.keys() & self.known.keys()}
        unknown = [n for n, stamp in pending.items() if n not in known or known[n][0] != stamp]
        if unknown:
            found = self._read(unknown)
            known |= {n: (pending[n], found.get(n)) for n in unknown}
        with self.lock:
            self.known = known
        return {n: change for n, (_stamp, change) in known.items() if change is not None}

    @staticmethod
    def _read(wanted: list[int]) -> dict[int, Changed]:
        rows = (
            ShelfEntry.objects.using(DEFAULT_DB_ALIAS)
            .filter(ordinal__in=wanted, artwork__withdrawn_at=None)
            .values_list("ordinal", "quality", "artwork_id", *COLUMNS)
        )
        return {
            ordinal: Changed(
                frozenset(keys_of(*row)), numbers_of(quality, key, row[PRICE], row[PUBLISHED])
            )
            for ordinal, quality, key, *row in rows
        }


class View:
    """The shelf as one answer sees it: bits, and the works that those do not know as they are.

    Attributes:
        chunks: the bits, in order.
        numbers: of all works by ordinal; shared, so read once and copied.
        stamps: ordinal → stamp of the works that changed since their bits were written.
    """

    def __init__(
        self,
        chunks: tuple[Chunk, ...],
        numbers: NDArray[np.void],
        stamps: dict[int, Stamp],
        judged: Judged,
    ) -> None:
        self.chunks, self.numbers = chunks, numbers
        self.stamps, self.judged = stamps, judged

    @property
    def pending(self) -> list[int]:
        """Ordinals of the works that changed since their bits were written, in order."""
        return list(self.stamps)

    @property
    def is_whole(self) -> bool:
        """Whether words and numbers of all chunks are written."""
        return all(chunk.version for chunk in self.chunks)

    @cached_property
    def live(self) -> Bits:
        """The works on sale that the bits know."""
        live = self.any_of("live", [""])
        return live & ~bits_of(self.pending, len(live)) if self.pending else live

    @cached_property
    def changed(self) -> dict[int, Changed]:
        """Works that the bits do not know, those on sale."""
        return self.judged.of(self.stamps)

    def any_of(self, facet: str, values: Iterable[str]) -> Bits:
        """Return the works that have any of these values of a facet."""
        wanted = frozenset(values)
        if not self.chunks:
            return no_bits(0)
        return np.stack([chunk.any_of(facet, wanted) for chunk in self.chunks])

    def quality_of(self, ordinals: Ordinals) -> NDArray[np.float64]:
        """Return how good works are; 0.5 where it is not known."""
        known = np.full(len(ordinals), 0.5)
        inside = ordinals < len(self.numbers)
        known[inside] = self.numbers["quality"][ordinals[inside]]
        for ordinal, change in self.changed.items():
            known[ordinals == ordinal] = change.numbers[0]
        return known


class Memory:
    """Holds the copy; one for each process, shared by its threads."""

    def __init__(self) -> None:
        self.lock, self.judged = Lock(), Judged()
        self.chunks: dict[int, Chunk] = {}
        self.parts: dict[int, int] = {}
        self.numbers = np.zeros(0, NUMBERS)

    def view(self) -> View:
        """Return the shelf as it is now."""
        with connection.cursor() as cursor:
            cursor.execute(STATE)
            pending, times, last, places, versions = cursor.fetchone()
        stamps = dict(zip(pending or (), zip(times or (), last or (), strict=True), strict=True))
        states = dict(zip(places or (), versions or (), strict=True))
        with self.lock:
            known = {n: chunk for n, chunk in self.chunks.items() if n in states}
            old = [n for n, version in states.items() if n not in known
                   or not version or known[n].version != version]  # fmt: skip
            if old:
                known |= self._read(old)
                self.chunks = {n: chunk for n, chunk in known.items() if chunk.version}
            many = max(states, default=-1) + 1
            chunks = tuple(known.get(n, NOTHING) for n in range(many))
            return View(chunks, self.numbers, stamps, self.judged)

    def _read(self, wanted: list[int]) -> dict[int, Chunk]:
        """Read chunks and their numbers.

        The state of a chunk is read with its bits. A fold that comes between these statements
        leaves numbers newer than bits, which only decide where a work stands.
        """
        lines: dict[int, list[tuple[str, str, bytes]]] = {n: [] for n in wanted}
        versions = dict.fromkeys(wanted, 0)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT b.chunk, coalesce(s.version, 0), b.facet, b.value,"
                " substr(varbit_send(b.bits), 5)"
                " FROM catalog_facetbits b LEFT JOIN catalog_shelfchunk s ON s.chunk = b.chunk"
                " WHERE b.chunk = ANY(%s) ORDER BY b.facet, b.value",
                [wanted],
            )
            for n, version, facet, value, packed in cursor:
                lines[n].append((facet, value, packed))
                versions[n] = version
        self._read_numbers(wanted)
        return {n: self._chunk(n, versions[n], lines[n]) for n in wanted}

    def _read_numbers(self, wanted: list[int]) -> None:
        """Read those parts of the numbers that are in another state than ours."""
        parts = [n * CHUNK // PART + part for n in wanted for part in range(CHUNK // PART)]
        known = [self.parts[part] for part in parts if part in self.parts]
        length = (max(wanted) + 1) * CHUNK
        if len(self.numbers) < length:
            grown = np.zeros(length, NUMBERS)
            grown[: len(self.numbers)] = self.numbers
            self.numbers = grown
        numbers = ShelfNumbers.objects.using(DEFAULT_DB_ALIAS).filter(part__in=parts)
        changed = numbers.exclude(version__in=known)
        for part, version, packed in changed.values_list("part", "version", "packed"):
            self.numbers[part * PART : (part + 1) * PART] = np.frombuffer(bytes(packed), NUMBERS)
            self.parts[part] = version

    def _chunk(self, n: int, version: int, lines: list[tuple[str, str, bytes]]) -> Chunk:
        """Put a chunk together of its lines."""
        rows: dict[str, dict[str, int]] = {}
        for place, (facet, value, _packed) in enumerate(lines):
            rows.setdefault(facet, {})[value] = place
        whole = b"".join(packed for _facet, _value, packed in lines)
        bits = np.frombuffer(whole, np.uint64).reshape(len(lines), WORDS)
        numbers = self.numbers[n * CHUNK : (n + 1) * CHUNK]
        known = numbers["published"] != 0
        ends = {
            name: (int(numbers[name][known].min()), int(numbers[name][known].max()))
            for name in SORTED
            if known.any()
        }
        live = bits[rows["live"][""]].view(np.uint8) if "live" in rows else np.zeros(0, np.uint8)
        is_numbered = not (np.unpackbits(live, count=CHUNK) > known).any()
        counts = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
        return Chunk(version, rows, bits, counts, ends, is_numbered)


MEMORY = Memory()
