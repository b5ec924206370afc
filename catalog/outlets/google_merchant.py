"""Google Merchant Center: a product feed in XML that names our previews by their addresses.

A picture made by a model must say so in its metadata, and may carry no visible watermark: our
previews have the IPTC mark and nothing drawn over them. Texts that a language model wrote go into
`structured_title` and `structured_description`.

Limits and picture sizes were read in reports of 2026 on its specification; that it asks not to
scale pictures up is as known. Look at its own pages before the first feed.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings

from catalog.outlets.contract import Entry, Outlet, Page, Piece, Rule
from catalog.outlets.tables import product_feed

SPECIFICATION = Page(
    "Product data specification", "https://support.google.com/merchants/answer/7052112"
)
IMAGES = Page("Image link [image_link]", "https://support.google.com/merchants/answer/6324350")
GENERATED = Page(
    "AI-generated content in Merchant Center",
    "https://support.google.com/merchants/answer/14743464",
)
LARGER = Page(
    "Google Merchant Center image requirements (2026), as reported on 7 May 2026",
    "https://emberfeed.com/specs/google-merchant-image-requirements-2026",
)
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
FROM_500 = date(2027, 1, 31)
FIELDS = (
    "id", "title", "structured_title", "description", "structured_description", "link",
    "image_link", "price", "availability", "condition", "brand", "identifier_exists",
)  # fmt: skip
RULES = (
    Rule("id", "match", r"[\x21-\x7e]{1,50}", SPECIFICATION,
         "The id “{value}” must have 1 to 50 plain characters."),
    Rule("words.title", "least_characters", 1, SPECIFICATION, "There is no title."),
    Rule("words.title", "most_characters", 150, SPECIFICATION,
         "The title has {size} characters; {limit} are allowed."),
    Rule("words.description", "least_characters", 1, SPECIFICATION, "There is no description."),
    Rule("words.description", "most_characters", 5_000, SPECIFICATION,
         "The description has {size} characters; {limit} are allowed."),
    Rule("words.title", "says_none_of", ("free shipping", "sale", "% off", "best price"),
         SPECIFICATION, "The title “{value}” promotes."),
    Rule("link", "match", r"https?://[\x21-\x7e]+", SPECIFICATION,
         "The page's address “{value}” is none."),
    Rule("link", "most_characters", 2_000, SPECIFICATION,
         "The page's address has {size} characters; {limit} are allowed."),
    Rule("image_link", "match", r"https?://[\x21-\x7e]+\.(?:jpe?g|webp|png|gif|bmp|tiff?)", IMAGES,
         "The picture's address “{value}” does not end as a picture of a known kind."),
    Rule("image_link", "most_characters", 2_000, IMAGES,
         "The picture's address has {size} characters; {limit} are allowed."),
    Rule("price", "match", r"(?!0\.00)\d+\.\d\d [A-Z]{3}", SPECIFICATION,
         "The price “{value}” is none: write it as 9.00 EUR."),
    Rule("availability", "one_of", ("in_stock", "out_of_stock", "preorder", "backorder"),
         SPECIFICATION, "“{value}” is no availability."),
    Rule("condition", "one_of", ("new", "refurbished", "used"), SPECIFICATION,
         "“{value}” is no condition."),
    Rule("brand", "most_characters", 70, SPECIFICATION,
         "The brand has {size} characters; {limit} are allowed."),
    Rule("file.kind", "one_of", ("jpeg", "webp", "png", "gif", "bmp", "tiff"), IMAGES,
         "A file of kind {value} is not taken."),
    Rule("file.short_side", "least", 100, IMAGES,
         "Its shorter side has {value} pixels; at least {limit} are needed."),
    Rule("file.short_side", "least", 500, LARGER,
         "Its shorter side has {value} pixels; at least {limit} are needed.", since=FROM_500),
    Rule("file.pixels", "most", 64_000_000, IMAGES,
         "It has {value:,} pixels; 64 megapixels are allowed."),
    Rule("file.bytes", "most", 16_000_000, IMAGES,
         "The file has {value:,} bytes; 16 MB are allowed."),
    Rule("file.digital_source_type", "equals", TRAINED, GENERATED,
         "Its metadata do not say that a model made it."),
    Rule("file.watermark", "equals", False, IMAGES, "A watermark is drawn over it."),
    Rule("file.short_side", "least", 1_500, IMAGES,
         "1500 pixels are advised; its shorter side has {value}.", is_advice=True),
)  # fmt: skip


def _entry(piece: Piece) -> dict[str, Any]:
    facts = {f"file.{name}": value for name, value in piece.file.items()}
    return facts | _words(piece) | {
        "id": piece.artwork_id,
        "words.title": piece.title,
        "words.description": piece.description,
        "link": piece.page_url,
        "image_link": piece.image_url,
        "price": f"{piece.price_cents / 100:.2f} {piece.currency}",
        "availability": "in_stock",
        "condition": "new",
        "brand": piece.shop,
        "identifier_exists": "no",
    }  # fmt: skip


def _words(piece: Piece) -> dict[str, Any]:
    """Return the texts under the names that fit who wrote them."""
    texts = {"title": piece.title, "description": piece.description}
    if not piece.by_model:
        return dict(texts)
    said = {"digital_source_type": "trained_algorithmic_media"}
    return {f"structured_{name}": said | {"content": text} for name, text in texts.items()}


def _tables(entries: Sequence[Entry], shop: str, _day: date) -> dict[str, bytes]:
    feed = product_feed(entries, title=shop, link=settings.SITE_URL, fields=FIELDS)
    return {"products.xml": feed}


GOOGLE_MERCHANT = Outlet(
    slug="google-merchant",
    name="Google Merchant Center",
    version="2026-11-24",
    read_on=date(2026, 11, 24),
    pages=(SPECIFICATION, IMAGES, GENERATED, LARGER),
    rules=RULES,
    entry=_entry,
    tables=_tables,
    is_feed=True,
    sends_files=False,
    why_not="Google asks not to scale pictures up.",
    by_hand=("Add products.xml as a data source, or fetch it anew each day.",),
)
