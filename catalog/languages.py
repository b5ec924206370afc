"""Texts of listings in the language that is asked for, English where it is not written yet."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from catalog.models import Artwork, TextRevision
from catalog.texts.categories import category_name
from genart.lib.errors import InvalidInput
from genart.lib.languages import language_now

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Said:
    """What a listing says in one language; `language` is the one it is really in."""

    language: str
    title: str
    description: str
    alt_text: str
    tags: tuple[str, ...]
    category: str
    category_name: str


def texts_of(artwork: Artwork, language: str = ENGLISH) -> Said:
    """Return what a listing says in a language, else in English."""
    return texts_of_many([artwork], language)[artwork.pk]


def texts_of_many(artworks: Sequence[Artwork], language: str = ENGLISH) -> dict[UUID, Said]:
    """Return the same for many listings with one query, by id."""
    found = {artwork.pk: _english(artwork) for artwork in artworks}
    if language == ENGLISH:
        return found
    live = TextRevision.objects.filter(
        artwork__in=[artwork.pk for artwork in artworks],
        language=language,
        state=TextRevision.State.LIVE,
    )
    return found | {revision.artwork_id: _of_revision(revision) for revision in live}


def in_language(works: Sequence[Artwork]) -> list[Artwork]:
    """Return copies of works that say what they say in the language of the page; never to save.

    `spoken_in` of each is the language that it got: English where it is not written yet.
    """
    told = texts_of_many(works, language_now())
    return [_saying(work, told[work.pk]) for work in works]


def _saying(work: Artwork, said: Said) -> Artwork:
    other = copy(work)
    other.title, other.alt_text, other.description = said.title, said.alt_text, said.description
    other.spoken_in = said.language  # type: ignore[attr-defined]
    return other


def languages_of(artwork: Artwork) -> list[str]:
    """Return the languages that a listing is written in, English first: for `hreflang`."""
    live = artwork.texts.filter(state=TextRevision.State.LIVE).values_list("language", flat=True)
    written = set(live)
    return [name for name in settings.TEXT_LANGUAGES if name == ENGLISH or name in written]


def chosen_language(request: HttpRequest) -> str:
    """Return the language asked for: by `?lang=`, else by `Accept-Language`, else English.

    Raises:
        InvalidInput: `lang` is not a language of the shop.
    """
    asked = request.GET.get("lang", "").lower()
    if asked in settings.TEXT_LANGUAGES:
        return asked
    if asked:
        offered = ", ".join(settings.TEXT_LANGUAGES)
        raise InvalidInput(f"The shop's languages are {offered}.", where="lang")
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    for name, _weight in accepted:
        plain = name.split("-")[0]
        if plain in settings.TEXT_LANGUAGES:
            return plain
    return ENGLISH


def _english(artwork: Artwork) -> Said:
    return Said(
        language=ENGLISH,
        title=artwork.title,
        description=artwork.description,
        alt_text=artwork.alt_text,
        tags=tuple(artwork.tags),
        category=artwork.category,
        category_name=category_name(artwork.category),
    )


def _of_revision(revision: TextRevision) -> Said:
    return Said(
        language=revision.language,
        title=revision.title,
        description=revision.description,
        alt_text=revision.alt_text,
        tags=tuple(revision.tags),
        category=revision.category,
        category_name=category_name(revision.category, revision.language),
    )
