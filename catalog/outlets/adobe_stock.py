"""Adobe Stock: pictures as JPEG with a CSV beside them.

Its pages ask not to enlarge files, so a picture that is too small stays here. The mark “Created
using generative AI tools” is a box in the portal; no column of the CSV sets it.

CSV, pictures and generative rules were read on its pages; the least and most number of keywords
and the numbers of the categories are as known from its help.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from catalog.outlets.checks import named
from catalog.outlets.contract import Entry, Outlet, Page, Piece, Rule
from catalog.outlets.tables import csv_table

CSV_PAGE = Page(
    "CSV requirements for Adobe Stock, 11 June 2026",
    "https://helpx.adobe.com/stock/contributor/manage-your-portfolio/csv-requirements-content.html",
)
PICTURES = Page(
    "Photo and illustration requirements",
    "https://helpx.adobe.com/stock/contributor/help/photography-illustrations.html",
)
GENERATIVE = Page(
    "Generative AI content guidelines, 11 June 2026",
    "https://helpx.adobe.com/stock/contributor/submit-your-content/submit-generative-ai-content/"
    "generative-ai-content-guidelines.html",
)
WORDS = Page(
    "Create titles and keywords",
    "https://helpx.adobe.com/stock/contributor/help/titles-and-keyword.html",
)
MOST_KEYWORDS, LEAST_KEYWORDS = 49, 5
CATEGORIES = {
    "abstract": 8,
    "geometric": 8,
    "pattern": 8,
    "landscape": 11,
    "sky": 5,
    "botanical": 14,
    "still-life": 8,
    "places": 2,
}
"""Ours → its number: 2 Buildings and Architecture, 5 The Environment, 8 Graphic Resources,
11 Landscapes, 14 Plants and Flowers."""
NOT_SAID = (
    "ai", "ai art", "ai generated", "ai-generated", "artificial intelligence", "generative",
    "generative ai", "generative art", "generated", "midjourney", "dall-e", "dalle",
    "stable diffusion", "firefly", "prompt", "photo", "photograph", "vector", "illustration",
    "jpeg", "jpg", "png", "4k", "8k", "hd", "megapixel", "megapixels", "in the style of",
)  # fmt: skip
"""How it was made, what kind of file it is, whose manner it has: none belongs into the words."""
COLUMNS = {
    "Filename": "filename",
    "Title": "title",
    "Keywords": "keywords",
    "Category": "category",
    "Releases": "releases",
}
RULES = (
    Rule("filename", "most_characters", 29, CSV_PAGE,
         "The file name has {size} characters; {limit} are allowed."),
    Rule("filename", "match", r"[A-Za-z0-9_-]+\.jpg", CSV_PAGE,
         "The file name “{value}” may hold letters, digits, - and _ only."),
    Rule("title", "least_characters", 1, CSV_PAGE, "There is no title."),
    Rule("title", "most_characters", 70, CSV_PAGE,
         "The title has {size} characters; {limit} are allowed."),
    Rule("title", "match", r"[\w \-'.]*", CSV_PAGE,
         "The title “{value}” has commas or special characters."),
    Rule("title", "says_none_of", NOT_SAID, GENERATIVE,
         "The title “{value}” says how or as what the file was made."),
    Rule("keywords", "least_items", LEAST_KEYWORDS, WORDS,
         "It has {size} keywords; at least {limit} are needed."),
    Rule("keywords", "most_items", MOST_KEYWORDS, WORDS,
         "It has {size} keywords; {limit} are allowed."),
    Rule("keywords", "distinct", None, WORDS, "A keyword stands twice."),
    Rule("keywords", "items_match", r"[^,;\"]{1,50}", CSV_PAGE,
         "A keyword has a comma, or more than 50 characters."),
    Rule("keywords", "says_none_of", NOT_SAID, GENERATIVE,
         "A keyword says how or as what the file was made."),
    Rule("category", "one_of", tuple(range(1, 22)), CSV_PAGE,
         "{value} is no category of Adobe Stock."),
    Rule("file.kind", "equals", "jpeg", PICTURES, "The file is {value}; a JPEG is asked."),
    Rule("file.color_space", "equals", "sRGB", PICTURES, "Its colours are {value}, not sRGB."),
    Rule("file.pixels", "least", 4_000_000, PICTURES,
         "It has {value:,} pixels; Adobe Stock takes pictures from 4 megapixels on, and asks not "
         "to enlarge them."),
    Rule("file.pixels", "most", 100_000_000, PICTURES,
         "It has {value:,} pixels; 100 megapixels are allowed."),
    Rule("file.bytes", "most", 45_000_000, PICTURES,
         "The file has {value:,} bytes; 45 MB are allowed."),
    Rule("file.enlarged", "equals", False, PICTURES, "It was enlarged, which is not allowed."),
)  # fmt: skip


def _entry(piece: Piece) -> dict[str, Any]:
    """Return the fields; words that Adobe does not want are left out of the keywords."""
    title = re.sub(r"[^\w \-'.]+", " ", piece.title.replace("’", "'"))
    keywords = [tag.replace(",", " ").strip() for tag in piece.tags]
    kept = [word for word in dict.fromkeys(keywords) if word and not named(word, NOT_SAID)]
    facts = {f"file.{name}": value for name, value in piece.file.items()}
    return facts | {
        "filename": f"{piece.slug[:16].strip('-') or 'work'}-{piece.key}.jpg",
        "title": " ".join(title.split()),
        "keywords": kept[:MOST_KEYWORDS],
        "category": CATEGORIES.get(piece.category),
        "releases": "",
    }


def _tables(entries: Sequence[Entry], shop: str, day: date) -> dict[str, bytes]:
    name = re.sub(r"[^A-Za-z0-9]+", "", shop) or "shop"
    return {f"{name}_{day.isoformat()}.csv": csv_table(entries, COLUMNS)}


ADOBE_STOCK = Outlet(
    slug="adobe-stock",
    name="Adobe Stock",
    version="2026-11-24",
    read_on=date(2026, 11, 24),
    pages=(CSV_PAGE, PICTURES, GENERATIVE, WORDS),
    rules=RULES,
    entry=_entry,
    tables=_tables,
    licenses=True,
    why_not="Adobe Stock asks not to enlarge files.",
    most_rows=5_000,
    most_table_bytes=1_000_000,
    by_hand=(
        "Upload the pictures first, then the CSV.",
        "Mark all of them “Created using generative AI tools”.",
        "File type: Illustrations.",
        "No releases are needed: no person and no property of others is shown.",
    ),
)
