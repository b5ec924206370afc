import pytest

from catalog.texts import Texts
from catalog.texts.reading import is_foreign, reads_like
from catalog.texts.repair import mend, trimmed
from catalog.texts.rules import ALT_LIMIT, DESCRIPTION_LIMIT, TITLE_LIMIT, faults
from genart.lib import screens

TAGS = ("arches", "boho", "curves", "beige", "calm", "abstract", "wall art", "interior")
GOOD = {
    "title": "Quiet Arches",
    "description": "Arches stand one inside the other. Mostly beige, with touches of clay.",
    "alt_text": "Nested arches in clay on a cream ground.",
    "tags": TAGS,
}


def test_good_texts_have_no_faults():
    assert faults(**GOOD) == {}


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("title", "", "Write something"),
        ("title", "x" * (TITLE_LIMIT + 1), "At most 70"),
        ("title", "Arches in the Style of Someone", "in the style of"),
        ("title", "Quiet QUIET Arches", "small letters"),
        ("title", "Arches!", "exclamation"),
        ("title", "Arches Arches", "Say “Arches” once"),
        ("description", "x" * (DESCRIPTION_LIMIT + 1), "At most 800"),
        ("description", "A gift. See www.example.com for more.", "links"),
        ("description", "It is hand-painted with love.", "hand-painted"),
        ("description", "Warm and calm. Warm and calm.", "once"),
        ("description", "Die Bögen stehen auf dem Grund und in der Mitte ist Licht.", "English"),
        ("description", "拱門層層相套，色彩溫暖。", "English"),
        ("alt_text", "x" * (ALT_LIMIT + 1), "At most 250"),
        ("alt_text", "Image of nested arches.", "Begin with what is seen"),
        ("alt_text", "A photograph of arches.", "photograph"),
        ("tags", TAGS[:7], "8 to 20"),
        ("tags", (*TAGS, "Arches"), "different"),
        ("tags", (*TAGS, "x"), "2 to 40"),
        ("tags", (*TAGS, "disney"), "disney"),
        ("tags", (*TAGS, "warm clay", "red clay", "old clay", "dark clay", "pale clay"), "clay"),
    ],
)  # fmt: skip
def test_each_rule_at_its_field(field, text, told):
    found = faults(**GOOD | {field: text})
    assert set(found) == {field}
    assert told in found[field]


@pytest.mark.parametrize("length", [TITLE_LIMIT - 1, TITLE_LIMIT])
def test_the_limit_itself_is_allowed(length):
    assert faults(**GOOD | {"title": "x" * length}) == {}


def test_the_register_of_names_is_asked_in_every_language(monkeypatch):
    monkeypatch.setattr(
        screens, "SCREENS", [lambda text: "It names Uber." if "ber" in text.lower() else None]
    )
    german = {
        "title": "Über den Rand",
        "description": "Die Bögen stehen über dem Grund und in der Mitte.",
        "alt_text": "Bögen auf dem Grund.",
        "tags": TAGS,
        "language": "de",
    }
    assert faults(**german) == {}
    assert faults(**german | {"title": "Uber"}) == {"title": "It names Uber."}
    assert faults(**german | {"title": "Uber", "screened": False}) == {}


@pytest.mark.parametrize(
    ("text", "language"),
    [("The arches stand on the ground and in the middle.", "en"),
     ("Die Bögen stehen auf dem Grund und in der Mitte.", "de"),
     ("Les arches sont au centre, sur un fond et dans le calme.", "fr"),
     ("Los arcos están en el centro y sobre un fondo.", "es"), ("Arches.", "")],
)  # fmt: skip
def test_languages_are_told_by_their_small_words(text, language):
    assert reads_like(text) == language
    if language:
        assert not is_foreign(text, language)
        assert is_foreign(text, "de" if language != "de" else "en")


def mended(language="en", taken=(), spare=(), **changes):
    texts = Texts(**GOOD | changes)

    def free(titles):
        return next(title for title in titles if title not in taken)

    return mend(texts, language=language, free_title=free, spare_tags=spare)


def test_good_texts_are_left_as_they_are():
    texts, repairs = mended()
    assert texts == Texts(**GOOD)
    assert repairs == ()


@pytest.mark.parametrize(
    ("field", "text", "after", "told"),
    [
        ("title", "“Quiet Arches.”", "Quiet Arches", "marks off the ends"),
        ("title", "QUIET Arches", "Quiet Arches", "small letters"),
        ("title", "# Quiet **Arches**", "Quiet Arches", "markup"),
        ("title", "Quiet " * 3 + "Arches", "Quiet Arches", "doubled"),
        ("description", "Calm arches. Buy now at www.shop.com! Warm.", "Calm arches. Warm.",
         "Dropped"),
        ("description", "Calm arches. Calm arches. Warm.", "Calm arches. Warm.", "said twice"),
        ("description", "Calm arches. It was hand-painted by us.", "Calm arches.", "hand-painted"),
        ("alt_text", "An image of nested arches.", "Nested arches.", "Took “An image of”"),
        ("alt_text", "Image of: a picture of arches.", "Arches.", "Took"),
        ("tags", (*TAGS, "Disney", "BOHO", "#clay"), (*TAGS, "clay"), "Dropped the tag"),
    ],
)  # fmt: skip
def test_each_repair_is_told(field, text, after, told):
    texts, repairs = mended(**{field: text})
    assert getattr(texts, field) == after
    assert any(told in sentence for sentence in repairs)
    assert faults(**{name: getattr(texts, name) for name in GOOD}) == {}


def test_long_texts_end_with_a_whole_word_or_sentence():
    texts, _repairs = mended(
        title="Arches " + "and more of them " * 6, description="A calm sentence here. " * 2
        + "Another one that says something else, " * 25, alt_text="arches and lines " * 30,
    )  # fmt: skip
    assert len(texts.title) <= TITLE_LIMIT and texts.title.endswith(("and", "more", "of", "them"))
    assert len(texts.description) <= DESCRIPTION_LIMIT and texts.description.endswith(".")
    assert len(texts.alt_text) <= ALT_LIMIT and texts.alt_text.endswith(".")


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Quiet Arches, No. 3"), ("de", "Quiet Arches, Nr. 3"), ("fr", "Quiet Arches, n° 3")],
)
def test_a_taken_title_is_numbered(language, title):
    taken = {"Quiet Arches", title.replace("3", "2")}
    texts, repairs = mended(language=language, taken=taken)
    assert texts.title == title
    assert repairs == ("Another work is called “Quiet Arches”: numbered it.",)


def test_too_few_tags_are_filled_up():
    texts, repairs = mended(tags=("arches",), spare=("boho", "arches", *TAGS))
    assert set(texts.tags) == set(TAGS)
    assert repairs == ("Added tags of the embedded writer.",)


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [("one two three", 8, "one two"), ("one, two", 4, "one"), ("onetwothree", 5, "onetw")],
)
def test_trimming_keeps_words_whole(text, limit, short):
    assert trimmed(text, limit) == short
