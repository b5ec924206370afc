"""Files that were made to do harm, each as small as it can be."""

import io
import struct
import zlib

from PIL import Image, PngImagePlugin


def saved(image: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, *chunks: bytes, pixels: bytes = b"") -> bytes:
    """Return a PNG that claims these sides, whatever its pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(pixels))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + body + chunk(b"IEND", b"")


def grey_png(*chunks: bytes) -> bytes:
    """Return a whole PNG of 64 × 64 grey pixels, with further chunks."""
    return png_of(64, 64, *chunks, pixels=(b"\x00" + b"\x80" * 192) * 64)


def text_bomb() -> bytes:
    """A text of 200 MB in 200 kB."""
    return grey_png(chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(200_000_000), 9)))


def profile_bomb() -> bytes:
    """A colour profile of 200 MB in 200 kB."""
    return grey_png(chunk(b"iCCP", b"x\x00\x00" + zlib.compress(bytes(200_000_000), 9)))


def entity_bomb() -> bytes:
    """XMP whose entities would grow to gigabytes."""
    inside = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "&%c;&%c;">' % (b, a, a)
        for a, b in zip(b"abcdefghi", b"bcdefghij", strict=True)
    )
    packet = inside + b"]><x>&j;</x>"
    return grey_png(chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + packet))


def camera_bomb() -> bytes:
    """EXIF whose directories point at themselves and promise four billion entries."""
    entries = b"".join(
        struct.pack("<HHII", tag, 4, 0xFFFFFFFF, 8) for tag in (0x0112, 0x8769, 0x8825, 0xA005)
    )
    tiff = b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", 4) + entries + struct.pack("<I", 8)
    return saved(Image.new("RGB", (64, 64), "grey"), "JPEG", exif=b"Exif\x00\x00" + tiff)


def many_passes(count: int, side: int = 64) -> bytes:
    """A JPEG whose last pass is there again and again."""
    data = saved(Image.effect_noise((side, side), 60), "JPEG", progressive=True)
    at = data.rindex(b"\xff\xda")
    return data[:-2] + data[at:-2] * count + data[-2:]


def telephone_picture() -> bytes:
    """A JPEG with a second one behind it, as telephones write them."""
    frames = [Image.new("RGB", (64, 64), color) for color in ("navy", "white")]
    return saved(frames[0], "MPO", save_all=True, append_images=frames[1:])


def with_secrets(kind: str) -> bytes:
    """A picture with words in every place where metadata may hide, and a program behind it."""
    image = Image.new("RGB", (64, 48), "teal")
    exif = image.getexif()
    exif[0x010E] = "SECRET description"
    profile = b"SECRET" + bytes(200)
    how: dict[str, object] = {"exif": exif.tobytes(), "icc_profile": profile}
    if kind == "PNG":
        said = PngImagePlugin.PngInfo()
        said.add_text("Comment", "SECRET comment")
        how["pnginfo"] = said
    if kind == "JPEG":
        how["comment"] = b"SECRET comment"
    return saved(image, kind, **how) + b"PK\x03\x04<script>SECRET</script>"
