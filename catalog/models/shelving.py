"""The shop's index of its listings: what is searched and counted, apart from what is shown.

All these tables are kept by triggers (`migrations/0009`, `0017`), whoever writes an artwork, and by
`services/shelving.py`, which folds changes into them. Web processes hold a copy of what is small
(`catalog/shelf_memory.py`).
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func

from catalog.models.works import Artwork

TITLE_WORDS = Func(
    F("words"), template="ts_filter(%(expressions)s, '{a}')", output_field=SearchVectorField()
)
"""The words of the title alone, of which there are few: the best matches for a common word."""


class ShelfEntry(models.Model):
    """An artwork's line in the index: its place in the bit strings, and its words.

    Narrow, so that a word which a tenth of all works have is read in a tenth of the time that the
    listings themselves would take.
    """

    ordinal = models.AutoField(primary_key=True)
    artwork = models.OneToOneField(Artwork, on_delete=models.CASCADE, related_name="entry")
    quality = models.FloatField(default=0.5)
    words = SearchVectorField(null=True)

    class Meta:
        verbose_name_plural = "shelf entries"
        indexes = [
            # No pending list: whoever reads next would pay for all that was written before.
            GinIndex(fields=["words"], name="entry_words", fastupdate=False),
            GinIndex(TITLE_WORDS, name="entry_title", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"entry {self.ordinal}"


class BitString(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's `bit varying`: combined by `&` and `|`, counted by `bit_count`."""

    def db_type(self, connection: object) -> str:
        """Return the column's type."""
        return "bit varying"


class FacetBits(models.Model):
    """Which works of one chunk of ordinals have one value of a facet, a bit for each work."""

    facet = models.CharField(max_length=12)
    value = models.CharField(max_length=80)
    chunk = models.IntegerField(help_text="ordinal // CHUNK")
    bits = BitString()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facet", "value", "chunk"], name="facet_bits_once")
        ]
        indexes = [models.Index(fields=["chunk"], name="facet_bits_chunk")]
        verbose_name_plural = "facet bits"

    def __str__(self) -> str:
        return f"{self.facet} {self.value}, chunk {self.chunk}"


class ShelfChunk(models.Model):
    """A chunk of ordinals whose bits, numbers and words are all written, and which state they have.

    Without its line a chunk has bits at most: an index from before there were words and numbers.
    """

    chunk = models.IntegerField(primary_key=True)
    version = models.BigIntegerField(help_text="drawn at random by each fold that writes the chunk")

    def __str__(self) -> str:
        return f"chunk {self.chunk}"


class ShelfNumbers(models.Model):
    """What works are sorted by, packed as `catalog/members.py` says, for `PART` ordinals at a time.

    Parts are small, since a fold writes one whole for a single new work.
    """

    part = models.IntegerField(primary_key=True, help_text="ordinal // PART")
    version = models.BigIntegerField()
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"numbers, part {self.part}"


class ShelfWord(models.Model):
    """Which works of one chunk have a word, anywhere and in their titles.

    All words that begin with a letter are here, so that an unfinished one is a range of them.
    """

    lexeme = models.TextField(db_collation="C")
    chunk = models.IntegerField()
    works = models.BinaryField(help_text="packed as `catalog/members.py` says")
    titled = models.BinaryField(help_text="those that have it in their title")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lexeme", "chunk"], name="shelf_word_once")]
        indexes = [models.Index(fields=["chunk"], name="shelf_word_chunk")]

    def __str__(self) -> str:
        return f"{self.lexeme}, chunk {self.chunk}"


class FacetChange(models.Model):
    """A work that changed since its bits were written; a log, folded every few seconds.

    No unique ordinal: a second change that saw the first one's row would write none, and be lost
    to a fold that is just reading the work as it was.
    """

    ordinal = models.IntegerField()

    def __str__(self) -> str:
        return f"change of {self.ordinal}"
