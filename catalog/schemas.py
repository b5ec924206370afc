"""What the catalog API says: the shapes of its answers."""

from datetime import datetime
from uuid import UUID

from ninja import Schema


class ColorOut(Schema):
    """A measured colour and its share of the picture, 0 … 1."""

    hex: str
    share: float
    name: str


class PriceOut(Schema):
    """What a licence costs, in cents."""

    licence: str
    name: str
    amount_cents: int
    currency: str
    terms_url: str


class ArtworkOut(Schema):
    """A work in a list."""

    id: UUID
    slug: str
    title: str
    alt_text: str
    url: str
    image_url: str
    thumbnail_url: str
    width_px: int
    height_px: int
    orientation: str
    style: str
    style_name: str
    palette: str
    colors: list[ColorOut]
    color_names: list[str]
    tags: list[str]
    collection: str | None
    tier: str
    published_at: datetime


class ArtworkDetail(ArtworkOut):
    """A work with all that is told of it."""

    language: str
    description: str
    category: str
    prices: list[PriceOut]
    image_urls: dict[str, dict[str, str]]
    sha256: str
    file_bytes: int
    prompt: str
    seed: int
    model: str
    decided_by: str
    digital_source_type: str


class ArtworkPage(Schema):
    """A part of a listing: `next` is the `after` of the following part, null at the end."""

    items: list[ArtworkOut]
    next: str | None
    total: int


class LicenceOut(Schema):
    """Terms on sale, or that were: `prices` are list prices in cents by tier of the work."""

    slug: str
    version: int
    name: str
    summary: str
    allows: list[str]
    forbids: list[str]
    text: str
    url: str
    terms_sha256: str
    is_exclusive: bool
    is_active: bool
    prices: dict[str, int]
    currency: str


class OfferOut(Schema):
    """What one work costs under one licence now; `list_cents` is its price without a rule."""

    licence: str
    version: int
    name: str
    amount_cents: int
    list_cents: int
    currency: str
    terms_url: str


class CollectionOut(Schema):
    """A collection; `works` counts those on sale, null where a rule or a hand gathers them."""

    slug: str
    title: str
    description: str
    kind: str
    is_featured: bool
    works: int | None
    url: str


class CollectionPage(Schema):
    """A part of the collections: `next` is the `after` of the following part, null at the end."""

    items: list[CollectionOut]
    next: str | None


class FacetOut(Schema):
    """One value of a facet, and how many works it leaves."""

    value: str
    label: str
    count: int


class PictureAnswer(ArtworkPage):
    """Works that look like a picture; `picture` asks for the same again, page after page."""

    picture: str


class LightboxOut(Schema):
    """A shared lightbox."""

    title: str
    note: str
    url: str
    works: list[ArtworkOut]
