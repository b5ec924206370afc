"""What a listing asks for, as conditions on works; `catalog/shelf.py` puts them together."""

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from catalog.facets import days_of, tiers_of_licences
from catalog.listing import FRESH, Listing
from catalog.models import ArtworkEmbedding
from catalog.picture_query import vector_of
from catalog.price_bands import BANDS

COLUMNS = {
    "style": "style_slug__in",
    "color": "color_names__overlap",
    "orientation": "orientation__in",
    "size": "size__in",
    "collection": "collection__slug__in",
    "palette": "palette_name__in",
    "category": "category__in",
    "tier": "tier__in",
}


def conditions(listing: Listing, *, without: str = "") -> Q:
    """Return the filters of a listing, all but one, as a condition on artworks."""
    found = Q()
    for name, values in listing.filters.items():
        if name == without:
            continue
        if name == "price":
            bands = Q()
            for slug in values:
                bands |= Q(price_cents__range=BANDS[slug])
            found &= bands
        elif name == "fresh":
            found &= Q(published_at__gte=_start_of(max(FRESH[value] for value in values)))
        elif name == "licence":
            tiers = tiers_of_licences()
            found &= Q(tier__in={tier for value in values for tier in tiers.get(value, ())})
        else:
            found &= Q(**{COLUMNS[name]: list(values)})
    return found


def _start_of(days: int) -> datetime:
    """Return when the first of the last `days` days began, today included."""
    return datetime.fromisoformat(days_of(days)[-1]).replace(tzinfo=UTC)


def shown_vector(listing: Listing) -> list[float] | None:
    """Return the vector of what a listing shows as an example, or `None` where it shows nothing.

    Raises:
        InvalidInput: the mark of its picture is not ours, or has expired.
    """
    return vector_of(listing.picture) if listing.picture else _vector_of(listing.like)


def _vector_of(artwork_id: str) -> list[float] | None:
    """Return the vector of a work, or `None` where it has none."""
    if not artwork_id:
        return None
    found = (
        ArtworkEmbedding.objects.filter(pk=UUID(artwork_id))
        .values_list("vector", flat=True)
        .first()
    )
    return None if found is None else [float(value) for value in found]
