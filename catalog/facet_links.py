"""What a listing's page shows of its facets: every choice is a link that sets or clears it."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.color_words import FACETS
from catalog.facet_choices import FacetValue, labels_of
from catalog.facet_queries import FacetQueries
from catalog.listing import Listing

LABELS = {
    "style": _("Style"),
    "color": _("Colour"),
    "orientation": _("Orientation"),
    "size": _("Size"),
    "price": _("Price from"),
    "fresh": _("New"),
    "tier": _("Edition"),
    "licence": _("Licence"),
    "category": _("Category"),
    "collection": _("Collection"),
    "palette": _("Palette"),
}


def facet_links(listing: Listing, facets: dict[str, list[FacetValue]]) -> list[dict[str, Any]]:
    """Return the facets as the page shows them; one with a single choice tells nothing."""
    shown = []
    for name, choices in facets.items():
        chosen = getattr(listing, name)
        queries = FacetQueries(listing, name)
        missing = _empty(listing, name, {choice.value for choice in choices})
        links = [_link(queries, choice) for choice in [*choices, *missing]]
        if len(links) > 1 or chosen:
            shown.append(
                {"name": name, "label": str(LABELS[name]), "choices": links, "chosen": chosen}
            )
    return shown


def _link(queries: FacetQueries, choice: FacetValue) -> dict[str, Any]:
    """Return one choice with the address that it leads to."""
    return {
        "value": choice.value,
        "label": choice.label,
        "count": choice.count,
        "chosen": choice.value in queries.own,
        "hex": FACETS.get(choice.value, "") if queries.facet == "color" else "",
        "query": queries.toggled(choice.value),
    }


def _empty(listing: Listing, name: str, offered: set[str]) -> list[FacetValue]:
    """Return what was chosen though no work has it, so that it can be taken away."""
    missing = [value for value in getattr(listing, name) if value not in offered]
    labels = labels_of(name, missing) if missing else {}
    return [FacetValue(value, labels[value], 0) for value in missing]


def chosen_links(facets: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the choices that are on, each with the address without it."""
    return [
        {"label": choice["label"], "query": choice["query"], "facet": facet["label"]}
        for facet in facets
        for choice in facet["choices"]
        if choice["chosen"]
    ]


def relaxed_links(listing: Listing, total_without: Callable[[str], int]) -> list[dict[str, Any]]:
    """Return for an empty listing what taking one facet away would leave, the most first.

    Args:
        listing: what found nothing.
        total_without: how many works there are without the filter of a facet.
    """
    offers = [
        {
            "label": ", ".join(labels_of(name, values).values()),
            "count": total_without(name),
            "query": listing.query(**{name: ()}),
        }
        for name, values in listing.filters.items()
    ]
    found = [offer for offer in offers if offer["count"]]
    return sorted(found, key=lambda offer: -int(offer["count"]))
