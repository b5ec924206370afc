"""What the texts of a listing must keep, whoever wrote them. Mended in `repair.py`.

Knows neither database nor Django; whether a title is taken is asked where titles are given.
"""

import re
from collections import Counter
from collections.abc import Sequence

from catalog.texts.forbidden import forbidden_words, has_link, opening_of, shouted
from catalog.texts.naming import any_named, named
from catalog.texts.reading import is_foreign

TITLE_LIMIT, DESCRIPTION_LIMIT, ALT_LIMIT = 70, 800, 250
TAG_LIMIT, LEAST_TAGS, MOST_TAGS = 40, 8, 20
MOST_TAGS_WITH_WORD = 4
LIMITS = {"title": TITLE_LIMIT, "description": DESCRIPTION_LIMIT, "alt_text": ALT_LIMIT}
LANGUAGE_NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian",
    "nl": "Dutch", "pt": "Portuguese", "sv": "Swedish", "da": "Danish", "pl": "Polish",
}  # fmt: skip
_TWICE = re.compile(r"\b([^\W\d_]{2,})\s+\1\b", re.IGNORECASE)
_MAY_TWICE = frozenset(["nous", "vous", "die", "der", "das"])


def faults(
    *,
    title: str,
    description: str,
    alt_text: str,
    tags: Sequence[str],
    language: str = "en",
    screened: bool = True,
) -> dict[str, str]:
    """Return what is wrong with the texts of a listing, by field; empty when all is well.

    Args:
        title: plain text, as the other three.
        description: more than one sentence.
        alt_text: what is seen.
        tags: words people look for.
        language: BCP 47; the texts must read like it.
        screened: whether the register of names is asked too.
    """
    texts = {"title": title, "description": description, "alt_text": alt_text}
    found = {field: fault for field, text in texts.items() if (fault := _of_text(field, text))}
    if wrong := _of_tags(tags):
        found["tags"] = wrong
    if opening := opening_of(alt_text):
        found.setdefault("alt_text", f"Begin with what is seen, not with “{opening.strip()}”.")
    if is_foreign(f"{description} {alt_text}", language):
        found.setdefault("description", f"Write it in {language_name(language)}.")
    if screened:
        found = _screened(texts | {"tags": ", ".join(tags)}, language) | found
    return found


def language_name(language: str) -> str:
    """Return the English name of a language, or its code."""
    return LANGUAGE_NAMES.get(language.split("-")[0], language)


def _of_text(field: str, text: str) -> str:
    """Return the first fault of a text, as a sentence, or nothing."""
    if not text.strip():
        return "Write something here."
    if len(text) > LIMITS[field]:
        return f"At most {LIMITS[field]} characters; these are {len(text)}."
    return unfit(text) or repeated(text)


def unfit(text: str) -> str:
    """Return what a text may not say, as a sentence, or nothing."""
    if bad := forbidden_words(text):
        return f"Leave out “{bad[0]}”: a listing may not say it."
    if has_link(text):
        return "Leave out links and addresses."
    if loud := shouted(text):
        return f"Write “{loud[0]}” in small letters."
    return "One exclamation mark is too many." if "!" in text else ""


def repeated(text: str) -> str:
    """Return what a text says twice, as a sentence, or nothing."""
    for match in _TWICE.finditer(text):
        if match.group(1).lower() not in _MAY_TWICE:
            return f"Say “{match.group(1)}” once."
    sentences = [part.strip().lower() for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()]
    again = [sentence for sentence, times in Counter(sentences).items() if times > 1]
    return f"Say “{again[0][:40]}” once." if again else ""


def _of_tags(tags: Sequence[str]) -> str:
    """Return the first fault of the tags, as a sentence, or nothing."""
    if not LEAST_TAGS <= len(tags) <= MOST_TAGS or len({tag.lower() for tag in tags}) != len(tags):
        return f"Give {LEAST_TAGS} to {MOST_TAGS} different tags."
    for tag in tags:
        if fault := of_tag(tag):
            return fault
    often = [word for word, times in tag_words(tags).items() if times > MOST_TAGS_WITH_WORD]
    return f"“{often[0]}” is in more than {MOST_TAGS_WITH_WORD} tags." if often else ""


def of_tag(tag: str) -> str:
    """Return what is wrong with one tag, as a sentence, or nothing."""
    if not 2 <= len(tag) <= TAG_LIMIT:
        return f"“{tag[:TAG_LIMIT]}” must have 2 to {TAG_LIMIT} letters."
    return unfit(tag)


def tag_words(tags: Sequence[str]) -> Counter[str]:
    """Count in how many tags each word of four letters and more is."""
    return Counter(word for tag in tags for word in set(re.findall(r"\w{4,}", tag.lower())))


def _screened(texts: dict[str, str], language: str) -> dict[str, str]:
    """Return what the register of names holds against the texts, by field."""
    if not any_named(list(texts.values()), language):
        return {}
    said = {field: named(text, language) for field, text in texts.items()}
    return {field: message for field, message in said.items() if message}
