"""What a search says, normalised, and how alike two of them are. Pure, but for the text encoder.

The house CLIP knows the words it was trained on and no others: a word it knows is one piece of its
tokenizer. Where both phrases are made of such words their vectors are compared; otherwise shared
words and letters decide, so that the same wish always lands in the same gap.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genart.lib.errors import GenartError

_SMALL = "a an and any at by for from have i in is it like me my of on or that the this to with"
_ASKING = "art artwork image images picture pictures please poster print prints some wall want"
STOP = frozenset(f"{_SMALL} {_ASKING}".split())
"""Words that every search may have and that say nothing of what is looked for."""
MEANING_LEAST = 0.93
"""Cosine from which two phrases of known words mean the same. House CLIP: `boho arches` and
`arches` 0.97, `calm waves` and `waves` 0.98, `waves` and `sea` 0.73, arches in two colours 0.35.
"""
WORD_LEAST = 0.5
"""Shared trigrams from which two words are one: `octupus` is octopus, a fox is no box."""
OVERLAP_LEAST = 0.6
PHRASE_LIMIT, SHORTEST = 200, 3
Vector = NDArray[np.float32]


def normalised(text: str) -> str:
    """Return the words of a text that say something, folded, singular, sorted, once each."""
    words = sorted(set(meant_words(text)))
    return " ".join(words)[:PHRASE_LIMIT]


def meant_words(text: str) -> list[str]:
    """Return the words of a text that say something, folded and singular, in their order."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", plain)
    return [singular(word) for word in words if word not in STOP] or words


def singular(word: str) -> str:
    """Return an English word without its plural ending, roughly: the same for both forms."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and re.search(r"(?:s|x|z|ch|sh)es$", word):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=8192)
def letters(word: str) -> frozenset[str]:
    """Return the trigrams of a word, padded as `pg_trgm` does."""
    padded = f"  {word} "
    return frozenset(padded[place : place + 3] for place in range(len(padded) - 2))


def word_likeness(one: str, other: str) -> float:
    """Return how alike two words are by their letters, and 0 where they are different words."""
    first, second = letters(one), letters(other)
    share = 2 * len(first & second) / (len(first) + len(second))
    return share if share >= WORD_LEAST else 0.0


def overlap(one: str, other: str) -> float:
    """Return how many words two normalised phrases share, a mistyped one in part, 0 … 1 (Dice)."""
    first, second = one.split(), other.split()
    if len(first) > len(second):
        first, second = second, first
    if not first:
        return 0.0
    shared = sum(max(word_likeness(word, other) for other in second) for word in first)
    return 2 * shared / (len(first) + len(second))


def alike(one: str, other: str, first: Vector | None, second: Vector | None) -> float:
    """Return how alike two phrases are, 0 … 1, and 0 where they are too far apart to be one wish.

    Args:
        one: normalised words.
        other: normalised words.
        first: meaning of the first, `None` where it has a word the encoder does not know.
        second: meaning of the other.
    """
    by_words = overlap(one, other)
    by_meaning = float(first @ second) if first is not None and second is not None else 0.0
    near = by_words >= OVERLAP_LEAST or by_meaning >= MEANING_LEAST
    return max(by_words, by_meaning) if near else 0.0


@lru_cache(maxsize=4096)
def meaning(words: str) -> Vector | None:
    """Return the unit vector of normalised words that the encoder knows, each one; else `None`."""
    known = [taught(word) for word in words.split()]
    if not known or not all(known):
        return None
    try:
        from genart.ml.text import encode_text

        return encode_text(" ".join(known))
    except (ImportError, OSError, ValueError, GenartError):  # no weights here
        return None


@lru_cache(maxsize=4096)
def taught(word: str) -> str:
    """Return the form of a word that the encoder was taught, which is one piece; else nothing."""
    if len(word) < SHORTEST:  # pieces of other words are as short
        return ""
    return next((form for form in (word, word + "s", word + "es") if len(_pieces(form)) == 1), "")


def _pieces(word: str) -> Sequence[str]:
    from genart.ml.text import pieces_of

    try:
        return pieces_of(word)
    except (ImportError, OSError, ValueError, GenartError):
        return ()
