"""Collections: a series, what a listing shows, or works picked by hand.

`works_of` answers for all three alike; a rule is what the query of a listing is, and is checked as
one, so that it never asks for what the shop does not know.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import QueryDict

from catalog.listing import FACET_FIELDS, Listing, parse_listing
from catalog.models import Artwork, Collection, CollectionPick
from catalog.shelf import Shelf, on_sale
from genart.lib.errors import InvalidInput

Kind = Collection.Kind
RULE_FIELDS = frozenset((*FACET_FIELDS, "q", "sort"))


def works_of(collection: Collection) -> QuerySet[Artwork]:
    """Return the works on sale of a collection of any kind, in its order."""
    if collection.kind == Kind.RULE:
        return Shelf(rule_listing(collection.rule)).works().order_by("-published_at", "-pk")
    if collection.kind == Kind.HAND:
        picked = on_sale().filter(collectionpick__collection=collection)
        return picked.order_by("collectionpick__position", "collectionpick__pk")
    return on_sale().filter(collection=collection).order_by("-published_at", "-pk")


def rule_listing(rule: str) -> Listing:
    """Return the listing that a rule asks for.

    Raises:
        InvalidInput: the rule names a filter or a value that listings do not know, or filters by
            nothing.
    """
    query = rule.strip().lstrip("?")
    named = {name for name, _value in parse_qsl(query, keep_blank_values=True)}
    unknown = sorted(named - RULE_FIELDS)
    if unknown:
        raise InvalidInput(
            f"“{unknown[0]}” is no filter. Choose from {', '.join(sorted(RULE_FIELDS))}.",
            where="rule",
        )
    try:
        listing = parse_listing(QueryDict(query), strict=True)
    except InvalidInput as error:
        raise InvalidInput(f"{error.where}: {error.message}", where="rule") from error
    if not listing.filters and not listing.q:
        raise InvalidInput("Write at least one filter, as in style=ripples&color=teal.",
                           where="rule")  # fmt: skip
    if "collection" in listing.filters:
        raise InvalidInput("A rule cannot ask for a collection.", where="rule")
    return listing


def save_collection(
    *, collection: Collection | None = None, kind: str = Kind.SERIES, rule: str = "", **fields: Any
) -> Collection:
    """Make or change a collection.

    Raises:
        InvalidInput: the rule of one by rule cannot be a listing; nothing was written.
    """
    if kind == Kind.RULE:
        rule_listing(rule)
    row = collection or Collection()
    row.kind, row.rule = kind, rule.strip().lstrip("?") if kind == Kind.RULE else ""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


@transaction.atomic
def pick_works(*, collection: Collection, artwork_ids: Sequence[UUID]) -> int:
    """Add works to the end of a collection made by hand; return how many are new.

    Raises:
        InvalidInput: the collection is not made by hand.
    """
    row = _by_hand(collection)
    known = set(row.picks.values_list("pk", flat=True))
    last = CollectionPick.objects.filter(collection=row).aggregate(last=Max("position"))["last"]
    start = 0 if last is None else last + 1
    found = set(Artwork.objects.filter(pk__in=artwork_ids).values_list("pk", flat=True))
    new = [pk for pk in dict.fromkeys(artwork_ids) if pk in found and pk not in known]
    CollectionPick.objects.bulk_create(
        CollectionPick(collection=row, artwork_id=pk, position=place)
        for place, pk in enumerate(new, start=start)
    )
    return len(new)


@transaction.atomic
def order_picks(*, collection: Collection, artwork_ids: Sequence[UUID]) -> None:
    """Bring the picks into this order; those that are not named are taken out.

    Raises:
        InvalidInput: the collection is not made by hand.
    """
    row = _by_hand(collection)
    picks = {pick.artwork_id: pick for pick in CollectionPick.objects.filter(collection=row)}
    for place, pk in enumerate(dict.fromkeys(artwork_ids)):
        if pk in picks:
            picks[pk].position = place
    CollectionPick.objects.bulk_update(picks.values(), ["position"])
    CollectionPick.objects.filter(collection=row).exclude(artwork__in=artwork_ids).delete()


def _by_hand(collection: Collection) -> Collection:
    """Return the locked row of a collection by hand: two who pick at once do so in turn."""
    row = Collection.objects.select_for_update().get(pk=collection.pk)
    if row.kind != Kind.HAND:
        raise InvalidInput(f"“{row.title}” is not made by hand.", where="kind")
    return row
