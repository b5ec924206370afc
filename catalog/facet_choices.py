"""The choices of each facet as people read them: names beside the values, the most useful first."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.facets import days_of, tiers_of_licences
from catalog.listing import FRESH, Listing
from catalog.models import Artwork, Collection, Licence
from catalog.price_bands import BANDS, LABELS
from catalog.shop_words import color_word
from catalog.texts.categories import category_name
from genart.lib.languages import ENGLISH, language_now
from generation.models import Palette, Style

MOST_CHOICES = 30
"""Of facets with very many values, series for one, those with the most works are offered."""
TIERS = {"commodity": _("Open edition"), "premium": _("Chosen by hand")}
FRESH_LABELS = {
    "today": _("Today"),
    "week": _("Last 7 days"),
    "month": _("Last 30 days"),
    "year": _("Last 12 months"),
}
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice of a facet: its value, its name for people, and how many works it leaves."""

    value: str
    label: str
    count: int


def choices_of(listing: Listing, counts: dict[str, Counts]) -> dict[str, list[FacetValue]]:
    """Return the choices of each facet that leave any work.

    Args:
        listing: what is asked; what it chose is never left out for being rare.
        counts: what `Tally.counts` says.
    """
    return {name: _choices(name, getattr(listing, name), found) for name, found in counts.items()}


def _choices(name: str, chosen: tuple[str, ...], found: Counts) -> list[FacetValue]:
    """Return the choices of one facet: in their own order where they have one, else by count."""
    if name == "fresh":
        return _fresh(found)
    if name == "licence":
        return _licences(found)
    if name == "collection":
        return _collections(chosen, found)
    values = sorted(found, key=lambda value: (-found[value], value))
    offered = values[:MOST_CHOICES] + [value for value in values[MOST_CHOICES:] if value in chosen]
    labels = labels_of(name, offered)
    choices = [FacetValue(value, labels[value], found[value]) for value in offered]
    order = {"price": list(BANDS), "size": list(Artwork.Size.values)}.get(name, [])
    if order:
        return sorted(choices, key=lambda choice: order.index(choice.value))
    return sorted(choices, key=lambda choice: (-choice.count, choice.label))


def labels_of(name: str, values: Iterable[str]) -> dict[str, str]:
    """Return what the values of a facet are called."""
    values = list(values)
    labels = {value: gettext(value.replace("-", " ").capitalize()) for value in values}
    if name == "color":
        labels = {value: color_word(value).capitalize() for value in values}
    elif name == "category":
        labels = {value: category_label(value) for value in values}
    elif name == "style":
        labels |= _translated(Style.objects.filter(slug__in=values).values_list("slug", "name"))
    elif name == "palette":
        labels |= _translated(Palette.objects.filter(slug__in=values).values_list("slug", "name"))
    elif name == "collection":
        labels |= dict(Collection.objects.filter(slug__in=values).values_list("slug", "title"))
    elif name == "licence":
        licences = Licence.objects.filter(is_active=True, slug__in=values)
        labels |= _translated(licences.values_list("slug", "name"))
    else:
        fixed = {
            "tier": TIERS,
            "size": dict(Artwork.Size.choices),
            "price": LABELS,
            "fresh": FRESH_LABELS,
        }
        known = fixed.get(name, {})
        labels |= {value: str(known[value]) for value in values if value in known}
    return labels


def category_label(slug: str) -> str:
    """Return what a category is called in a facet: in English by its slug, as ever."""
    language = language_now()
    plain = slug.replace("-", " ").capitalize()
    return plain if language == ENGLISH else category_name(slug, language)


def _translated(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return slug → name in the language of the page."""
    return {slug: gettext(name) if name else name for slug, name in names}


def _fresh(days: Counts) -> list[FacetValue]:
    """Return how much is new; each choice holds the ones before it."""
    found = []
    for value, count in FRESH.items():
        works = sum(days.get(day, 0) for day in days_of(count))
        if works:
            found.append(FacetValue(value, str(FRESH_LABELS[value]), works))
    return found


def _licences(tiers: Counts) -> list[FacetValue]:
    """Return the licences on sale, in their order, with the works that are sold under them."""
    of_licence = tiers_of_licences()
    licences = Licence.objects.filter(is_active=True).order_by("position", "slug")
    counted = [
        FacetValue(
            slug, gettext(name), sum(tiers.get(tier, 0) for tier in of_licence.get(slug, ()))
        )
        for slug, name in licences.values_list("slug", "name")
    ]
    return [choice for choice in counted if choice.count]


def _collections(chosen: tuple[str, ...], found: Counts) -> list[FacetValue]:
    """Return series, the largest first; bits call them by their number."""
    largest = sorted(found, key=lambda key: (-found[key], key))[:MOST_CHOICES]
    rows = dict.fromkeys(largest)
    kept = Collection.objects.filter(pk__in=[int(key) for key in rows])
    if chosen:
        kept = kept | Collection.objects.filter(slug__in=chosen)
    choices = [
        FacetValue(slug, title, found.get(str(pk), 0))
        for pk, slug, title in kept.values_list("pk", "slug", "title")
    ]
    present = [choice for choice in choices if choice.count]
    return sorted(present, key=lambda choice: (-choice.count, choice.label))
