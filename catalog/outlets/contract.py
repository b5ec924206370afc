"""What an outlet is: its published rules as data, and how a work is told to it. Pure.

A rule table has a version and the date on which its pages were read; a rule may begin or end on a
day. What a rule can ask is in `checks.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Entry = Mapping[str, Any]
"""What a work is for one outlet: the fields of its table, and of its file as `file.…`."""


@dataclass(frozen=True, slots=True)
class Page:
    """A published page that rules were read from."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of an outlet.

    Attributes:
        field: which field of an entry it is about.
        kind: a key of `checks.CHECKS`; one that is not there holds every work.
        limit: what the check compares with.
        page: where it is published.
        says: what is wrong where it is broken; `{value}` and `{limit}` are filled in.
        since: first day it holds; always, where it is `None`.
        until: last day it holds.
        is_advice: a work that breaks it is told so, and may leave.
    """

    field: str
    kind: str
    limit: Any
    page: Page
    says: str
    since: date | None = None
    until: date | None = None
    is_advice: bool = False

    def holds_on(self, day: date) -> bool:
        """Tell whether the rule is in force on a day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A work as any outlet is told of it.

    Attributes:
        key: eight hex digits, the same at every export.
        artwork_id: the listing's id.
        category: slug of `catalog/texts/categories.py`, may be empty.
        page_url: of the work's page.
        image_url: of its largest public preview.
        price_cents: of the cheapest licence; 0 where it is not sold.
        by_model: a generative language model wrote the texts.
        enlarged_from: width and height before it was enlarged; `None` where it was not.
        file: facts of the very file that is handed over, as `pictures.facts_of` measures them.
    """

    key: str
    artwork_id: str
    slug: str
    title: str
    description: str
    alt_text: str
    tags: tuple[str, ...]
    category: str
    page_url: str
    image_url: str
    price_cents: int
    currency: str
    shop: str
    by_model: bool = False
    enlarged_from: tuple[int, int] | None = None
    file: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outlet:
    """A place where works are sold or shown besides this shop.

    Attributes:
        version: of the rule table.
        read_on: when its pages were read.
        entry: turns a piece into the fields that rules ask and tables show.
        tables: turns entries into files, by name; the shop's name and the day are given.
        refuses: why this outlet takes nothing of ours; empty where it takes works.
        is_feed: the whole table is sent again each time, so what was sent before may come again.
        sends_files: the bundle holds the pictures; otherwise the outlet fetches our previews.
        licenses: the outlet sells licences itself, so a work there can no more be sold exclusively.
        may_enlarge: works may be made larger for it; `why_not` says what its rules say otherwise.
        least_side_px: how large a side enlarging makes the shorter one.
        most_rows: how many rows one table may have.
        most_table_bytes: how large one table may be.
        by_hand: what a person must still do there, for the note in the bundle.
    """

    slug: str
    name: str
    version: str
    read_on: date
    pages: tuple[Page, ...]
    rules: tuple[Rule, ...] = ()
    entry: Callable[[Piece], dict[str, Any]] = lambda _piece: {}
    tables: Callable[[Sequence[Entry], str, date], dict[str, bytes]] = lambda _rows, _shop, _day: {}
    refuses: str = ""
    is_feed: bool = False
    sends_files: bool = True
    licenses: bool = False
    may_enlarge: bool = False
    why_not: str = ""
    least_side_px: int = 0
    most_rows: int | None = None
    most_table_bytes: int | None = None
    by_hand: tuple[str, ...] = ()
