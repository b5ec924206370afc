"""Puts metadata into the bytes of a file; no pixel is decoded or changed.

PNG, JPEG and WebP take new blocks. AVIF keeps the offsets of its parts in tables, so there a packet
is only replaced by one of the same length: previews are written with room for it.
"""

import struct
import zlib

from catalog.provenance.iptc import photoshop_block
from catalog.provenance.xmp import PACKET, Said, packet, packet_of

MIME_TYPES = {
    "png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif",
}  # fmt: skip
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEY = b"XML:com.adobe.xmp"
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_MOST_SEGMENT = 65533


def kind_of(data: bytes) -> str:
    """Return `png`, `jpeg`, `webp`, `avif`, or nothing, by the first bytes."""
    if data.startswith(_PNG):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return "avif" if data[4:8] == b"ftyp" and b"avi" in data[8:32] else ""


def with_metadata(data: bytes, said: Said) -> bytes:
    """Return a PNG, JPEG, WebP or AVIF with what is said of it; earlier packets are replaced.

    Raises:
        ValueError: the kind is unknown, or an AVIF has no packet to replace.
    """
    kind = kind_of(data)
    if kind == "png":
        return _png(data, packet(said))
    if kind == "jpeg":
        return _jpeg(data, packet(said), photoshop_block(said))
    if kind in ("webp", "avif") and (old := packet_of(data)):
        return replaced(data, packet(said, room=len(old)))
    raise ValueError("Metadata can be written into PNG, JPEG, and our own WebP and AVIF files.")


def replaced(data: bytes, new: bytes) -> bytes:
    """Return the file with its packet replaced by one of the same length."""
    return PACKET.sub(lambda _old: new, data, count=1)


def _png(data: bytes, xmp: bytes) -> bytes:
    chunk = _png_chunk(b"iTXt", _PNG_KEY + b"\x00" * 5 + xmp)
    parts, end = [_PNG], 8
    while end + 8 <= len(data):
        (length,) = struct.unpack(">I", data[end : end + 4])
        kind, start, end = data[end + 4 : end + 8], end, end + 12 + length
        if kind == b"iTXt" and data[start + 8 :].startswith(_PNG_KEY):
            continue
        parts.append(data[start:end])
        if kind == b"IHDR":
            parts.append(chunk)
    return b"".join(parts)


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _jpeg(data: bytes, xmp: bytes, iptc: bytes) -> bytes:
    """Insert both blocks before the picture, after JFIF; ones of the same kind are taken out."""
    head, end = [data[:2]], 2
    rest: list[bytes] = []
    while data[end] == 0xFF and data[end + 1] != 0xDA:
        (length,) = struct.unpack(">H", data[end + 2 : end + 4])
        segment = data[end : end + 2 + length]
        body, marker, end = segment[4:], segment[1], end + 2 + length
        if (marker == 0xE1 and body.startswith(_JPEG_XMP)) or marker == 0xED:
            continue
        (head if marker == 0xE0 and not rest else rest).append(segment)
    added = [_jpeg_segment(0xE1, _JPEG_XMP + xmp), _jpeg_segment(0xED, iptc)]
    return b"".join([*head, *added, *rest, data[end:]])


def _jpeg_segment(marker: int, body: bytes) -> bytes:
    if len(body) > _MOST_SEGMENT:
        raise ValueError("The metadata of a JPEG do not fit one segment of 64 kB.")
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
