"""Which works a full-text query finds, without reading the works.

The query is taken apart, and each of its words looked up among the bits that `services/
word_postings.py` writes: a word that a third of all works have is some strings of 4 KB. What these
do not tell is asked of the index of the words: words that begin with a digit, neighbours ("in this
order"), and everything as long as some chunk is not written. Works that changed since the last fold
are always asked for by their rows.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.contrib.postgres.search import SearchQuery
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BinaryField, Func, QuerySet

from catalog.facets import Hits
from catalog.members import Bits, Ordinals, add_to, bits_of, no_bits
from catalog.models import ShelfEntry
from catalog.models.shelving import TITLE_WORDS
from catalog.services.word_postings import is_kept
from catalog.shelf_memory import View

WORD, NOT, AND, OR = 0, 1, 2, 3
"""Kinds of nodes; but for `WORD` those of PostgreSQL, whose fourth is neighbourhood."""
ORDINALS = np.dtype(">i4")
LAST = "\U0010ffff"
"""Sorts behind everything that can follow in a word."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a query: a word, or parts that are put together.

    Attributes:
        kind: `WORD`, `NOT`, `AND`, `OR`.
        lexeme: of a word.
        is_prefix: whether the word may go on.
        parts: what is put together.
    """

    kind: int
    lexeme: str = ""
    is_prefix: bool = False
    parts: tuple["Node", ...] = ()


class WordHits:
    """The works that words find.

    Args:
        words: full-text query.
        view: the shelf.
    """

    def __init__(self, words: SearchQuery, view: View) -> None:
        self.words, self.view = words, view
        self._looked_up: dict[tuple[str, bool], tuple[Bits, Bits]] = {}

    @cached_property
    def anywhere(self) -> Hits:
        """The works that have the words."""
        return self._hits(ShelfEntry.objects.filter(words=self.words), 0)

    @cached_property
    def titled(self) -> Hits:
        """The works that have the words in their title."""
        return self._hits(ShelfEntry.objects.alias(title=TITLE_WORDS).filter(title=self.words), 1)

    @cached_property
    def tree(self) -> Node | None:
        """The query, or `None` where bits cannot answer it."""
        sent = Func(self.words, function="tsquerysend", output_field=BinaryField())
        rows = ShelfEntry.objects.order_by().annotate(sent=sent).values_list("sent", flat=True)
        packed = bytes(rows[:1][0]) if self.view.is_whole and self.view.chunks else b""
        try:
            return _Reader(packed).node() if packed[:4] > b"\0\0\0\0" else None
        except _Unknown:
            return None

    def _hits(self, entries: QuerySet[ShelfEntry], place: int) -> Hits:
        """Return hits by bits where those can tell, else by entries."""
        many = len(self.view.chunks)
        bits = (
            bits_of(_ordinals(entries), many) if self.tree is None else self._bits(self.tree, place)
        )
        changed: set[int] = set()
        if self.view.pending:
            among = entries.using(DEFAULT_DB_ALIAS).filter(ordinal__in=self.view.pending)
            changed = set(among.values_list("ordinal", flat=True))
        return Hits(bits, frozenset(changed))

    def _bits(self, node: Node, place: int) -> Bits:
        """Return the works that a part of the query finds: anywhere (0) or in the title (1)."""
        if node.kind == WORD:
            return self._of_word(node, place)
        first, *others = (self._bits(part, place) for part in node.parts)
        if node.kind == NOT:
            return ~first
        return first & others[0] if node.kind == AND else first | others[0]

    def _of_word(self, node: Node, place: int) -> Bits:
        """Return the works that have a word."""
        if is_kept(node.lexeme):
            key = (node.lexeme, node.is_prefix)
            if key not in self._looked_up:
                self._looked_up[key] = _looked_up(node, len(self.view.chunks))
            return self._looked_up[key][place]
        plain = node.lexeme.replace("\\", "\\\\").replace("'", "''")
        query = SearchQuery(f"'{plain}'{':*' * node.is_prefix}", config="simple", search_type="raw")
        entries = ShelfEntry.objects.filter(words=query)
        if place:
            entries = ShelfEntry.objects.alias(title=TITLE_WORDS).filter(title=query)
        return bits_of(_ordinals(entries), len(self.view.chunks))


def _looked_up(node: Node, chunks: int) -> tuple[Bits, Bits]:
    """Return the works that have a word anywhere, and in their title."""
    anywhere, titled = no_bits(chunks), no_bits(chunks)
    last = f"{node.lexeme}{LAST}" if node.is_prefix else node.lexeme
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT chunk, works, titled FROM catalog_shelfword WHERE lexeme BETWEEN %s AND %s",
            [node.lexeme, last],
        )
        for chunk, works, title in cursor:
            add_to(anywhere, chunk, works)
            add_to(titled, chunk, title)
    return anywhere, titled


def _ordinals(entries: Any) -> Ordinals:
    """Return the ordinals of entries in one piece: rows would take far longer."""
    statement, params = entries.order_by().values("ordinal").query.sql_with_params()
    whole = f"SELECT string_agg(int4send(ordinal), ''::bytea) FROM ({statement}) AS hits"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(whole, params)
        packed = cursor.fetchone()[0]
    return np.frombuffer(packed or b"", ORDINALS).astype(np.int64)


class _Unknown(Exception):
    """The query has something that bits cannot answer."""


class _Reader:
    """Reads a query as `tsquerysend` writes it: operators before what they put together."""

    def __init__(self, packed: bytes) -> None:
        self.packed, self.place = packed, 4

    def node(self) -> Node:
        """Return the part that begins here."""
        kind, self.place = self.packed[self.place], self.place + 1
        if kind == 1:
            return self._word()
        operator, self.place = self.packed[self.place], self.place + 1
        if operator == NOT:
            return Node(NOT, parts=(self.node(),))
        if operator not in (AND, OR):
            raise _Unknown
        return Node(operator, parts=(self.node(), self.node()))

    def _word(self) -> Node:
        """Return the word that begins here."""
        weights, is_prefix = self.packed[self.place], bool(self.packed[self.place + 1])
        end = self.packed.index(0, self.place + 2)
        lexeme = self.packed[self.place + 2 : end].decode()
        self.place = end + 1
        if weights:
            raise _Unknown
        return Node(WORD, lexeme, is_prefix)
