"""Which titles no other work has; one chooser at a time, since each must see what others chose."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, islice

from django.db import connection
from django.db.models import Q
from django.utils.text import slugify

from catalog.models import Artwork, TextRevision
from catalog.texts import Draft
from catalog.texts.repair import NUMBER, FreeTitle, trimmed
from catalog.texts.rules import TITLE_LIMIT

ENGLISH = "en"
TITLES_LOCK = 0x67656E61  # any constant: two writers must not choose one title at once
TITLES_AT_ONCE = 60
LIVE = TextRevision.State.LIVE


def lock_titles() -> None:
    """Wait until nobody else chooses a title; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TITLES_LOCK])


def is_taken(artwork: Artwork | None, title: str, language: str) -> bool:
    """Whether another work has a title in a language, small or capital letters alike."""
    live = TextRevision.objects.filter(language=language, state=LIVE)
    rows = Artwork.objects.all() if language == ENGLISH else live
    if artwork is not None:
        rows = rows.exclude(**{"pk" if language == ENGLISH else "artwork": artwork.pk})
    return bool(rows.filter(title__iexact=title.strip()).exists())


def free_title(artwork: Artwork | None, language: str) -> FreeTitle:
    """Return what chooses the first of some titles that no other work has in a language."""

    def choose(titles: Iterator[str]) -> str:
        while True:
            offered = list(islice(titles, TITLES_AT_ONCE))
            taken = titles_taken(artwork, offered, language)
            for title in offered:
                if title not in taken:
                    return title

    return choose


def free_address(titles: Iterator[str]) -> str:
    """Return the first title that gives a new listing a title and an address of its own."""
    while True:
        offered = {slug_of(title): title for title in islice(titles, TITLES_AT_ONCE)}
        taken = Artwork.objects.filter(
            Q(slug__in=list(offered)) | Q(title__in=list(offered.values()))
        ).values_list("slug", "title")
        known = {said for pair in taken for said in pair}
        for slug, title in offered.items():
            if slug and slug not in known and title not in known:
                return title


def slug_of(title: str) -> str:
    """Return the last part of the address of a work with a title."""
    return slugify(title)[:120]


def titles_taken(artwork: Artwork | None, titles: Sequence[str], language: str) -> set[str]:
    """Return those of some titles that another work has in a language."""
    if language == ENGLISH:
        works = Artwork.objects.filter(title__in=titles)
        works = works.exclude(pk=artwork.pk) if artwork else works
        return set(works.values_list("title", flat=True))
    live = TextRevision.objects.filter(language=language, state=LIVE, title__in=titles)
    live = live.exclude(artwork=artwork) if artwork else live
    return set(live.values_list("title", flat=True))


def with_free_title(artwork: Artwork, draft: Draft) -> Draft:
    """Return a draft whose title is free; the caller holds the lock."""
    title = draft.texts.title
    if not title or not titles_taken(artwork, [title], draft.language):
        return draft
    tails = (f", {NUMBER.get(draft.language, 'No.')} {number}" for number in count(2))
    numbered = (trimmed(title, TITLE_LIMIT - len(tail)) + tail for tail in tails)
    free = free_title(artwork, draft.language)(iter(numbered))
    told = f"Another work is called “{title}”: numbered it."
    return replace(draft, texts=replace(draft.texts, title=free), repairs=(*draft.repairs, told))
