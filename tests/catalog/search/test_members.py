"""How works are written down by their ordinals, without a database."""

import random

import numpy as np
import pytest

from catalog.members import (
    CHUNK,
    add_to,
    bits_of,
    counted,
    no_bits,
    ordinals_of,
    pack,
    unpack,
)


@pytest.mark.parametrize("many", [0, 1, 1999, 2000, 2001, CHUNK])
def test_members_are_read_as_they_were_written(many):
    offsets = np.array(sorted(random.Random(many).sample(range(CHUNK), many)), dtype=np.int64)
    packed = pack(offsets)
    assert len(packed) <= CHUNK // 8
    assert unpack(packed).tolist() == offsets.tolist()
    bits = no_bits(3)
    add_to(bits, 1, packed)
    assert ordinals_of(bits).tolist() == (offsets + CHUNK).tolist()
    assert counted(bits) == many


def test_what_lies_beyond_the_chunks_is_left_out():
    assert ordinals_of(bits_of([5, CHUNK + 1, 2 * CHUNK], 2)).tolist() == [5, CHUNK + 1]
    bits = no_bits(1)
    add_to(bits, 1, pack(np.arange(3)))
    assert counted(bits) == 0
