"""How the index of the shelf writes down works by their ordinals: as bits, as offsets, as numbers.

Pure. A chunk is `CHUNK` ordinals. Bits of all chunks in a row are `Bits`: a table of one line of
`WORDS` 64-bit words for each chunk, so that the place of a bit is the ordinal.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

CHUNK = 32_000
"""Works a bit string: 4,000 bytes, two to a page of the database, never compressed."""
WORDS = CHUNK // 64
FEW = CHUNK // 16
"""Fewer members than these are written as offsets of two bytes: shorter than bits, and told apart
from them by their length."""
PART = 2_000
NUMBERS = np.dtype(
    [("quality", "<f4"), ("published", "<i8"), ("price", "<i4"), ("mark", "<u8")], align=False
)
"""Numbers of a work: quality, microseconds since 1970 (0: not known), cents, and the first eight
bytes of its id, which decide ties."""
Ordinals = NDArray[np.int64]
Bits = NDArray[np.uint64]


def no_bits(chunks: int) -> Bits:
    """Return bits of so many chunks, all off."""
    return np.zeros((chunks, WORDS), np.uint64)


def bits_of(ordinals: Iterable[int] | Ordinals, chunks: int) -> Bits:
    """Return the bits of works; those beyond the chunks are left out."""
    if not isinstance(ordinals, np.ndarray):
        ordinals = np.fromiter(ordinals, dtype=np.int64)
    flags = np.zeros(chunks * CHUNK, np.uint8)
    flags[ordinals[ordinals < len(flags)]] = 1
    return np.packbits(flags).view(np.uint64).reshape(chunks, WORDS)


def ordinals_of(bits: Bits) -> Ordinals:
    """Return the works whose bits are on, rising."""
    found = np.flatnonzero(np.unpackbits(bits.reshape(-1).view(np.uint8)))
    return found.astype(np.int64, copy=False)


def counted(bits: Bits) -> int:
    """Return how many bits are on."""
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def pack(offsets: NDArray[np.integer]) -> bytes:
    """Write members of one chunk down: rising offsets, or bits where there are many."""
    if len(offsets) < FEW:
        return offsets.astype("<u2").tobytes()
    flags = np.zeros(CHUNK, np.uint8)
    flags[offsets] = 1
    return np.packbits(flags).tobytes()


def unpack(packed: bytes) -> NDArray[np.integer]:
    """Return the offsets that `pack` wrote, rising."""
    if len(packed) < 2 * FEW:
        return np.frombuffer(packed, "<u2")
    return np.flatnonzero(np.unpackbits(np.frombuffer(packed, np.uint8)))


def add_to(bits: Bits, chunk: int, packed: bytes) -> None:
    """Put the members of a chunk, as `pack` wrote them, among bits."""
    if chunk >= len(bits) or not packed:
        return
    if len(packed) == 2 * FEW:
        bits[chunk] |= np.frombuffer(packed, np.uint64)
        return
    flags = np.zeros(CHUNK, np.uint8)
    flags[np.frombuffer(packed, "<u2")] = 1
    bits[chunk] |= np.packbits(flags).view(np.uint64)
