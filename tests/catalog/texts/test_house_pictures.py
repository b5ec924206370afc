"""The bench's question on a few pictures that the house model draws here."""

import pytest

from catalog.models import TextRevision
from tests.bench.catalog.colour_judge import main_words
from tests.bench.catalog.texts import against, claimed_colour, names_family, published

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_texts_of_real_pictures_are_true_and_keep_the_rules():
    works = list(published(33, seed=5))
    rows = TextRevision.objects.filter(state=TextRevision.State.LIVE)
    assert rows.count() == 99
    assert [row for row in rows if against(row)] == []
    for language in ("en", "de", "fr"):
        titles = set(rows.filter(language=language).values_list("title", flat=True))
        assert len(titles) == 33
    right = [
        names_family(work) and claimed_colour(work.artwork) in main_words(work.picture)
        for work in works
    ]
    assert sum(right) >= 0.9 * len(right)
