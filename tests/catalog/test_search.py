import pytest

from catalog import search
from catalog.listing import Listing
from catalog.models import Artwork
from catalog.queries import Shelf, nearest_works, similar_works
from catalog.services import withdraw_artwork
from tests.factories import SMALL_WORDS, make_artwork, make_style, make_vector

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def words_only(monkeypatch):
    """Look for words alone, so that a test says what it is about; meaning has tests of its own."""
    monkeypatch.setattr(search, "_meaning", lambda text: None)


@pytest.fixture
def arches():
    return make_artwork(approval_fields={"embedding": make_vector(1)})


@pytest.fixture
def waves():
    style = make_style(slug="seigaiha", name="Wave pattern", version_fields={"motif": "seigaiha"})
    fields = {"style": style, "subject": "a calm sea"}
    return make_artwork(render_fields=fields, approval_fields={"tags": ("sea",)})


def found(text, **filters):
    shelf = Shelf(Listing(q=text, sort="relevance", **filters))
    return [work.pk for work in shelf.page().items], shelf


def test_a_word_of_the_title_finds_the_work(arches, waves):
    for work in (arches, waves):
        Artwork.objects.filter(pk=work.pk).update(style_name="x")
        for word in work.title.lower().replace(",", "").split():
            if len(word) > 4 and word not in SMALL_WORDS:
                assert work.pk in found(word)[0]


def test_an_unfinished_last_word_finds(arches, waves):
    assert found("scal")[0] == [waves.pk]
    assert found("mid-cent")[0] == [arches.pk] or found("boh")[0] == [arches.pk]


def test_all_words_must_be_there(arches, waves):
    assert found("scallop sea")[0] == [waves.pk]
    assert found("scallop boho")[0] == []


def test_quotes_or_and_minus_work(arches, waves):
    assert found('"op art"')[0] == []
    assert set(found("boho or scallop")[0]) == {arches.pk, waves.pk}
    assert found("pattern -scallop")[0] == []


@pytest.mark.parametrize(("typed", "meant"), [("scalop", "scallop"), ("archs", "arches"),
                                              ("terracota", "terracotta")])  # fmt: skip
def test_typos_are_mended(arches, waves, typed, meant):
    ids, shelf = found(typed)
    assert ids
    assert shelf.search is not None
    assert shelf.search.mended == meant or not shelf.search.mended  # a prefix may do as well


def test_nonsense_finds_nothing_but_something_near_is_offered(arches, waves):
    ids, shelf = found("qqqqqq xxxxxx")
    assert ids == []
    assert shelf.total() == 0
    assert set(nearest_works("qqqqqq")) == {arches, waves}


@pytest.mark.parametrize("text", ["'", "''", "a' & b", ":*", "\\", "(((", "!", "<->", "%", "é", "☃",
                                  "a" * 200, "- - -", '"'])  # fmt: skip
def test_no_text_breaks_the_search(arches, text):
    found(text)
    nearest_works(text)


def test_a_withdrawn_work_is_not_found(arches):
    withdraw_artwork(render_id=arches.render_id, reason="undo")
    assert found("arches")[0] == []


def test_filters_hold_within_a_search(arches, waves):
    assert found("calm", style="seigaiha")[0] == [waves.pk]
    assert found("calm", style="none")[0] == []


def test_title_counts_more_than_description(arches, waves):
    Artwork.objects.filter(pk=arches.pk).update(title="Plain")
    from catalog.services import edit_artwork

    texts = {"description": "Harbour at night.", "alt_text": "Shapes.", "tags": arches.tags}
    edit_artwork(artwork=arches, title="Quiet Forms", **texts)
    edit_artwork(artwork=waves, title="Harbour", **texts | {"description": "Water."})
    assert found("harbour")[0] == [waves.pk, arches.pk]


def test_relevance_pages_are_complete():
    works = {make_artwork().pk for _ in range(9)}
    shelf, after, seen = Shelf(Listing(q="arches", sort="relevance")), "", []
    while True:
        page = shelf.page(after=after, limit=4)
        seen += [work.pk for work in page.items]
        if not page.next:
            break
        after = page.next
    assert len(seen) == 9
    assert set(seen) == works
    shown = shelf.until(after=shelf.page(limit=4).next, limit=4)
    assert [work.pk for work in shown.items] == seen[:8]


def test_meaning_finds_without_words_and_lifts_with_them(arches, waves, monkeypatch):
    monkeypatch.setattr(search, "_meaning", lambda text: list(make_vector(1)))
    assert found("zzz")[0] == [arches.pk]
    both = found("calm")[0]
    assert both == [arches.pk, waves.pk]


def test_similar_works_are_the_nearest_first(arches):
    near = tuple(0.9 * a + 0.1 * b for a, b in zip(make_vector(1), make_vector(2), strict=True))
    close = make_artwork(approval_fields={"embedding": near})
    far = make_artwork(approval_fields={"embedding": make_vector(3)})
    assert similar_works(arches) == [close, far]
