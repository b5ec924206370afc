"""Word lists: the words that `{fruit}` in a spec stands for. A word may name a list itself.

The pure part, `flattened`, writes nested lists out; nothing may contain itself.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from generation.models import WordList
from generation.spec import DesignSpec
from generation.spec_errors import refusal
from generation.spec_words import mentions, references, resolved

Lists = Mapping[str, Sequence[Any]]
MOST_WORDS = 1000
"""Words that one list may stand for, nested ones written out."""
DEEPEST = 8
"""Lists within lists."""


def words_for(spec: DesignSpec) -> dict[str, list[str]]:
    """Return the words of each list that a spec names.

    Raises:
        InvalidInput: a list is unknown, empty, too long or contains itself, at the text's place.
    """
    named = mentions(spec)
    if not named:
        return {}
    lists = dict(WordList.objects.values_list("slug", "words"))
    found: dict[str, list[str]] = {}
    faults: list[dict[str, Any]] = []
    for place, slug in named:
        try:
            found[slug] = found.get(slug) or flattened(slug, lists)
        except ValueError as error:
            faults.append({"loc": place, "msg": str(error)})
    if faults:
        raise refusal(faults)
    return found


def flattened(slug: str, lists: Lists) -> list[str]:
    """Return the words of a list, each once, with nested lists written out.

    Raises:
        ValueError: with a sentence; the list or one within it is unknown, empty, too long, too
            deep, holds something else than words, or contains itself.
    """
    return _flattened(slug, lists, (), {})


def _flattened(
    slug: str, lists: Lists, above: tuple[str, ...], done: dict[str, list[str]]
) -> list[str]:
    """Return the words of a list that is named within those of `above`."""
    path = (*above, slug)
    if slug in above:
        raise ValueError(f"The word list {above[0]} contains itself: {' → '.join(path)}.")
    if len(path) > DEEPEST:
        raise ValueError(f"The word list {path[0]} is more than {DEEPEST} lists deep.")
    if slug not in lists:
        raise ValueError(_unknown(slug, lists, above))
    if slug not in done:
        found: dict[str, None] = {}
        for entry in lists[slug]:
            found.update(dict.fromkeys(_written_out(entry, lists, path, done)))
            _check_length(len(found), path)
        if not found:
            raise ValueError(f"The word list {slug} is empty.")
        done[slug] = list(found)
    return done[slug]


def _check_length(size: int, path: tuple[str, ...]) -> None:
    if size > MOST_WORDS:
        raise ValueError(f"The word list {path[0]} stands for more than {MOST_WORDS} words.")


def _unknown(slug: str, lists: Mapping[str, Any], above: tuple[str, ...]) -> str:
    within = f", which {above[-1]} names" if above else ""
    known = f" There are: {', '.join(sorted(lists)[:20])}." if lists else " There are none yet."
    return f"There is no word list {slug}{within}.{known}"


def _written_out(
    entry: Any, lists: Lists, path: tuple[str, ...], done: dict[str, list[str]]
) -> list[str]:
    """Return every text that one entry stands for."""
    if not isinstance(entry, str) or not entry.strip() or not entry.isprintable():
        raise ValueError(f"The word list {path[-1]} holds something that is not a word.")
    named = list(dict.fromkeys(references(entry)))
    within = [_flattened(slug, lists, path, done) for slug in named]
    _check_length(math.prod(len(words) for words in within), path)
    chosen = (dict(zip(named, words, strict=True)) for words in product(*within))
    return [resolved(entry.strip(), words) for words in chosen]
