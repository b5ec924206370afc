"""Etsy: a digital download for each work, with a table of its listing.

Etsy takes works made with AI from the seller's own prompts where the description says so. Its
pages forbid no enlarging; where it was done, description and metadata say it.

Title and tag limits agree with reports of 2026; the other limits are as known from its
documentation. Its own pages were not opened on the day of the table: look before the first bundle.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from catalog.outlets.contract import Entry, Outlet, Page, Piece, Rule
from catalog.outlets.tables import csv_table

LISTING = Page("Etsy Open API v3: createDraftListing", "https://developers.etsy.com/documentation/")
DIGITAL = Page("How to List a Digital Item", "https://help.etsy.com/hc/en-us/articles/115015628347")
CREATIVITY = Page("Creativity Standards", "https://www.etsy.com/legal/creativity/")
PHOTOS = Page(
    "Requirements and Best Practices for Images in Your Etsy Shop",
    "https://help.etsy.com/hc/en-us/articles/115015663347",
)
DISCLOSURE = "Made with AI"
MOST_TAGS, TAG_CHARACTERS = 13, 20
MATERIALS = ("digital file",)
COLUMNS = {
    "Title": "title",
    "Description": "description",
    "Price": "price",
    "Currency": "currency",
    "Quantity": "quantity",
    "Tags": "tags",
    "Materials": "materials",
    "Category": "category",
    "Who made": "who_made",
    "When made": "when_made",
    "Type": "type",
    "File": "filename",
}
RULES = (
    Rule("title", "least_characters", 1, LISTING, "There is no title."),
    Rule("title", "most_characters", 140, LISTING,
         "The title has {size} characters; {limit} are allowed."),
    Rule("title", "match", r"[^$^`\\<>]*", LISTING, "The title “{value}” has signs Etsy refuses."),
    Rule("title", "match", r"(?!.*([%:&+]).*\1).*", LISTING,
         "The title “{value}” has % : & or + more than once."),
    Rule("tags", "least_items", 1, LISTING, "It has no tag that fits."),
    Rule("tags", "most_items", MOST_TAGS, LISTING, "It has {size} tags; {limit} are allowed."),
    Rule("tags", "items_most_characters", TAG_CHARACTERS, LISTING,
         "A tag has more than {limit} characters."),
    Rule("tags", "items_match", r"[\w][\w \-'™©®]*", LISTING, "A tag has signs Etsy refuses."),
    Rule("tags", "distinct", None, LISTING, "A tag stands twice."),
    Rule("materials", "most_items", 13, LISTING,
         "It has {size} materials; {limit} are allowed."),
    Rule("materials", "items_match", r"[\w ]{1,45}", LISTING, "A material has signs Etsy refuses."),
    Rule("description", "says", DISCLOSURE, CREATIVITY,
         "The description does not say that AI made it."),
    Rule("price_cents", "least", 20, LISTING,
         "It costs {value} cents; at least {limit} are needed."),
    Rule("category", "one_of", ("Art & Collectibles > Prints > Digital Prints",), LISTING,
         "“{value}” is no category known here."),
    Rule("filename", "most_characters", 70, DIGITAL,
         "The file name has {size} characters; {limit} are allowed."),
    Rule("file.bytes", "most", 20_000_000, DIGITAL,
         "The file has {value:,} bytes; 20 MB are allowed."),
    Rule("file.count", "most", 5, DIGITAL, "It has {value} files; {limit} are allowed."),
    Rule("file.kind", "one_of", ("jpeg", "png", "gif", "pdf"), DIGITAL,
         "A file of kind {value} is not taken."),
    Rule("file.short_side", "least", 2_000, PHOTOS,
         "2000 pixels are advised; its shorter side has {value}.", is_advice=True),
)  # fmt: skip


def _entry(piece: Piece) -> dict[str, Any]:
    facts = {f"file.{name}": value for name, value in piece.file.items()}
    tags = [tag for tag in dict.fromkeys(piece.tags) if len(tag) <= TAG_CHARACTERS]
    return facts | {
        "title": " ".join(piece.title.split()),
        "description": _description(piece),
        "price": f"{piece.price_cents / 100:.2f}",
        "price_cents": piece.price_cents,
        "currency": piece.currency,
        "quantity": 999,
        "tags": tags[:MOST_TAGS],
        "materials": list(MATERIALS),
        "category": "Art & Collectibles > Prints > Digital Prints",
        "who_made": "i_did",
        "when_made": "made_to_order",
        "type": "download",
        "filename": f"{piece.slug[:40].strip('-') or 'work'}-{piece.key}.jpg",
        "file.count": 1,
    }


def _description(piece: Piece) -> str:
    said = f"{piece.description} {DISCLOSURE}: a generative model drew it from our own design."
    if piece.enlarged_from is not None:
        width, height = piece.enlarged_from
        said += f" Drawn at {width} × {height} pixels and enlarged for print."
    return said


def _tables(entries: Sequence[Entry], _shop: str, _day: date) -> dict[str, bytes]:
    return {"listings.csv": csv_table(entries, COLUMNS)}


ETSY = Outlet(
    slug="etsy",
    name="Etsy",
    version="2026-11-24",
    read_on=date(2026, 11, 24),
    pages=(LISTING, DIGITAL, CREATIVITY, PHOTOS),
    rules=RULES,
    entry=_entry,
    tables=_tables,
    licenses=True,
    may_enlarge=True,
    least_side_px=2_000,
    by_hand=(
        "Etsy reads no table: take each row into a digital listing, or send it by Etsy's API.",
        "How it was made: designed by you, with AI.",
    ),
)
