"""Make a listing findable by its words; called in the transaction that changes them.

What is looked for is in `catalog/search.py`.
"""

import re
import unicodedata

from django.contrib.postgres.search import SearchVector
from django.db.models import TextField, Value

from catalog.models import Artwork, SearchWord, TextRevision

SEARCH_CONFIG = "shop"
"""The text search configuration of `migrations/0002`: English stems, accents ignored."""


def index_artwork(artwork: Artwork) -> None:
    """Make a listing findable by its words: title before tags before the rest.

    Titles and tags in other languages come last, so that nobody must know ours.
    """
    collection = artwork.collection.title if artwork.collection else ""
    rest = " ".join(
        [artwork.style_name, in_words(artwork.palette_name), collection, *artwork.color_names]
    )
    weights = {
        "A": artwork.title,
        "B": " ".join(artwork.tags),
        "C": f"{rest} {artwork.description}",
        "D": _in_other_languages(artwork),
    }
    parts = [
        SearchVector(Value(text, output_field=TextField()), config=SEARCH_CONFIG, weight=weight)
        for weight, text in weights.items()
    ]
    vector = parts[0] + parts[1] + parts[2] + parts[3]
    Artwork.objects.filter(pk=artwork.pk).update(search=vector)
    words = plain_words(" ".join([artwork.title, rest, *artwork.tags, weights["D"]]))
    SearchWord.objects.bulk_create(
        [SearchWord(word=word) for word in sorted(words)], ignore_conflicts=True
    )


def _in_other_languages(artwork: Artwork) -> str:
    live = TextRevision.objects.filter(artwork=artwork, state=TextRevision.State.LIVE)
    rows = live.exclude(language="en").values_list("title", "tags")
    return " ".join(word for title, tags in rows for word in (title, *tags))


def plain_words(text: str) -> set[str]:
    """Return the words of a text in lower case and without accents, three letters or more."""
    folded = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return {word for word in re.findall(r"[a-z]+", folded) if 3 <= len(word) <= 60}


def in_words(slug: str) -> str:
    """Return a slug as words."""
    return slug.replace("-", " ").replace("_", " ").strip()
