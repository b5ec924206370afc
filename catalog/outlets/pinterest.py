"""Pinterest: a product catalogue, separated by tabs, that names our previews by their addresses.

The limits are as known from its documentation, which was not opened on the day of the table: look
before the first feed.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from catalog.outlets.contract import Entry, Outlet, Page, Piece, Rule
from catalog.outlets.tables import tsv_table

CATALOGUE = Page(
    "Before you get started with catalogs: data source specifications",
    "https://help.pinterest.com/en/business/article/before-you-get-started-with-catalogs",
)
COLUMNS = {
    name: name
    for name in (
        "id", "title", "description", "link", "image_link", "price", "availability", "condition",
        "brand",
    )
}  # fmt: skip
RULES = (
    Rule("id", "least_characters", 1, CATALOGUE, "There is no id."),
    Rule("id", "most_characters", 127, CATALOGUE,
         "The id has {size} characters; {limit} are allowed."),
    Rule("title", "least_characters", 1, CATALOGUE, "There is no title."),
    Rule("title", "most_characters", 500, CATALOGUE,
         "The title has {size} characters; {limit} are allowed."),
    Rule("description", "least_characters", 1, CATALOGUE, "There is no description."),
    Rule("description", "most_characters", 10_000, CATALOGUE,
         "The description has {size} characters; {limit} are allowed."),
    Rule("link", "match", r"https?://[\x21-\x7e]+", CATALOGUE,
         "The page's address “{value}” is none."),
    Rule("link", "most_characters", 511, CATALOGUE,
         "The page's address has {size} characters; {limit} are allowed."),
    Rule("image_link", "match", r"https?://[\x21-\x7e]+", CATALOGUE,
         "The picture's address “{value}” is none."),
    Rule("image_link", "most_characters", 2_000, CATALOGUE,
         "The picture's address has {size} characters; {limit} are allowed."),
    Rule("price", "match", r"(?!0\.00)\d+\.\d\d [A-Z]{3}", CATALOGUE,
         "The price “{value}” is none: write it as 9.00 EUR."),
    Rule("availability", "one_of", ("in stock", "out of stock", "preorder"), CATALOGUE,
         "“{value}” is no availability."),
    Rule("condition", "one_of", ("new", "used", "refurbished"), CATALOGUE,
         "“{value}” is no condition."),
    Rule("file.kind", "one_of", ("jpeg", "png", "webp", "gif", "bmp", "tiff"), CATALOGUE,
         "A file of kind {value} is not taken."),
)  # fmt: skip


def _entry(piece: Piece) -> dict[str, Any]:
    facts = {f"file.{name}": value for name, value in piece.file.items()}
    return facts | {
        "id": piece.artwork_id,
        "title": piece.title,
        "description": piece.description,
        "link": piece.page_url,
        "image_link": piece.image_url,
        "price": f"{piece.price_cents / 100:.2f} {piece.currency}",
        "availability": "in stock",
        "condition": "new",
        "brand": piece.shop,
    }


def _tables(entries: Sequence[Entry], _shop: str, _day: date) -> dict[str, bytes]:
    return {"catalogue.tsv": tsv_table(entries, COLUMNS)}


PINTEREST = Outlet(
    slug="pinterest",
    name="Pinterest",
    version="2026-11-24",
    read_on=date(2026, 11, 24),
    pages=(CATALOGUE,),
    rules=RULES,
    entry=_entry,
    tables=_tables,
    is_feed=True,
    sends_files=False,
    why_not="Pinterest fetches our previews as they are.",
    by_hand=("Claim the shop's address there, then add catalogue.tsv as a data source.",),
)
