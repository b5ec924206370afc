"""Write which works have which word, chunk by chunk; called by `services/shelving.py` alone.

A word is a lexeme of the full-text search. Those that begin with a letter are kept; numbers, of
which every work may have another, are left to the index of the words themselves.
"""

from collections import defaultdict
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from catalog.members import CHUNK, pack, unpack
from catalog.models import ShelfWord

READ_AT_ONCE = 4_000
Members = tuple[list[int], list[int]]
"""Offsets of the works that have a word, and of those that have it in their title."""


def is_kept(lexeme: str) -> bool:
    """Tell whether the works of a word are written down, or of words that begin like this."""
    return lexeme[:1].isalpha()


def write_words(chunk: int, ordinals: list[int]) -> None:
    """Write the words of these works of a chunk anew, in every word that they have or had."""
    gone = np.zeros(CHUNK, bool)
    gone[np.array(ordinals) - chunk * CHUNK] = True
    had = _stored(chunk)
    have = _members(chunk, ordinals)
    changed: list[tuple[str, int, bytes, bytes]] = []
    empty: list[str] = []
    for lexeme in had.keys() | have.keys():
        before = had.get(lexeme, (b"", b""))
        added = have.get(lexeme, ([], []))
        now = (_renewed(before[0], gone, added[0]), _renewed(before[1], gone, added[1]))
        if not now[0]:
            empty.append(lexeme)
        elif now != before:
            changed.append((lexeme, chunk, *now))
    _store(changed)
    if empty:
        ShelfWord.objects.filter(chunk=chunk, lexeme__in=empty).delete()


def _renewed(packed: bytes, gone: NDArray[np.bool_], added: list[int]) -> bytes:
    """Return members without those that are gone, and with those that came."""
    members = unpack(packed)
    kept = members[~gone[members]]
    if len(kept) == len(members) and not added:
        return packed
    return pack(np.union1d(kept, np.array(added, dtype=np.int64)))


def _stored(chunk: int) -> dict[str, tuple[bytes, bytes]]:
    """Return the words of a chunk as they are written."""
    rows = ShelfWord.objects.filter(chunk=chunk).values_list("lexeme", "works", "titled")
    return {lexeme: (bytes(works), bytes(titled)) for lexeme, works, titled in rows}


def _members(chunk: int, ordinals: list[int]) -> dict[str, Members]:
    """Return which of these works have which words now."""
    found: dict[str, Members] = defaultdict(lambda: ([], []))
    for start in range(0, len(ordinals), READ_AT_ONCE):
        for ordinal, words, title in _words_of(ordinals[start : start + READ_AT_ONCE]):
            offset = ordinal - chunk * CHUNK
            for place, lexemes in enumerate((words, title)):
                for lexeme in lexemes:
                    if is_kept(lexeme):
                        found[lexeme][place].append(offset)
    return found


def _words_of(ordinals: list[int]) -> list[Any]:
    """Return ordinal, words and words of the title of works."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ordinal, tsvector_to_array(words), tsvector_to_array(ts_filter(words, '{a}'))"
            " FROM catalog_shelfentry WHERE words IS NOT NULL AND ordinal = ANY(%s)",
            [ordinals],
        )
        return list(cursor.fetchall())


def _store(rows: list[tuple[str, int, bytes, bytes]]) -> None:
    """Write words of a chunk."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO catalog_shelfword (lexeme, chunk, works, titled) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (lexeme, chunk) DO UPDATE"
            " SET works = excluded.works, titled = excluded.titled",
            rows,
        )
