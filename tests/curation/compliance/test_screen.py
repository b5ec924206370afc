"""The screen for texts: what it finds, how it says so, and what it leaves alone."""

import json
from pathlib import Path

import pytest

from curation.compliance.screen import Screen
from curation.compliance.vocabulary import Name, everyday, seed_names
from tests.curation.compliance import harmless, prompts


@pytest.fixture(scope="module")
def screen():
    return Screen(seed_names())


def terms(screen, text):
    return [hit.term for hit in screen.look(text)]


class TestReading:
    @pytest.mark.parametrize("text", prompts.HAND_WRITTEN)
    def test_attacks_as_people_write_them(self, screen, text):
        assert screen.look(text), text

    @pytest.mark.parametrize(
        ("text", "term", "seen"),
        [
            ("arches in the style of Picasso, calm", "Pablo Picasso", "Picasso"),
            ("a P i c a s s o dove", "Pablo Picasso", "P i c a s s o"),
            ("in deep Рісаѕѕо blue", "Pablo Picasso", "Рісаѕѕо"),
            ("Monet's lilies", "Claude Monet", "Monet's"),
            ("dancers by kandinksy", "Wassily Kandinsky", "kandinksy"),
        ],
    )
    def test_the_span_is_what_was_written(self, screen, text, term, seen):
        (hit,) = screen.look(text)
        assert (hit.term, text[hit.start : hit.end]) == (term, seen)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("a warhol print", "its name"),
            ("a wаrhоl print", "its name, other letters looked through"),
            ("a w4rhol print", "signs or doubled letters in its name"),
            ("a w a r h o l print", "letters spread apart"),
            ("a warholesque print", "its name with “-esque”"),
            ("yellow sponge with square pants", "described without the name"),
            ("in the style of Zora Quindle", "a name after words such as “in the style of”"),
        ],
    )
    def test_it_says_how_it_knew(self, screen, text, why):
        assert [hit.why for hit in screen.look(text)] == [why]

    def test_each_name_once_in_the_order_of_the_text(self, screen):
        text = "Disney castle and a Pikachu, Disney colours, by Banksy"
        assert terms(screen, text) == ["Disney", "Pikachu", "Banksy"]

    def test_a_long_text_is_looked_at_to_its_end(self, screen):
        assert terms(screen, "calm hills, " * 400 + "by Banksy") == ["Banksy"]

    @pytest.mark.parametrize("text", ["", " ", "…", "🌊", "\u200b", "a", "'", "!!!", "1 2 3"])
    def test_texts_without_words_hold_nothing(self, screen, text):
        assert screen.look(text) == []


class TestCommonWords:
    @pytest.mark.parametrize(
        ("harmless", "meant"),
        [
            ("the turner at his lathe", "a sky in the style of Turner"),
            ("red apple on a plate", "a laptop with the apple logo"),
            ("target rings in orange", "a Target store at night"),
            ("shells on a beach", "shell logo in yellow and red"),
            ("a caterpillar on a leaf", "yellow Caterpillar truck"),
            ("a drake among reeds", "portrait of Drake"),
            ("a red bull in a field", "a can of Red Bull on a desk"),
            ("a new balance of colour", "grey sneaker with the New Balance logo"),
        ],
    )
    def test_a_sentence_shows_which_is_meant(self, screen, harmless, meant):
        assert terms(screen, harmless) == []
        assert terms(screen, meant) != []

    def test_harmless_phrases_belong_to_their_name(self):
        screen = Screen([Name("brand", "Bosch", harmless=("bosch drill",))])
        assert terms(screen, "a Bosch drill on a bench") == []
        assert terms(screen, "a bosch oven") == ["Bosch"]

    def test_no_plain_name_is_an_everyday_word(self):
        from genart.lib.lookalikes import key_of

        plain = {key_of(name.name) for name in seed_names() if not name.is_common_word}
        assert not plain & everyday()


class TestFigures:
    """Names and disguises that were not looked at while the screen was made; see the bench."""

    @pytest.mark.parametrize("disguises", [prompts.SEEN, prompts.UNSEEN], ids=["seen", "unseen"])
    def test_recall_on_held_out_names(self, screen, disguises):
        tried = list(prompts.attacks(disguises, held_out=True))
        missed = [text for text, _name, _way in tried if not screen.look(text)]
        assert len(tried) >= 300
        assert len(missed) <= 0.02 * len(tried), missed

    def test_harmless_prompts_pass(self, screen):
        tried = list(harmless.prompts())
        refused = [text for text in tried if screen.look(text)]
        assert len(tried) >= 500
        assert len(refused) <= 0.01 * len(tried), refused


class TestHouse:
    """What the house itself says of its pictures must pass."""

    def test_the_words_of_styles_and_listings_pass(self, screen):
        from catalog.texts.naming import without_everyday
        from catalog.texts.words import english, french, german
        from generation.house import families
        from generation.palettes import PALETTES

        said = [palette.name for palette in PALETTES.values()]
        for language, tongue in (("en", english), ("de", german), ("fr", french)):
            words = [word for moods in tongue.MOODS.values() for word in moods]
            words += [*tongue.TIMES, *tongue.PLAIN_MOODS, *tongue.GENERAL_TAGS]
            for family in tongue.FAMILIES.values():
                words += [noun.text for noun in family.nouns]
                words += [*family.scenes, *family.tags, family.seen, family.sentence]
            said += [without_everyday(word, language) for word in words]
        for style in families.FAMILIES.values():
            said += [*style.phrases, *style.motifs.values()]
        assert len(said) > 300
        assert [text for text in said if screen.look(text)] == []

    def test_the_first_series_passes(self, screen):
        folder = Path(__file__).parents[3] / "generation" / "data"
        for path in folder.rglob("*.json"):
            spec = json.loads(path.read_text())
            texts = [spec["subject"], spec.get("title") or "", " ".join(spec.get("mood", []))]
            assert [text for text in texts if screen.look(text)] == [], path.name


class TestSeed:
    def test_the_list_is_long_and_has_no_doubles(self):
        names = [(name.kind, name.name) for name in seed_names()]
        assert len(names) >= 700
        assert len(set(names)) == len(names)
