"""What may stand where something else should: words, bytes, files, headers, always by a seed."""

import io
import json
import struct
import zipfile
import zlib
from random import Random

from PIL import Image, PngImagePlugin

WORDS: tuple[str, ...] = (
    "", " ", "0", "-1", "1", "2", "999999999999999999999999", "-9223372036854775809", "1e999",
    "NaN", "inf", "0x10", "1_000", "٣", "²", "true", "null", "None", "undefined", "[]", "{}",
    "\x00", "a\x00b", "\ud800", "\r\n", "a\nb", "\t", "\x1b[31m", "\u202e", "\ufeff", "🦔" * 20,
    "é" * 300, "x" * 10_000, "A" * 70, "a" * 255, "a" * 256, "'", "\"", "' OR 1=1 --", "\\", "%",
    "%00", "%s%s%n", "{{7*7}}", "{% debug %}", "${7*7}", "<script>alert(1)</script>", "<img src=x>",
    "javascript:alert(1)", "//evil.example", "https://evil.example/", "\\\\evil.example\\x",
    "../../../../etc/passwd", "..%2f..%2fetc", "/etc/passwd", "file:///etc/passwd", ".", "..", "/",
    "2026-02-30", "2026-01-01", "2026-01-01T00:00:00Z", "0001-01-01", "9999-12-31T23:59:59Z",
    "00000000-0000-0000-0000-000000000007", "not-a-uuid", "a@b", "a@example.com",
    "=cmd|' /C calc'!A0", "@SUM(1)", "DE", "XX", "DE123456789", "#C8553D", "#GGGGGG", "#fff",
    "-created_at", "newest", "relevance", "a" * 64, "g" * 64, "(((((((((", "a & | !", "a:*", "\\'",
    ",", ",,,", "2026-01-01T00:00:00+00:00,x", "eyJhIjoxfQ", "terracotta", "boho-arches", "arches",
)  # fmt: skip
"""Words that have broken something somewhere."""
HEADS = (b"GIF89a", b"%PDF-1.7\n", b"PK\x03\x04", b"<svg>", b"\xff\xd8")
"""How files of other types begin."""


def word(chance: Random) -> str:
    """Return a word: mostly of those known for trouble, else characters at random."""
    if chance.random() < 0.75:
        return chance.choice(WORDS)
    space = chance.choice((128, 256, 0xD7FF))
    return "".join(chr(chance.randrange(space)) for _ in range(chance.randrange(1, 40)))


def sendable(text: str) -> str:
    """Return a word as a client can send it: a lone surrogate is no character of any encoding."""
    return text.encode("utf-8", "replace").decode()


def near(chance: Random, text: str) -> str:
    """Return a value that is nearly `text`."""
    way = chance.randrange(6)
    if way == 0 or not text:
        return text + word(chance)
    at = chance.randrange(len(text))
    if way == 1:
        return text[:at]
    if way == 2:
        return text[:at] + chance.choice(WORDS)[:20] + text[at:]
    if way == 3:
        return text * chance.choice((2, 50))
    if way == 4:
        return text.upper() if chance.random() < 0.5 else text[::-1]
    return word(chance)


def mangled(chance: Random, data: bytes) -> bytes:
    """Return bytes that were `data`: cut, flipped, doubled, or with a huge length inside."""
    way = chance.randrange(6)
    if way == 0 or not data:
        return data[: chance.randrange(len(data) + 1)]
    changed = bytearray(data)
    if way == 1:
        for _ in range(chance.choice((1, 3, 40))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    elif way == 2:
        at = chance.randrange(len(changed))
        changed[at : at + 4] = struct.pack(">I", chance.choice((0, 2**31, 2**32 - 1, 60_000)))
    elif way == 3:
        at = chance.randrange(len(changed))
        changed[at:at] = changed[: chance.randrange(1, 200)]
    elif way == 4:
        changed[:0] = chance.choice(
            (b"GIF89a", b"%PDF-1.7\n", b"PK\x03\x04", b"<svg>", b"\xff\xd8")
        )
    else:
        del changed[chance.randrange(len(changed)) :][: chance.randrange(1, 64)]
    return bytes(changed)


def picture(chance: Random, kind: str = "") -> bytes:
    """Return a small sound picture."""
    mode = chance.choice(("RGB", "RGBA", "L", "P", "1"))
    size = chance.choice(((64, 64), (1, 1), (1, 300), (320, 200)))
    image = Image.new(mode, size)
    image.paste(chance.randrange(2) if mode == "1" else chance.randrange(200), (0, 0, 9, 9))
    buffer = io.BytesIO()
    kind = kind or chance.choice(("PNG", "WEBP", "JPEG", "GIF", "TIFF"))
    image.convert("RGB" if kind in ("JPEG", "WEBP") else mode).save(buffer, kind)
    return buffer.getvalue()


def bomb() -> bytes:
    """Return a PNG of a few bytes that says it has 3,600 million pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        whole = name + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 180_001)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def swollen() -> bytes:
    """Return a picture whose text chunk unpacks to more than it should."""
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "x" * 3_000_000, zip=True)
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32)).save(buffer, "PNG", pnginfo=note)
    return buffer.getvalue()


def archive() -> bytes:
    """Return a ZIP with a name that climbs out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("../../climbed.txt", "x")
    return buffer.getvalue()


def tensors(chance: Random) -> bytes:
    """Return a safetensors file, mostly with a header that lies."""
    header = {"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}
    text = json.dumps(header).encode()
    length = chance.choice((len(text), 2**63, 0, 2**31))
    return struct.pack("<Q", length) + text + b"\x00" * 16


def upload(chance: Random) -> tuple[str, bytes, str]:
    """Return name, content and type of a file to send."""
    content = chance.choice(
        (
            lambda: picture(chance),
            lambda: mangled(chance, picture(chance)),
            lambda: mangled(chance, picture(chance, "PNG")),
            bomb,
            swollen,
            archive,
            lambda: tensors(chance),
            lambda: b"",
            lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
            lambda: chance.randbytes(400),
            lambda: picture(chance, "PNG") + archive(),
        )
    )()
    name = chance.choice(("a.png", "a.jpg", "a.png.php", "../a.png", "a\x00.png", "a", "ä" * 200))
    kind = chance.choice(("image/png", "image/jpeg", "text/html", "application/zip", "x", ""))
    return name, content, kind


def header(chance: Random) -> tuple[str, str]:
    """Return a header that clients may send, with a value that they should not."""
    name = chance.choice(
        (
            "accept", "accept-language", "accept-encoding", "authorization", "cache-control",
            "content-type", "content-length", "forwarded", "host", "hx-request", "hx-target",
            "hx-trigger", "hx-current-url", "hx-boosted", "idempotency-key", "if-match",
            "if-modified-since", "if-none-match", "if-range", "origin", "range", "referer",
            "transfer-encoding", "user-agent", "x-forwarded-for", "x-forwarded-host",
            "x-forwarded-proto", "x-request-id", "traceparent", "x-http-method-override",
            "sec-fetch-site", "stripe-signature", "x-csrftoken", "connection", "cookie",
        )
    )  # fmt: skip
    known = {
        "range": ("bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-0,2-3", "bytes=99999999-"),
        "if-modified-since": (
            "Sat, 31 Feb 2026 00:00:00 GMT",
            "0",
            "Thu, 01 Jan 1970 00:00:00 GMT",
        ),
        "accept-language": ("de,fr;q=0.5", "xx" * 300, "*;q=nan", "de;q=1e9"),
        "hx-request": ("true", "false"),
        "traceparent": ("00-" + "0" * 32 + "-" + "0" * 16 + "-01", "00-x"),
    }
    if name in known and chance.random() < 0.6:
        return name, chance.choice(known[name])
    value = sendable(word(chance))
    return name, value.encode("latin-1", "replace").decode("latin-1")
