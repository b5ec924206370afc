"""IPTC-IIM for JPEG: the old form of the same words, which many picture desks still read."""

import struct

from catalog.provenance.xmp import Said

_UTF8 = b"\x1b%G"  # ISO 2022: what follows is UTF-8
_TITLE, _KEYWORD, _CREATOR, _CREDIT, _COPYRIGHT, _CAPTION = 5, 25, 80, 110, 116, 120
_LIMITS = {_TITLE: 64, _KEYWORD: 64, _CREATOR: 32, _CREDIT: 32, _COPYRIGHT: 128, _CAPTION: 2000}
"""Most bytes of each field, by the IIM specification."""


def photoshop_block(said: Said) -> bytes:
    """Return the body of a JPEG's APP13 segment with title, caption, keywords and rights."""
    fields = [
        (_TITLE, said.title),
        *((_KEYWORD, word) for word in said.keywords),
        (_CREATOR, said.credit),
        (_CREDIT, said.credit),
        (_COPYRIGHT, said.licence.get("rights", "")),
        (_CAPTION, said.description),
    ]
    records = _dataset(1, 90, _UTF8) + _dataset(2, 0, b"\x00\x04")
    records += b"".join(
        _dataset(2, number, _cut(text, _LIMITS[number])) for number, text in fields if text
    )
    block = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(records)) + records
    return b"Photoshop 3.0\x00" + block + b"\x00" * (len(records) % 2)


def _dataset(record: int, number: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def _cut(text: str, most: int) -> bytes:
    """Return a text as UTF-8 of at most so many bytes, cut between characters."""
    return text.encode()[:most].decode(errors="ignore").encode()
