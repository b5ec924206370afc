"""Count a listing exactly: how many works it has, and how many each choice would leave.

The bit strings of `services/shelving.py` are combined and counted inside PostgreSQL: a listing of a
million works is counted in some ten milliseconds whatever its filters. Works that changed since
their bits were written are left out of the bits (their ordinals are read first) and judged here one
by one, by the same `keys_of`: each work counts as it was before or after its change, never twice.
"""
# ruff: noqa: S608  (statements are put together of names that are written here; values are params)

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from catalog.listing import FRESH, Listing
from catalog.models import Collection, FacetChange, Price, ShelfEntry
from catalog.services.shelving import CHUNK, COLUMNS, Key, keys_of

BASE = {"fresh": "day", "licence": "tier"}
"""Facets that are counted by the bits of another: a choice of theirs is some values of that."""
Ordinals = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Term:
    """One chosen facet, in bits: works that have any of these values."""

    facet: str
    values: tuple[str, ...]

    def holds(self, keys: set[Key]) -> bool:
        """Whether a work with these keys is under it."""
        return any((self.facet, value) in keys for value in self.values)


def terms_of(listing: Listing) -> dict[str, Term]:
    """Return the chosen facets of a listing, in bits."""
    return {
        name: Term(BASE.get(name, name), _in_bits(name, values))
        for name, values in listing.filters.items()
    }


def _in_bits(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the bits call the values of a facet."""
    if name == "collection":
        ids = Collection.objects.filter(slug__in=values).values_list("pk", flat=True)
        return tuple(str(pk) for pk in ids)
    if name == "fresh":
        return days_of(max(FRESH[value] for value in values))
    if name == "licence":
        tiers = tiers_of_licences()
        return tuple(sorted({tier for value in values for tier in tiers.get(value, ())}))
    return values


def days_of(count: int) -> tuple[str, ...]:
    """Return the dates of the last days, today included."""
    today = timezone.now().date()
    return tuple((today - timedelta(days=back)).isoformat() for back in range(count))


def tiers_of_licences() -> dict[str, tuple[str, ...]]:
    """Return for each licence on sale the tiers that have a price under it."""
    rows = Price.objects.filter(licence__is_active=True).values_list("licence__slug", "tier")
    tiers: dict[str, list[str]] = defaultdict(list)
    for slug, tier in rows:
        tiers[slug].append(tier)
    return {slug: tuple(found) for slug, found in tiers.items()}


class Tally:
    """Counts of one listing.

    Args:
        terms: its chosen facets.
        hits: ordinals of the works that its words find, rising; `None` where there are no words.
    """

    def __init__(self, terms: Mapping[str, Term], hits: Ordinals | None = None) -> None:
        self.terms = dict(terms)
        self.hits = hits

    @cached_property
    def changed(self) -> dict[int, set[Key]]:
        """Works that the bits do not know as they are now, with what they count under."""
        pending = FacetChange.objects.order_by().values_list("ordinal", flat=True).distinct()
        ordinals = list(pending)
        if not ordinals:
            return {}
        found: dict[int, set[Key]] = {ordinal: set() for ordinal in ordinals}
        rows = ShelfEntry.objects.filter(ordinal__in=ordinals).values_list("ordinal", *COLUMNS)
        for ordinal, *row in rows:
            found[ordinal] = set(keys_of(*row))
        return found

    @cached_property
    def total(self) -> int:
        """How many works match."""
        statement = _Statement(self)
        rows = statement.run(f"SELECT coalesce(sum(bit_count(bits)), 0) FROM {statement.mask()}")
        return int(rows[0][0]) + len(self._changed_matches())

    def total_without(self, name: str) -> int:
        """Return how many works match without the filter of one facet."""
        statement = _Statement(self)
        mask = statement.mask(name)
        rows = statement.run(f"SELECT coalesce(sum(bit_count(bits)), 0) FROM {mask}")
        return int(rows[0][0]) + len(self._changed_matches(name))

    @cached_property
    def ordinals(self) -> Ordinals:
        """The places of all works that match, rising."""
        statement = _Statement(self)
        rows = statement.run(
            f"SELECT chunk, substr(varbit_send(bits), 5) FROM {statement.mask()} ORDER BY chunk"
        )
        parts = [
            np.flatnonzero(np.unpackbits(np.frombuffer(packed, np.uint8), count=CHUNK))
            + chunk * CHUNK
            for chunk, packed in rows
        ]
        extra = np.array(self._changed_matches(), dtype=np.int64)
        return np.sort(np.concatenate([*parts, extra]))

    def counts(self, facets: Iterable[str]) -> dict[str, dict[str, int]]:
        """Return facet → value → how many works have it under all *other* filters.

        Takes names of `FACET_FIELDS`; values are named as the bits name them. Knows the total
        afterwards, too.
        """
        statement = _Statement(self)
        wanted = {(BASE.get(name, name), name if name in self.terms else "") for name in facets}
        parts = [f"SELECT '', '', '', sum(bit_count(bits)) FROM {statement.mask()}"]
        for without in sorted({without for _base, without in wanted}):
            bases = sorted(base for base, other in wanted if other == without)
            named = ", ".join(f"'{base}'" for base in bases)
            parts.append(
                f"SELECT b.facet, '{without}', b.value, sum(bit_count(b.bits & m.bits))"
                f" FROM catalog_facetbits b JOIN {statement.mask(without)} m USING (chunk)"
                f" WHERE b.facet IN ({named}){_recent()} GROUP BY b.facet, b.value"
            )
        found: dict[tuple[str, str], dict[str, int]] = {pair: {} for pair in wanted}
        total = 0
        for base, without, value, count in statement.run(" UNION ALL ".join(parts)):
            if base:
                found[base, without][value] = int(count)
            else:
                total = int(count or 0)
        self._add_changed(found)
        self.__dict__["total"] = total + len(self._changed_matches())
        return {
            name: {
                value: count
                for value, count in found[
                    BASE.get(name, name), name if name in self.terms else ""
                ].items()
                if count
            }
            for name in facets
        }

    def _add_changed(self, found: dict[tuple[str, str], dict[str, int]]) -> None:
        """Count the works that the bits left out."""
        for (base, without), counts in found.items():
            for ordinal in self._changed_matches(without):
                for facet, value in self.changed[ordinal]:
                    if facet == base:
                        counts[value] = counts.get(value, 0) + 1

    def _changed_matches(self, without: str = "") -> list[int]:
        """Return the changed works that are under all filters but one."""
        if not self.changed:
            return []
        terms = [term for name, term in self.terms.items() if name != without]
        hits = None if self.hits is None else set(self.hits.tolist())
        return [
            ordinal
            for ordinal, keys in self.changed.items()
            if ("live", "") in keys
            and (hits is None or ordinal in hits)
            and all(term.holds(keys) for term in terms)
        ]


def _recent() -> str:
    """Keep the count of days to those that any choice of freshness can reach."""
    return f" AND (b.facet <> 'day' OR b.value >= '{days_of(max(FRESH.values()))[-1]}')"


class _Statement:
    """Builds one SQL statement over masks: each the works under all filters but one."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.parts: list[str] = []
        self.params: list[Any] = []
        self.masks: set[str] = set()
        self._live()
        self.names = {name: f"f{place}" for place, name in enumerate(tally.terms)}
        for name, term in tally.terms.items():
            self._add(
                self.names[name],
                "SELECT chunk, bit_or(bits) AS bits FROM catalog_facetbits"
                " WHERE facet = %s AND value = ANY(%s) GROUP BY chunk",
                [term.facet, list(term.values)],
            )

    def mask(self, without: str = "") -> str:
        """Return the name of the mask without one facet's own filter."""
        used = [alias for name, alias in self.names.items() if name != without]
        mask = f"m_{without or 'all'}"
        if mask not in self.masks:
            self.masks.add(mask)
            bits = " & ".join(["live.bits", *(f"{alias}.bits" for alias in used)])
            joins = "".join(f" JOIN {alias} USING (chunk)" for alias in used)
            self._add(mask, f"SELECT chunk, {bits} AS bits FROM live{joins}", [])
        return mask

    def run(self, select: str) -> list[Any]:
        """Run a statement over the masks that were named."""
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {', '.join(self.parts)} {select}", self.params)
            return cursor.fetchall()

    def _add(self, name: str, select: str, params: list[Any]) -> None:
        self.parts.append(f"{name} AS MATERIALIZED ({select})")
        self.params += params

    def _live(self) -> None:
        """Name the works on sale that the words find and the bits know."""
        bits, joins = "l.bits", ""
        changed = packed(self.tally.changed)
        if changed:
            self._add("off", *_rows(changed))
            bits = "CASE WHEN off.bits IS NULL THEN l.bits ELSE l.bits & ~off.bits END"
            joins = " LEFT JOIN off USING (chunk)"
        if self.tally.hits is not None:
            self._add("hits", *_rows(packed(self.tally.hits)))
            bits = f"({bits}) & hits.bits"
            joins += " JOIN hits USING (chunk)"
        select = f"SELECT chunk, {bits} AS bits FROM catalog_facetbits l{joins}"
        self._add("live", f"{select} WHERE l.facet = 'live'", [])


def packed(ordinals: Iterable[int] | Ordinals) -> dict[int, bytes]:
    """Return chunk → packed bits of these works, of chunks that have any."""
    if not isinstance(ordinals, np.ndarray):
        ordinals = np.fromiter(ordinals, dtype=np.int64)
    chunks = ordinals // CHUNK
    found = {}
    for chunk in np.unique(chunks).tolist():
        bits = np.zeros(CHUNK, np.uint8)
        bits[ordinals[chunks == chunk] - chunk * CHUNK] = 1
        found[chunk] = np.packbits(bits).tobytes()
    return found


def _rows(bits: dict[int, bytes]) -> tuple[str, list[Any]]:
    """Return a select of chunk and bits, and its parameters."""
    select = (
        "SELECT chunk, digits::varbit AS bits"
        " FROM unnest(%s::integer[], %s::text[]) AS given (chunk, digits)"
    )
    return select, [list(bits), [f"x{value.hex()}" for value in bits.values()]]
