"""Disguised writing, seen through."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genart.lib.lookalikes import deletions, fold, key_of, one_edit_apart, skeleton, squeezed

WORDS = st.text("abcdefgh", min_size=1, max_size=9)


@pytest.mark.parametrize(
    "written",
    ["picasso", "PICASSO", "Рісаѕѕо", "Ｐｉｃａｓｓｏ", "p̶i̶c̶a̶s̶s̶o̶", "𝓟𝓲𝓬𝓪𝓼𝓼𝓸", "ⓟⓘⓒⓐⓢⓢⓞ", "🅿🅸🅲🅰🆂🆂🅾",
     "pi\u200bca\u00adsso", "ρícäşѕσ", "ᴘɪᴄᴀꜱꜱᴏ"],
)  # fmt: skip
def test_every_disguise_is_read_as_the_same_word(written):
    assert fold(written)[0] == "picasso"


@pytest.mark.parametrize(
    ("written", "read"),
    [("Łempicka", "lempicka"), ("Hammershøi", "hammershoi"), ("Brâncuși", "brancusi"),
     ("Größe", "grosse"), ("Mæleć", "maelec"), ("Beksiński", "beksinski")],
)  # fmt: skip
def test_marks_on_letters_are_left_out(written, read):
    assert key_of(written) == read


def test_words_in_their_own_script_are_spelt_by_sound():
    assert fold("Пикассо", sounds=True)[0] == "pikasso"
    assert fold("Дисней, Шагал", sounds=True)[0] == "disnei, shagal"
    assert fold("Рісаѕѕо", sounds=True)[0] == "picasso"  # Cyrillic letters in a Latin word


def test_digits_and_signs_stand_for_letters():
    assert skeleton("w4rh0l") == skeleton("warhol")
    assert skeleton("d!$n3y") == skeleton("disney")


@given(st.text(max_size=60))
def test_each_letter_remembers_where_it_stood(text):
    for sounds in (False, True):
        folded, places = fold(text, sounds=sounds)
        assert len(folded) == len(places)
        assert places == sorted(places)
        assert all(0 <= place < len(text) for place in places)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    once = fold(text)[0]
    assert fold(once)[0] == once


@given(WORDS, WORDS)
def test_one_edit_is_symmetric_and_found_by_deletions(a, b):
    apart = one_edit_apart(a, b)
    assert apart == one_edit_apart(b, a)
    if apart:
        assert set(deletions(a)) & set(deletions(b))


@given(WORDS, st.data())
def test_a_changed_letter_is_one_edit(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    assert one_edit_apart(word, word[:place] + "z" + word[place + 1 :])
    assert one_edit_apart(word, word[:place] + "z" + word[place:])


def test_swapped_neighbours_are_one_edit_and_two_changes_are_not():
    assert one_edit_apart("picsaso", "picasso")
    assert not one_edit_apart("abcd", "badc")
    assert not one_edit_apart("same", "same")


@given(WORDS)
def test_squeezing_leaves_no_doubled_letter(word):
    short = squeezed(word)
    assert all(a != b for a, b in pairwise(short))
    assert short == squeezed("".join(letter * 2 for letter in word))
