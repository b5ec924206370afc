"""Sees through disguised writing: look-alike letters, hidden marks, digits for letters. Pure.

`fold` brings a text to plain small Latin letters and remembers where each came from; `skeleton` and
`squeezed` make spellings comparable that only look or sound alike. What a word means is judged
elsewhere.
"""

import re
import unicodedata
from functools import cache

_SHAPES = {
    "a": "аαᴀɑɐа", "b": "вβьʙɓƅƀ", "c": "сϲςᴄƈɔç", "d": "ԁᴅɗđժ", "e": "еєεэᴇǝɛəҽ", "f": "ꜰƒք",
    "g": "ɡɢɠցǥ", "h": "һнհʜɦħ", "i": "іιӏᴉɩɨıɪ", "j": "јϳᴊʝյ", "k": "кκᴋƙ", "l": "ʟłƚɭլ",
    "m": "мᴍɱ", "n": "ηпиոռɴŋɲ", "o": "оοσօᴏøɵ", "p": "рρᴘƥ", "q": "ԛգǫʠ", "r": "гґяʀɾɍʁ",
    "s": "ѕꜱʂ", "t": "тτᴛŧƭ", "u": "υμսᴜʉʋɥ", "v": "ѵνᴠʌ", "w": "ԝωшᴡɯա", "x": "хχӽ",
    "y": "уγүʏʎƴ", "z": "зζᴢƶʐ", "ae": "æ", "oe": "œ", "ss": "ß", "th": "þð",
    "'": "’‘`´ʼ",
}  # fmt: skip
"""Latin letters, each with the small letters of other scripts and shapes that are read as it."""
_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True))
"""Greek capitals look like other letters than their small ones do."""
CONFUSABLE = {sign: plain for plain, signs in _SHAPES.items() for sign in signs}
_CYRILLIC = (
    "аa бb вv гg дd еe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ь "
    "эe юyu яya ёe іi їi єe ґg"
)
_GREEK = "αa βb γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo"
SOUNDS = {pair[0]: pair[1:] for pair in f"{_CYRILLIC} {_GREEK}".split()}
"""How words that are Cyrillic or Greek throughout are spelt in Latin letters."""
_ENCLOSED = {0x1F130: "a", 0x1F150: "a", 0x1F170: "a", 0x1F1E6: "a"}
"""First signs of alphabets in boxes and bubbles, each of 26 letters, that NFKC leaves alone."""
LEET = str.maketrans("0134567829@$!|€£+¡¥", "oieasgtbzgasiieltiy")
ALIKE = str.maketrans("l", "i")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u04ff]{3,}")
_TELLING = frozenset("бгджзийлпфцчшщъыьэюяβγδθλξπφψ")
"""Letters that no Latin one looks like: a word with them is written in its own script."""


@cache
def _plain(letter: str) -> str:
    """Return what one character is read as: small Latin letters, itself, or nothing."""
    code = ord(letter)
    for first in _ENCLOSED:
        if first <= code < first + 26:
            return chr(ord("a") + code - first)
    if letter in _CAPITALS:
        return _CAPITALS[letter]
    out = []
    for part in unicodedata.normalize("NFKD", letter).casefold():
        if part in CONFUSABLE:
            out.append(CONFUSABLE[part])
        elif unicodedata.category(part) not in ("Mn", "Me", "Cf"):
            bare = unicodedata.normalize("NFKD", part)
            out.append("".join(CONFUSABLE.get(sign, sign) for sign in bare if sign.isprintable()))
    return "".join(out)


def fold(text: str, *, sounds: bool = False) -> tuple[str, list[int]]:
    """Return a text in plain small letters, and for each letter its place in `text`.

    Args:
        text: any Unicode.
        sounds: spell Cyrillic and Greek words by sound, not by look.
    """
    if text.isascii():
        return text.lower(), list(range(len(text)))
    letters: list[str] = []
    places: list[int] = []
    spelt = _spelt_by_sound(text) if sounds else {}
    for place, letter in enumerate(text):
        plain = spelt[place] if place in spelt else _plain(letter)
        letters.append(plain)
        places.extend([place] * len(plain))
    return "".join(letters), places


def _spelt_by_sound(text: str) -> dict[int, str]:
    """Return the sounds of letters, by place, in words that are written in another script."""
    spelt: dict[int, str] = {}
    for word in _FOREIGN.finditer(text):
        small = word.group().lower()
        if len(small) == len(word.group()) and _TELLING & set(small):
            for place, letter in enumerate(small, word.start()):
                bare = unicodedata.normalize("NFD", letter)[0]
                spelt[place] = SOUNDS.get(letter, SOUNDS.get(bare, ""))
    return spelt


def key_of(name: str) -> str:
    """Return a name as it is compared: plain small letters and digits, nothing between them."""
    return "".join(sign for sign in fold(name)[0] if sign.isalnum())


def skeleton(word: str) -> str:
    """Return a folded word with digits and signs read as the letters they stand for; l is i."""
    return word.translate(LEET).translate(ALIKE)


def squeezed(word: str) -> str:
    """Return a word with each run of one letter written once."""
    return re.sub(r"(.)\1+", r"\1", word)


def deletions(word: str) -> list[str]:
    """Return a word and what is left of it without each one of its letters."""
    return [word, *(word[:i] + word[i + 1 :] for i in range(len(word)))]


def one_edit_apart(a: str, b: str) -> bool:
    """Tell whether one letter was changed, added, left out, or swapped with its neighbour."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    rest_a, rest_b = a[start:], b[start:]
    if len(a) != len(b):
        return rest_a[1:] == rest_b or rest_a == rest_b[1:]
    swapped = rest_a[1::-1] == rest_b[:2] and rest_a[2:] == rest_b[2:]
    return rest_a[1:] == rest_b[1:] or swapped
