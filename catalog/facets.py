"""Count a listing exactly: how many works it has, and how many each choice would leave.

The bits of `catalog/shelf_memory.py` are combined and counted: a listing of a million works is
counted in some milliseconds whatever its filters. Works that changed since their bits were written
are left out of the bits (their ordinals are read first) and judged here one by one, by the same
`keys_of`: each work counts as it was before or after its change, never twice.
"""

from collections import Counter, defaultdict
from collections.abc import Collection as Keys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from catalog.listing import FRESH, Listing
from catalog.members import Bits, Ordinals, counted, ordinals_of
from catalog.models import Collection, Price
from catalog.services.shelving import Key
from catalog.shelf_memory import MEMORY, View

BASE = {"fresh": "day", "licence": "tier"}
"""Facets that are counted by the bits of another: a choice of theirs is some values of that."""


@dataclass(frozen=True, slots=True)
class Term:
    """One chosen facet, in bits: works that have any of these values."""

    facet: str
    values: tuple[str, ...]

    def holds(self, keys: Keys[Key]) -> bool:
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


class Hits(NamedTuple):
    """The works that words find, on sale or not.

    Attributes:
        bits: those that the bits know.
        changed: ordinals of the others.
    """

    bits: Bits
    changed: frozenset[int]


class Tally:
    """Counts of one listing.

    Args:
        terms: its chosen facets.
        hits: the works that its words find; `None` where there are no words.
        view: the shelf, where it was looked at before; the hits are of the same.
    """

    def __init__(
        self, terms: Mapping[str, Term], hits: Hits | None = None, view: View | None = None
    ) -> None:
        self.terms = dict(terms)
        self.hits = hits
        self.view = view or MEMORY.view()
        self.masks: dict[str, Bits] = {}

    @cached_property
    def total(self) -> int:
        """How many works match."""
        return self.total_without("")

    def total_without(self, name: str) -> int:
        """Return how many works match without the filter of one facet."""
        return counted(self.mask(name)) + len(self.changed_matches(name))

    @cached_property
    def ordinals(self) -> Ordinals:
        """The places of all works that match, rising."""
        extra = np.array(self.changed_matches(), dtype=np.int64)
        return np.sort(np.concatenate([ordinals_of(self.mask()), extra]))

    def mask(self, without: str = "") -> Bits:
        """Return the works that the bits know under all filters but one."""
        if without not in self.masks:
            mask = self.view.live
            for name in self.terms:
                if name != without:
                    mask = mask & self._bits_of[name]
            self.masks[without] = mask if self.hits is None else mask & self.hits.bits
        return self.masks[without]

    def counts(self, facets: Iterable[str]) -> dict[str, dict[str, int]]:
        """Return facet → value → how many works have it under all *other* filters.

        Takes names of `FACET_FIELDS`; values are named as the bits name them.
        """
        facets = list(facets)
        wanted = {name: (BASE.get(name, name), name if name in self.terms else "")
                  for name in facets}  # fmt: skip
        found: dict[tuple[str, str], Counter[str]] = {}
        for without in {without for _base, without in wanted.values()}:
            bases = {base for base, other in wanted.values() if other == without}
            for base, counts in self._counted(bases, without).items():
                found[base, without] = counts
        return {name: dict(+found[pair]) for name, pair in wanted.items()}

    def changed_matches(self, without: str = "") -> list[int]:
        """Return the works that the bits do not know and that are under all filters but one."""
        terms = [term for name, term in self.terms.items() if name != without]
        return [
            ordinal
            for ordinal, change in self.view.changed.items()
            if (self.hits is None or ordinal in self.hits.changed)
            and all(term.holds(change.keys) for term in terms)
        ]

    @cached_property
    def _bits_of(self) -> dict[str, Bits]:
        """The works under each filter."""
        return {
            name: self.view.any_of(term.facet, term.values) for name, term in self.terms.items()
        }

    def _counted(self, bases: set[str], without: str) -> dict[str, Counter[str]]:
        """Return how many works have each value of some facets, under all filters but one."""
        found: dict[str, Counter[str]] = {base: Counter() for base in bases}
        is_all = self.hits is None and not (self.terms.keys() - {without} or self.view.pending)
        for chunk, kept in zip(self.view.chunks, self.mask(without), strict=True):
            if not kept.any():
                continue
            for base in bases & chunk.rows.keys():
                values = chunk.rows[base]
                first = next(iter(values.values()))
                lines = slice(first, first + len(values))
                # Bits are of works on sale: with nothing chosen they are counted already.
                counts = chunk.counts[lines] if is_all else _in_lines(chunk.bits[lines] & kept)
                for value, count in zip(values, counts.tolist(), strict=True):
                    found[base][value] += count
        for ordinal in self.changed_matches(without):
            for facet, value in self.view.changed[ordinal].keys:
                if facet in found:
                    found[facet][value] += 1
        return found


def _in_lines(bits: Bits) -> NDArray[np.int64]:
    """Return how many bits are on in each line."""
    return np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
