"""A BCH code: 36 bits become 127, of which any 15 may be wrong.

Narrow-sense over GF(2^7) with the polynomial x^7 + x^3 + 1; decoded by Berlekamp and Massey. Pure.
"""

from collections.abc import Iterable
from functools import cache

LENGTH, DATA, CORRECTS = 127, 36, 15
_FIELD = 0b10001001


@cache
def _tables() -> tuple[list[int], list[int]]:
    """Return powers of the primitive element, twice around, and their logarithms."""
    powers, logs, value = [0] * (2 * LENGTH), [0] * (LENGTH + 1), 1
    for power in range(LENGTH):
        powers[power] = powers[power + LENGTH] = value
        logs[value] = power
        value <<= 1
        if value > LENGTH:
            value ^= _FIELD
    return powers, logs


def _times(a: int, b: int) -> int:
    powers, logs = _tables()
    return powers[logs[a] + logs[b]] if a and b else 0


@cache
def _generator() -> list[int]:
    """Return the code's generator polynomial over GF(2), lowest power first."""
    powers, _logs = _tables()
    roots: set[int] = set()
    for first in range(1, 2 * CORRECTS + 1):
        roots |= {(first << shift) % LENGTH for shift in range(7)}
    polynomial = [1]
    for root in roots:
        longer = [0, *polynomial]
        for place, factor in enumerate(polynomial):
            longer[place] ^= _times(factor, powers[root])
        polynomial = longer
    return polynomial


def encode(number: int) -> list[int]:
    """Return the 127 bits of a number below 2^36: 91 of check, then the number, lowest first."""
    generator = _generator()
    data = [number >> place & 1 for place in range(DATA)]
    rest = [0] * (LENGTH - DATA) + data
    for place in range(LENGTH - 1, LENGTH - DATA - 1, -1):
        if rest[place]:
            start = place - (LENGTH - DATA)
            for step, factor in enumerate(generator):
                rest[start + step] ^= factor
    return rest[: LENGTH - DATA] + data


def decode(bits: list[int]) -> tuple[int, int] | None:
    """Return the number and how many bits were wrong; `None` if no number is near enough."""
    powers, _logs = _tables()
    syndromes = [
        _sum(powers[place * power % LENGTH] for place, bit in enumerate(bits) if bit)
        for power in range(1, 2 * CORRECTS + 1)
    ]
    locator = _locator(syndromes)
    errors = len(locator) - 1
    if errors > CORRECTS:
        return None
    wrong = [
        place
        for place in range(LENGTH)
        if not _sum(
            _times(factor, powers[-place * power % LENGTH]) for power, factor in enumerate(locator)
        )
    ]
    if len(wrong) != errors:
        return None
    right = list(bits)
    for place in wrong:
        right[place] ^= 1
    return sum(bit << place for place, bit in enumerate(right[LENGTH - DATA :])), errors


def _locator(syndromes: list[int]) -> list[int]:
    """Return the shortest polynomial that explains the syndromes, lowest power first."""
    powers, logs = _tables()
    present, before, length, gap, last = [1], [1], 0, 1, 1
    for step, syndrome in enumerate(syndromes):
        known = present[1 : length + 1]
        off = syndrome ^ _sum(
            _times(factor, syndromes[step - 1 - place]) for place, factor in enumerate(known)
        )
        if not off:
            gap += 1
            continue
        scale = powers[(logs[off] - logs[last]) % LENGTH]
        shifted = [0] * gap + [_times(scale, factor) for factor in before]
        longer = [
            (present[place] if place < len(present) else 0)
            ^ (shifted[place] if place < len(shifted) else 0)
            for place in range(max(len(present), len(shifted)))
        ]
        if 2 * length <= step:
            before, last, length, gap = present, off, step + 1 - length, 1
        else:
            gap += 1
        present = longer
    return present[: length + 1]


def _sum(values: Iterable[int]) -> int:
    total = 0
    for value in values:
        total ^= value
    return total
