"""What a buyer can ask of the listings: filters, order, and the cursor of a page.

Pure: turns request parameters into a `Listing` and back into an address. The database is asked in
`catalog/queries.py` and `catalog/search.py`.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from catalog.color_words import FACETS
from catalog.models import Artwork
from genart.lib.errors import InvalidInput
from generation.models import Tier

FACET_FIELDS = ("style", "color", "orientation", "collection", "palette", "tier")
SORTS = {"newest": "Newest", "popular": "Most loved", "relevance": "Best match"}
PAGE_SIZE, MOST_PER_PAGE, QUERY_LIMIT = 24, 100, 200


@dataclass(frozen=True, slots=True)
class Listing:
    """One view of the shop: what is looked for, filtered, and how it is sorted.

    Attributes:
        q: words, may be empty.
        style: style slug.
        color: a word of `color_words.FACETS`.
        orientation: `square`, `portrait` or `landscape`.
        collection: collection slug.
        palette: palette slug.
        tier: `commodity` or `premium`.
        sort: `newest`, `popular` or, with words, `relevance`.
    """

    q: str = ""
    style: str = ""
    color: str = ""
    orientation: str = ""
    collection: str = ""
    palette: str = ""
    tier: str = ""
    sort: str = "newest"

    @property
    def filters(self) -> dict[str, str]:
        """The facets that are chosen."""
        return {name: getattr(self, name) for name in FACET_FIELDS if getattr(self, name)}

    def query(self, **changes: str) -> str:
        """Return the query string of this view with changes, sorted, without defaults."""
        changed = replace(self, **changes)
        params = {"q": changed.q, **changed.filters}
        if changed.sort != changed.default_sort:
            params["sort"] = changed.sort
        return urlencode(sorted((name, value) for name, value in params.items() if value))

    @property
    def default_sort(self) -> str:
        """Best match where there are words, else the newest first."""
        return "relevance" if self.q else "newest"

    @property
    def sorts(self) -> dict[str, str]:
        """The orders that make sense here, with their labels."""
        return {key: label for key, label in SORTS.items() if self.q or key != "relevance"}


def parse_listing(params: Mapping[str, str], *, strict: bool = False) -> Listing:
    """Return the view that request parameters ask for.

    Args:
        params: untrusted request parameters.
        strict: refuse what is unknown, as the API does; pages ignore it instead.

    Raises:
        InvalidInput: strict, and a value is not one of the known.
    """
    known: dict[str, set[str] | None] = {
        "orientation": set(Artwork.Orientation.values),
        "color": set(FACETS),
        "tier": set(Tier.values),
    }
    q = " ".join(params.get("q", "").replace("\x00", "").split())[:QUERY_LIMIT]
    values: dict[str, str] = {"q": q}
    for name in FACET_FIELDS:
        value = params.get(name, "").replace("\x00", "").strip()[:80]
        allowed = known.get(name)
        if value and allowed is not None and value not in allowed:
            if strict:
                raise InvalidInput(f"Choose one of {', '.join(sorted(allowed))}.", where=name)
            continue
        values[name] = value
    listing = Listing(**values)
    sort = params.get("sort", "") or listing.default_sort
    if sort not in listing.sorts:
        if strict:
            raise InvalidInput(f"Choose one of {', '.join(listing.sorts)}.", where="sort")
        sort = listing.default_sort
    return replace(listing, sort=sort)


def encode_cursor(sort: str, *values: Any) -> str:
    """Return the opaque mark of a place in a listing."""
    text = json.dumps([sort, *[str(value) for value in values]], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, sort: str) -> list[str]:
    """Return the values of a cursor that was made for this order.

    Raises:
        InvalidInput: it is not one of ours, or belongs to another order.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        kept = json.loads(base64.b64decode(padded.encode(), altchars=b"-_", validate=True))
        made_for, *values = kept
    except (ValueError, TypeError):
        raise InvalidInput("This page mark cannot be read; start anew.", where="after") from None
    if made_for != sort or len(values) != 2 or not all(isinstance(v, str) for v in values):
        raise InvalidInput("This page mark belongs to another listing.", where="after")
    return values
