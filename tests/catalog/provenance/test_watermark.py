import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.provenance import bch
from catalog.provenance.watermark import (
    FALSE_PER_TRY,
    MOST_TRIES,
    mark_where_it_holds,
    read_number,
    write_number,
)
from tests.catalog.provenance.pictures import textured


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**36 - 1), st.sets(st.integers(0, 126), max_size=15))
def test_any_fifteen_wrong_bits_are_mended(number, wrong):
    word = bch.encode(number)
    for place in wrong:
        word[place] ^= 1
    assert bch.decode(word) == (number, len(wrong))


def test_noise_is_no_word():
    rng = random.Random(1)
    assert not any(bch.decode([rng.getrandbits(1) for _ in range(127)]) for _ in range(100))


def test_the_chance_of_a_false_number_is_under_one_in_a_million():
    words = 2**bch.DATA * sum(_choose(bch.LENGTH, wrong) for wrong in range(bch.CORRECTS + 1))
    assert words / 2**bch.LENGTH <= FALSE_PER_TRY
    assert MOST_TRIES * FALSE_PER_TRY < 1e-6


def _choose(n, k):
    result = 1
    for step in range(k):
        result = result * (n - step) // (step + 1)
    return result


def test_a_number_is_read_again_and_hardly_seen():
    picture = textured(512, 384)
    marked = mark_where_it_holds(picture, 2**35 + 7)
    assert marked is not None
    assert marked.psnr_db >= 42
    assert read_number(marked.picture, [picture.size]).number == 2**35 + 7
    assert read_number(picture, [picture.size]) is None


def test_a_small_picture_has_no_room():
    assert mark_where_it_holds(textured(200, 200), 1) is None


def test_a_part_cut_out_still_tells():
    marked = write_number(textured(512, 512, seed=4), 99, 0.65)
    part = marked.crop((37, 11, 430, 420))
    assert read_number(part, [part.size]).number == 99


@pytest.mark.parametrize("seed", range(4))
def test_unmarked_pictures_tell_nothing(seed):
    picture = textured(384, 384, seed=seed)
    assert read_number(picture, [(384, 384), (512, 512), (768, 768)]) is None
