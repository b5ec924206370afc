from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.color_words import FACETS, facet_names, facet_of, rich_name
from catalog.texts import Facts, write_texts
from catalog.texts.families import FAMILIES, family_of
from catalog.texts.forbidden import forbidden_words
from catalog.texts.rules import faults
from catalog.texts.seeing import Seen
from catalog.texts.tongues import TONGUES
from catalog.texts.tongues.french import agreeing
from catalog.texts.words import english, french, german
from catalog.texts.writers.contract import CannotWrite
from catalog.texts.writers.embedded import titles
from tests.catalog.texts.facts import arches

WORDS = {"en": english, "de": german, "fr": french}
PLACES = list(english.PLACES)
hexes = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")
colors = st.lists(st.tuples(hexes, st.floats(0.01, 1)), min_size=1, max_size=6).map(tuple)
words = st.text(max_size=300)
seen = st.builds(
    Seen,
    ground=hexes | st.just(""),
    sky=hexes | st.just(""),
    coverage=st.floats(0, 1),
    place=st.sampled_from(PLACES),
    focus=st.sampled_from(["", *(place for place in PLACES if place != "whole")]),
    focus_share=st.floats(0, 0.22),
    is_round=st.booleans(),
    is_apart=st.booleans(),
    direction=st.sampled_from(["", "upright", "level", "slanting"]),
    detail=st.floats(0, 1),
)
facts = st.builds(
    Facts,
    key=st.uuids().map(str),
    motif=st.sampled_from(["", *(family.slug for family in FAMILIES)]) | words,
    style_name=words,
    subject=words | st.sampled_from(["mickey mouse", "in the style of a famous painter"]),
    layout=st.sampled_from(["centered", "left", "high", "diagonal", "grid", "unknown"]),
    density=st.floats(0, 1),
    mood=st.lists(st.sampled_from([*english.MOODS, "odd"]), max_size=3).map(tuple),
    palette_name=words,
    colors=colors,
    orientation=st.sampled_from(["square", "portrait", "landscape"]),
    width_px=st.integers(8, 4096),
    height_px=st.integers(8, 4096),
    seen_tags=st.lists(words, max_size=6).map(tuple),
    collection=words,
    ground=hexes | st.just(""),
    seen=st.none() | seen,
)
languages = st.sampled_from(list(TONGUES))


@settings(max_examples=300, deadline=None)
@given(facts, languages)
def test_every_text_keeps_the_rules(facts, language):
    draft = write_texts(facts, language=language)
    assert draft.faults == {}
    assert draft.category


@settings(max_examples=30, deadline=None)
@given(facts, languages)
def test_titles_do_not_repeat_and_never_end(facts, language):
    found = list(islice(titles(facts, language), 600))
    assert len(set(found)) == 600


@settings(max_examples=30, deadline=None)
@given(facts, languages)
def test_the_same_facts_give_the_same_texts(facts, language):
    assert write_texts(facts, language=language) == write_texts(facts, language=language)


def test_other_pictures_get_other_titles():
    firsts = {next(titles(arches(key=str(key)))) for key in range(200)}
    assert len(firsts) > 90


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Nested rounded arches in terracotta and chocolate, on the right, on a cream "
               "ground."),
        ("de", "Ineinander gesetzte Rundbögen in Terrakotta und Schokoladenbraun, rechts, auf "
               "cremefarbenem Grund."),
        ("fr", "Des arches arrondies emboîtées en rouge terre cuite et brun chocolat, à droite, "
               "sur fond blanc crème."),
    ],
)  # fmt: skip
def test_alt_text_says_what_was_seen_and_not_what_was_asked(language, text):
    facts = arches(layout="left", seen=arches_on_the_right())
    assert write_texts(facts, language=language).texts.alt_text == text


def arches_on_the_right():
    return Seen(
        ground="#F6EADB", sky="#F6EADB", coverage=0.4, place="right", focus="", focus_share=0,
        is_round=False, is_apart=False, direction="", detail=0.1,
    )  # fmt: skip


def test_the_main_colour_is_told_first():
    draft = write_texts(arches())
    assert "Mostly beige, with touches of terracotta and chocolate." in draft.texts.description


def test_one_colour_alone_is_told_by_its_shades():
    draft = write_texts(arches(colors=(("#8E959B", 0.6), ("#C6CBD0", 0.4))))
    assert "Mostly grey: pewter and silver." in draft.texts.description


@pytest.mark.parametrize("language", WORDS)
def test_every_family_has_words_in_every_language(language):
    spoken = WORDS[language].FAMILIES
    assert set(spoken) == {family.slug for family in FAMILIES}
    for family in spoken.values():
        assert len(family.nouns) >= 4 and len(family.scenes) >= 3 and len(family.tags) == 5


def test_every_colour_and_mood_is_translated():
    from catalog.color_words import _RICH

    assert set(german.COLORS) == set(french.COLORS) == set(_RICH)
    assert set(german.PLAIN_COLORS) == set(french.PLAIN_COLORS) == set(FACETS)
    assert set(german.MOODS) == set(french.MOODS) == set(english.MOODS)
    assert set(german.PLACES) == set(french.PLACES) == set(english.PLACES)


def test_nouns_know_how_adjectives_end_beside_them():
    german_forms = {noun.form for family in german.FAMILIES.values() for noun in family.nouns}
    french_forms = {noun.form for family in french.FAMILIES.values() for noun in family.nouns}
    assert german_forms == {"m", "f", "n", "p"}
    assert french_forms == {"m", "f", "mp", "fp"}


@pytest.mark.parametrize(
    ("adjective", "form", "agreed"),
    [("calme", "fp", "calmes"), ("lent", "f", "lente"), ("lent", "mp", "lents"),
     ("joyeux", "mp", "joyeux"), ("joyeux", "fp", "joyeuses"), ("frais", "f", "fraîche"),
     ("enjoué", "fp", "enjouées"), ("vif", "m", "vif"), ("discret", "fp", "discrètes")],
)  # fmt: skip
def test_french_adjectives_agree(adjective, form, agreed):
    assert agreeing(adjective, form) == agreed


def test_every_house_family_has_words_of_its_own():
    from generation.house import FAMILIES as HOUSE

    found = [family_of(arches(motif=slug, style_name="", subject="")) for slug in HOUSE]
    assert [family.slug for family in found] == list(HOUSE)


def test_the_motif_decides_before_the_subject():
    assert family_of(arches(motif="night-moon")).slug == "moon-night"


def test_an_unknown_family_is_told_by_its_subject():
    texts = write_texts(arches(motif="zz", style_name="Zz", subject="a zeppelin")).texts
    assert texts.alt_text.startswith("A zeppelin in ")


def test_an_unknown_family_is_not_told_in_english_elsewhere():
    facts = arches(motif="zz", style_name="Zz", subject="a zeppelin")
    texts = write_texts(facts, language="de").texts
    assert texts.alt_text.startswith("Eine freie Komposition in ")


def test_a_language_without_words_is_refused():
    with pytest.raises(CannotWrite, match="no words for Spanish"):
        write_texts(arches(), language="es")


def test_brands_and_artists_are_never_repeated():
    facts = arches(motif="zz", style_name="zz", subject="Disney castle", palette_name="warhol")
    draft = write_texts(facts)
    said = [draft.texts.title, draft.texts.alt_text, *draft.texts.tags, *islice(titles(facts), 300)]
    assert not any(forbidden_words(text) for text in said)
    assert "Left out the subject “Disney castle”." in draft.repairs[0]


def test_faults_are_located():
    found = faults(title="x" * 71, description="", alt_text="fine", tags=["one"])
    assert set(found) == {"title", "description", "tags"}


def test_the_dot_of_each_facet_has_its_own_name():
    assert {name: facet_of(hex_color) for name, hex_color in FACETS.items()} == {
        name: name for name in FACETS
    }


def test_small_colours_are_not_facets():
    assert facet_names([("#C8232C", 0.9), ("#2E62A8", 0.05)]) == ["red"]


def test_rich_names_follow_the_hue():
    assert rich_name("#C8553D") == "terracotta"
    assert rich_name("#17264F") == "navy"
