"""The letters of papers: which font writes which character, and how wide a text is.

A text is cut into runs: Bricolage where it has the letters, DejaVu for other Latin, Greek and
Cyrillic, and the fonts that PDF readers have at hand for Chinese, Japanese and Korean.
"""

from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
EMBEDDED = {
    "Regular": "Bricolage-Regular.ttf",
    "Bold": "Bricolage-Bold.ttf",
    "Title": "Newsreader-Italic.ttf",
    "Mono": "DejaVuSansMono.ttf",
    "Wide": "DejaVuSansCondensed.ttf",
}
EAST_ASIAN = {
    "HYSMyeongJo-Medium": ((0x1100, 0x11FF), (0xAC00, 0xD7AF)),
    "HeiseiMin-W3": ((0x3040, 0x30FF),),
    "STSong-Light": ((0x3000, 0x303F), (0x3400, 0x9FFF), (0xFF00, 0xFFEF)),
}
UNKNOWN = "\ufffd"
INK, SOFT, LINE, DOT = "#1b2230", "#566070", "#c9d0cc", "#c8321f"


@dataclass(frozen=True, slots=True)
class Face:
    """How a text looks. Sizes are in points; `leading` is the way from line to line."""

    font: str = "Regular"
    size: float = 9.5
    leading: float = 13.5
    color: str = INK

    def in_color(self, color: str) -> "Face":
        """Return the same in another colour."""
        return replace(self, color=color)


BODY = Face()
SMALL = Face(size=8, leading=11.5, color=SOFT)
STRONG = Face(font="Bold")
CAPTION = Face(size=7.5, leading=10, color=SOFT)
HEADING = Face(font="Bold", size=24, leading=28)
WORK = Face(font="Title", size=11.5, leading=14)
MONO = Face(font="Mono", size=7.6, leading=11)


@cache
def load() -> dict[str, frozenset[int]]:
    """Register the fonts with reportlab, once; return which characters each of ours has."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    letters = {}
    for name, file in EMBEDDED.items():
        font = TTFont(name, str(FONTS / file))
        pdfmetrics.registerFont(font)
        letters[name] = frozenset(font.face.charToGlyph)
    for name in EAST_ASIAN:
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return letters


def runs(text: str, face: Face) -> list[tuple[str, str]]:
    """Return a text as pairs of font and characters that this font has."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    wanted = face.font
    if any(_font_of(char, wanted) == "Wide" for char in plain):
        wanted = "Wide"  # the whole text: single foreign letters would stand out
    pairs = [(_font_of(char, wanted), char) for char in plain]
    pairs = [(font, char) if font else ("Wide", UNKNOWN) for font, char in pairs]
    return [
        (font, "".join(char for _font, char in group))
        for font, group in groupby(pairs, key=lambda pair: pair[0])
    ]


def width_of(text: str, face: Face) -> float:
    """Return how wide a text is, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return sum(stringWidth(part, font, face.size) for font, part in runs(text, face))


def broken(text: str, width: float, face: Face) -> list[str]:
    """Return a text in lines that are at most `width` points wide; long words are cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if width_of(longer, face) <= width:
            line = longer
            continue
        lines += [line] if line else []
        *full, line = _cut(word, width, face)
        lines += full
    return [*lines, line] if line or not lines else lines


def _cut(word: str, width: float, face: Face) -> list[str]:
    """Return a word in pieces that fit; a word that fits is one piece."""
    pieces, piece = [], ""
    for char in word:
        if piece and width_of(piece + char, face) > width:
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece]


def _font_of(char: str, wanted: str) -> str:
    """Return the font that writes a character; empty where none does."""
    letters, code = load(), ord(char)
    for font in (wanted, "Wide"):
        if code in letters[font]:
            return font
    for font, ranges in EAST_ASIAN.items():
        if any(first <= code <= last for first, last in ranges):
            return font
    return ""
