"""The shop's index of its listings: what is searched and counted, apart from what is shown.

All three tables are kept by triggers of `migrations/0008`, whoever writes an artwork, and by
`services/shelving.py`, which folds changes into the bit strings. Why it is so is told there.
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


class FacetChange(models.Model):
    """A work whose facets changed since its bits were written; a log, folded every few seconds.

    No unique ordinal: a second change that saw the first one's row would write none, and be lost
    to a fold that is just reading the work as it was.
    """

    ordinal = models.IntegerField()

    def __str__(self) -> str:
        return f"change of {self.ordinal}"
