"""What a buyer can ask of the listings: filters, order, and the cursor of a page.

Pure: turns request parameters into a `Listing` and back into an address. The database is asked in
`catalog/shelf.py`, `catalog/facets.py` and `catalog/search.py`.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalog.color_words import FACETS
from catalog.models import Artwork
from catalog.price_bands import BANDS
from genart.lib.errors import InvalidInput
from generation.models import Tier

FACET_FIELDS = (
    "style", "color", "orientation", "size", "price", "fresh", "tier", "licence", "category",
    "collection", "palette",
)  # fmt: skip
FRESH = {"today": 1, "week": 7, "month": 30, "year": 365}
"""How many days back each choice goes, today included; days are those of UTC."""
SORTS = {
    "newest": _("Newest"),
    "popular": _("Most loved"),
    "relevance": _("Best match"),
    "price": _("Price, low to high"),
    "price-down": _("Price, high to low"),
    "undiscovered": _("Undiscovered"),
}
KNOWN: dict[str, frozenset[str]] = {
    "orientation": frozenset(Artwork.Orientation.values),
    "size": frozenset(Artwork.Size.values),
    "color": frozenset(FACETS),
    "tier": frozenset(Tier.values),
    "price": frozenset(BANDS),
    "fresh": frozenset(FRESH),
}
"""Facets whose values are fixed; those of the others are what the works have."""
PAGE_SIZE, MOST_PER_PAGE, QUERY_LIMIT, MOST_VALUES, VALUE_LIMIT = 24, 100, 200, 20, 80
PICTURE_LIMIT = 400
Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One view of the shop: what is looked for, filtered, and how it is sorted.

    Several values of one facet mean any of them; several facets mean all of them. A single value
    may be given as a plain string.

    Attributes:
        q: words, may be empty.
        like: id of a work whose likes are looked for, or empty.
        picture: mark of an uploaded picture (`catalog/picture_query.py`), or empty.
        style: style slugs.
        color: words of `color_words.FACETS`.
        orientation: `square`, `portrait`, `landscape`.
        size: `small`, `medium`, `large`.
        price: slugs of `price_bands.BANDS`.
        fresh: keys of `FRESH`.
        tier: `commodity`, `premium`.
        licence: licence slugs.
        category: category slugs.
        collection: collection slugs.
        palette: palette slugs.
        sort: a key of `SORTS`; `relevance` with words or a picture only.
    """

    q: str = ""
    like: str = ""
    picture: str = ""
    style: Values = ()
    color: Values = ()
    orientation: Values = ()
    size: Values = ()
    price: Values = ()
    fresh: Values = ()
    tier: Values = ()
    licence: Values = ()
    category: Values = ()
    collection: Values = ()
    palette: Values = ()
    sort: str = "newest"

    def __post_init__(self) -> None:
        for name in FACET_FIELDS:
            object.__setattr__(self, name, _as_values(getattr(self, name)))

    @property
    def filters(self) -> dict[str, Values]:
        """The facets that are chosen."""
        return {name: getattr(self, name) for name in FACET_FIELDS if getattr(self, name)}

    @property
    def asks(self) -> dict[str, str]:
        """What is looked for: words, a work, a picture."""
        asked = {"q": self.q, "like": self.like, "picture": self.picture}
        return {name: value for name, value in asked.items() if value}

    @property
    def params(self) -> dict[str, str]:
        """Every parameter of this view, sorted, several values joined by commas, no defaults."""
        params = self.asks | {name: ",".join(values) for name, values in self.filters.items()}
        if self.sort != self.default_sort:
            params["sort"] = self.sort
        return dict(sorted(params.items()))

    def query(self, **changes: Any) -> str:
        """Return the query string of this view with changes, sorted, without defaults."""
        return urlencode(replace(self, **changes).params, safe=",")

    def toggled(self, facet: str, value: str) -> str:
        """Return the query string with a value of a facet added, or taken away where it is on."""
        own = set(getattr(self, facet))
        return self.query(**{facet: tuple(own ^ {value})})

    @property
    def default_sort(self) -> str:
        """Best match where something is looked for, else the newest first."""
        return "relevance" if self.asks else "newest"

    @property
    def sorts(self) -> dict[str, str]:
        """The orders that make sense here, with their labels."""
        return {key: str(told) for key, told in SORTS.items() if self.asks or key != "relevance"}


def parse_listing(params: Mapping[str, Any], *, strict: bool = False) -> Listing:
    """Return the view that request parameters ask for.

    Args:
        params: untrusted request parameters; of a `QueryDict` all repetitions count.
        strict: refuse what is unknown, as the API does; pages ignore it instead.

    Raises:
        InvalidInput: strict, and a value is not one of the known.
    """
    asked: dict[str, Any] = {"q": _clean(_first(params, "q"))[:QUERY_LIMIT]}
    asked["like"] = _work_id(_first(params, "like"), strict)
    asked["picture"] = _clean(_first(params, "picture"))[:PICTURE_LIMIT]
    filters: dict[str, Any] = {name: _values(params, name, strict) for name in FACET_FIELDS}
    listing = Listing(**asked, **filters)
    listing = replace(listing, sort=listing.default_sort)
    sort = _first(params, "sort") or listing.default_sort
    if sort not in listing.sorts:
        if strict:
            raise InvalidInput(f"Choose one of {', '.join(listing.sorts)}.", where="sort")
        sort = listing.default_sort
    return replace(listing, sort=sort)


def _values(params: Mapping[str, Any], name: str, strict: bool) -> Values:
    """Return the values of one facet that can be: known ones, where they are fixed."""
    values = [part for text in _all(params, name) for part in _as_values(_clean(text))]
    allowed = KNOWN.get(name)
    unknown = [value for value in values if allowed is not None and value not in allowed]
    if allowed is not None and unknown and strict:
        raise InvalidInput(f"Choose from {', '.join(sorted(allowed))}.", where=name)
    kept = [value[:VALUE_LIMIT] for value in values if value not in unknown]
    return tuple(sorted(set(kept))[:MOST_VALUES])


def _as_values(given: str | Iterable[str]) -> Values:
    """Return values sorted and once each; a string is cut at its commas."""
    parts = given.split(",") if isinstance(given, str) else given
    return tuple(sorted({part.strip() for part in parts if part.strip()}))


def _all(params: Mapping[str, Any], name: str) -> list[str]:
    getlist = getattr(params, "getlist", None)
    if getlist is not None:
        return list(getlist(name))
    value = params.get(name, "")
    return [value] if isinstance(value, str) else [str(one) for one in value or ()]


def _first(params: Mapping[str, Any], name: str) -> str:
    return next(iter(_all(params, name)[-1:]), "")


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _work_id(text: str, strict: bool) -> str:
    """Return the id of a work as it is written in addresses; empty where it is none."""
    try:
        return str(UUID(text.strip())) if text.strip() else ""
    except ValueError:
        if strict:
            raise InvalidInput("This is not the id of a work.", where="like") from None
        return ""


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
