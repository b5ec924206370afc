"""The writer that is always there: vocabularies and what was measured, no model, no network."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice

from catalog.texts.facts import Facts, Texts
from catalog.texts.forbidden import forbidden_words
from catalog.texts.naming import any_named, named
from catalog.texts.repair import chosen_tags, trimmed
from catalog.texts.rules import (
    ALT_LIMIT,
    DESCRIPTION_LIMIT,
    TITLE_LIMIT,
    language_name,
    repeated,
    unfit,
)
from catalog.texts.tongues import TONGUES, Tongue
from catalog.texts.writers.contract import CannotWrite, Question, Written

VERSION = 2
TOLD = ("subject", "style_name", "palette_name", "collection", "model_name")
"""Facts whose own words may stand in a text."""


class EmbeddedWriter:
    """Writes in every language of `catalog/texts/tongues`."""

    name = "embedded"
    is_quick = True

    @property
    def signature(self) -> str:
        """Name and version; the version rises when its words change much."""
        return f"{self.name}@{VERSION}"

    def write(self, question: Question) -> Written:
        """Write texts; the same facts give the same ones."""
        tongue = TONGUES.get(question.language)
        if tongue is None:
            name = language_name(question.language)
            raise CannotWrite(f"The embedded writer has no words for {name}.")
        facts, remarks = speakable(question.facts, screened=question.screened)
        series = titles(facts, question.language)
        first = next(series)
        texts = Texts(
            title=first,
            description=_whole(tongue.description(facts), DESCRIPTION_LIMIT),
            alt_text=_whole(tongue.alt_text(facts), ALT_LIMIT),
            tags=chosen_tags(tongue.tags(facts)),
        )
        return Written(texts, titles=_again(first, series), remarks=remarks)


def titles(facts: Facts, language: str = "en") -> Iterator[str]:
    """Yield titles without end, best first, none twice and none against the rules."""
    tongue = TONGUES[language]
    chance = random.Random(_seed(facts, "title"))  # noqa: S311  (taste, not secrecy)
    given: set[str] = set()
    phrases = list(dict.fromkeys(tongue.phrases(facts)))
    chance.shuffle(phrases)
    for title in [*phrases, *tongue.numbered(facts)]:
        if title not in given and _fits(title):
            given.add(title)
            yield title
    yield from _sheets(tongue, facts)


def _sheets(tongue: Tongue, facts: Facts) -> Iterator[str]:
    digest = hashlib.sha256(facts.key.encode()).hexdigest()
    for number in count(1):
        yield tongue.sheet(f"{digest[:6].upper()}-{number}")


def speakable(facts: Facts, *, screened: bool = True) -> tuple[Facts, tuple[str, ...]]:
    """Return the facts without words that no text may repeat, and a sentence for each left out."""
    changes: dict[str, object] = {}
    remarks = []
    is_named = screened and any_named(own_words(facts))
    for name in TOLD:
        said = str(getattr(facts, name))
        reason = _held_against(said, is_named)
        if reason:
            changes[name] = "its model" if name == "model_name" else ""
            remarks.append(f"Left out the {name.replace('_', ' ')} “{said[:60]}”. {reason}")
    mood = tuple(word for word in facts.mood if not _held_against(word, is_named))
    return replace(facts, mood=mood, **changes), tuple(remarks)  # type: ignore[arg-type]


def own_words(facts: Facts) -> list[str]:
    """Return what texts may say in words that are not of the vocabularies."""
    return [str(getattr(facts, name)) for name in TOLD] + list(facts.mood)


def _held_against(said: str, is_named: bool) -> str:
    return unfit(said) or repeated(said) or (named(said) if is_named else "")


def _again(first: str, series: Iterator[str]) -> Iterator[str]:
    yield first
    yield from series


def _fits(title: str) -> bool:
    fits = 2 < len(title) <= TITLE_LIMIT and not forbidden_words(title)
    return fits and not unfit(title) and not repeated(title)


def _whole(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{trimmed(text, limit - 1)}."


def _seed(facts: Facts, purpose: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{purpose}:{facts.key}".encode()).digest()[:8], "big")


def first_titles(facts: Facts, how_many: int, language: str = "en") -> list[str]:
    """Return the first titles of the series."""
    return list(islice(titles(facts, language), how_many))
