"""What a search box offers while somebody types: real words, styles, series and titles."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.postgres.search import TrigramWordSimilarity
from django.urls import reverse

from catalog.models import Collection, SearchWord
from catalog.services.indexing import plain_words
from catalog.shelf import on_sale
from generation.models import Style

LEAST_LETTERS, EACH = 2, 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the list: what it says, what kind it is, where it leads."""

    text: str
    kind: str
    url: str


def suggestions_for(text: str) -> list[Suggestion]:
    """Return what could be meant by a beginning; nothing below two letters."""
    text = " ".join(text.replace("\x00", "").split())[:100]
    if len(text) < LEAST_LETTERS:
        return []
    return [*_words(text), *_styles(text), *_series(text), *_titles(text)]


def _words(text: str) -> list[Suggestion]:
    """Complete the last word by words that listings have."""
    *before, last = text.split()
    plain = next(iter(plain_words(last + "aa")), "").removesuffix("aa")
    if not plain:
        return []
    words = list(
        SearchWord.objects.filter(word__startswith=plain)
        .order_by("word")
        .values_list("word", flat=True)[:EACH]
    )
    if not words and len(plain) > 3:
        near = SearchWord.objects.annotate(near=TrigramWordSimilarity(plain, "word"))
        words = list(
            near.filter(near__gte=0.5).order_by("-near").values_list("word", flat=True)[:2]
        )
    full = [" ".join([*before, word]) for word in words]
    browse = reverse("catalog:browse")
    return [Suggestion(words, "search", f"{browse}?{urlencode({'q': words})}") for words in full]


def _styles(text: str) -> list[Suggestion]:
    """Return styles whose name has the text."""
    found = Style.objects.filter(name__icontains=text).order_by("name")[:EACH]
    browse = reverse("catalog:browse")
    return [Suggestion(s.name, "style", f"{browse}?{urlencode({'style': s.slug})}") for s in found]


def _series(text: str) -> list[Suggestion]:
    """Return collections whose title has the text."""
    found = Collection.objects.filter(title__icontains=text).order_by("title")[:EACH]
    return [Suggestion(one.title, "collection", one.get_absolute_url()) for one in found]


def _titles(text: str) -> list[Suggestion]:
    """Return works whose title has the text; short texts are in too many titles to be of use."""
    if len(text) < 4:
        return []
    found = on_sale().filter(title__icontains=text).order_by()[:EACH]
    return [Suggestion(work.title, "work", work.get_absolute_url()) for work in found]
