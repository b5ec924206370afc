from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import metadata
from catalog.color_words import FACETS, facet_names, facet_of, rich_name
from catalog.metadata import Facts
from catalog.vocabulary import FAMILIES, LAYOUTS, MOODS

hexes = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")
colors = st.lists(st.tuples(hexes, st.floats(0.01, 1)), min_size=1, max_size=6).map(tuple)
words = st.text(max_size=300)
facts = st.builds(
    Facts,
    key=st.uuids().map(str),
    motif=st.sampled_from(["", "boho-arches", *(family.keys[0] for family in FAMILIES)]) | words,
    style_name=words,
    subject=words | st.sampled_from(["mickey mouse", "in the style of a famous painter"]),
    layout=st.sampled_from([*LAYOUTS, "unknown"]),
    density=st.floats(0, 1),
    mood=st.lists(st.sampled_from([*MOODS, "odd"]), max_size=3).map(tuple),
    palette_name=words,
    colors=colors,
    orientation=st.sampled_from(["square", "portrait", "landscape"]),
    width_px=st.integers(8, 4096),
    height_px=st.integers(8, 4096),
    seen_tags=st.lists(words, max_size=6).map(tuple),
    collection=words,
    ground=hexes | st.just(""),
)


def arches(**changes):
    values = {
        "key": "a",
        "motif": "boho-arches",
        "style_name": "Boho arches",
        "subject": "arches over low hills",
        "layout": "centered",
        "density": 0.4,
        "mood": ("calm",),
        "palette_name": "terracotta",
        "colors": (("#F6EADB", 0.5), ("#C8553D", 0.3), ("#4A2C2A", 0.2)),
        "orientation": "square",
        "width_px": 512,
        "height_px": 512,
    }
    return Facts(**values | changes)


@settings(max_examples=300, deadline=None)
@given(facts)
def test_every_text_keeps_the_rules(facts):
    for title in islice(metadata.titles(facts), 5):
        texts = {
            "title": title,
            "description": metadata.description(facts),
            "alt_text": metadata.alt_text(facts),
            "tags": metadata.tags(facts),
        }
        assert metadata.faults(**texts) == {}


@settings(max_examples=40, deadline=None)
@given(facts)
def test_titles_do_not_repeat_and_never_end(facts):
    titles = list(islice(metadata.titles(facts), 600))
    assert len(set(titles)) == 600


@given(facts)
def test_the_same_facts_give_the_same_texts(facts):
    first, second = (list(islice(metadata.titles(facts), 20)) for _ in range(2))
    assert first == second
    assert metadata.tags(facts) == metadata.tags(facts)


def test_other_pictures_get_other_titles():
    firsts = {next(metadata.titles(arches(key=str(key)))) for key in range(200)}
    assert len(firsts) > 90


def test_alt_text_says_shapes_place_and_colours():
    text = metadata.alt_text(arches(ground="#F6EADB"))
    assert text == (
        "Nested rounded arches in terracotta and chocolate, "
        "in the middle of the sheet, on a cream ground."
    )


def test_every_family_is_found_by_its_own_keys():
    for family in FAMILIES:
        assert metadata.family_of(arches(motif=family.keys[0])) is family


def test_every_house_family_has_words_of_its_own():
    from generation.house import FAMILIES as HOUSE

    found = [metadata.family_of(arches(motif=slug, style_name="", subject="")) for slug in HOUSE]
    assert None not in found
    assert all(slug in family.keys for slug, family in zip(HOUSE, found, strict=True))
    assert len(set(found)) == len(HOUSE)


def test_the_motif_decides_before_the_subject():
    found = metadata.family_of(arches(motif="night-moon"))
    assert found is not None and "moon" in found.keys


def test_an_unknown_family_is_told_by_its_subject():
    facts = arches(motif="zz", style_name="Zz", subject="a zeppelin")
    assert metadata.alt_text(facts).startswith("A zeppelin in ")


def test_brands_and_artists_are_never_repeated():
    facts = arches(motif="zz", style_name="zz", subject="Disney castle", palette_name="warhol")
    texts = [*islice(metadata.titles(facts), 300), metadata.alt_text(facts), *metadata.tags(facts)]
    assert not any(metadata.forbidden_words(text) for text in texts)


def test_forbidden_words_are_whole_words():
    assert metadata.forbidden_words("Freedom of the hills") == []
    assert metadata.forbidden_words("Free hills, by Banksy") == ["free", "banksy"]


def test_faults_are_located():
    found = metadata.faults(title="x" * 71, description="", alt_text="fine", tags=["one"])
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
