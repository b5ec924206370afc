"""Made-up works for measurements: all are there, found as real ones are, and indexed."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from catalog.facets import Tally, terms_of
from catalog.listing import Listing
from catalog.models import Artwork, ArtworkEmbedding
from catalog.shelf import Shelf
from catalog.synthetic.copying import build_indexes, missing_indexes
from tests.factories import make_artwork

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 300


def silent(_line: str) -> None:
    """Say nothing."""


def test_what_is_loaded_is_counted_found_and_indexed(capsys):
    call_command("load_synthetic_artworks", count=COUNT)
    assert Artwork.objects.count() == ArtworkEmbedding.objects.count() == COUNT
    styles = Tally(terms_of(Listing())).counts(["style"])["style"]
    assert sum(styles.values()) == Shelf(Listing()).total() == COUNT
    word = max(Artwork.objects.earliest("published_at").title.split(), key=len)
    titled = Artwork.objects.filter(title__icontains=word).count()
    assert Shelf(Listing(q=word, sort="relevance")).total() >= titled > 0
    assert missing_indexes() == []


def test_a_load_that_was_broken_off_is_completed():
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX artwork_embedding_half")
    assert missing_indexes() == ["artwork_embedding_half"]
    build_indexes(silent)
    assert missing_indexes() == []


def test_real_works_are_not_mixed_with_them():
    make_artwork()
    with pytest.raises(CommandError, match="another database"):
        call_command("load_synthetic_artworks", count=5)
    assert Artwork.objects.count() == 1
