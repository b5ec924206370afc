"""What no text of the shop says, in any language: data and the search for it.

Names of brands and artists, the indecent, the untrue. A longer register of names is asked besides,
through `genart/lib/screens.py`.
"""

import re

WORDS = (
    "in the style of", "style of", "inspired by", "disney", "pixar", "marvel", "pokemon",
    "nintendo", "lego", "barbie", "hello kitty", "mickey", "star wars", "harry potter", "batman",
    "superman", "spider-man", "coca-cola", "pepsi", "nike", "adidas", "gucci", "chanel",
    "louis vuitton", "hermes", "ikea", "apple logo", "starbucks", "ferrari", "porsche", "banksy",
    "hockney", "kusama", "koons", "hirst", "murakami", "kaws", "warhol", "picasso", "matisse",
    "mondrian", "rothko", "hokusai", "klimt", "kandinsky", "nude", "naked", "sexy", "porn", "nsfw",
    "gore", "blood", "kill", "nazi", "swastika", "terror", "best price", "buy now", "free",
    "guaranteed", "100%", "im stil von", "inspiriert von", "nackt", "porno", "hakenkreuz",
    "jetzt kaufen", "bestpreis", "kostenlos", "gratis", "garantiert", "dans le style de",
    "à la manière de", "inspiré de", "inspirée de", "nue", "croix gammée", "achetez",
    "meilleur prix", "gratuit", "gratuite", "garanti", "garantie",
)  # fmt: skip
CLAIMS = (
    "handmade", "hand-made", "hand-painted", "hand painted", "hand-drawn", "hand drawn",
    "original painting", "oil painting by", "painted by", "drawn by", "by the artist",
    "the artist", "our artist", "our artists", "i painted", "my painting", "photograph",
    "photographed", "one of a kind", "handgemalt", "handgemacht", "handgezeichnet", "gemalt von",
    "der künstler", "die künstlerin", "unsere künstler", "originalgemälde", "fotografie",
    "fotografiert", "unikat", "peint à la main", "fait main", "fait à la main",
    "dessiné à la main", "peint par", "l'artiste", "l’artiste", "nos artistes", "tableau original",
    "photographie", "pièce unique",
)  # fmt: skip
"""What would claim a human hand or a camera: these are pictures of a model."""
OPENINGS = (
    "image of", "an image of", "the image of", "a picture of", "picture of", "photo of",
    "a photo of", "illustration of", "an illustration of", "artwork of", "an artwork of",
    "this image shows", "the image shows", "this picture shows", "graphic of", "a drawing of",
    "a painting of", "bild von", "ein bild von", "das bild zeigt", "abbildung von",
    "eine illustration von", "illustration von", "zu sehen ist", "zu sehen sind", "foto von",
    "image de", "une image de", "image d’", "image représentant", "photo de", "une photo de",
    "illustration de", "une illustration de", "cette image montre", "l’image montre",
)  # fmt: skip
"""How an alt text does not begin: a screen reader has said that it is a picture."""
LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|net|org|io|shop|de|fr|eu)\b|@\w", re.IGNORECASE)
SHOUT = re.compile(r"\b[^\W\d_]{5,}\b")


def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    joined = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)


_WORDS, _CLAIMS = _any(WORDS), _any(CLAIMS)
_OPENING = re.compile(
    rf"^\W*(?:{'|'.join(re.escape(words) for words in sorted(OPENINGS, key=len, reverse=True))})"
    r"(?!\w)[\s:]*",
    re.IGNORECASE,
)


def forbidden_words(text: str) -> list[str]:
    """Return the words of `text` that no listing may carry, in lower case."""
    found = [*_WORDS.finditer(text), *_CLAIMS.finditer(text)]
    return [match.group(0).lower() for match in sorted(found, key=lambda match: match.start())]


def claims(text: str) -> list[str]:
    """Return what in `text` claims a human hand or a camera."""
    return [match.group(0).lower() for match in _CLAIMS.finditer(text)]


def opening_of(text: str) -> str:
    """Return how a text begins that says it is a picture; empty where it does not."""
    match = _OPENING.match(text)
    return match.group(0) if match else ""


def shouted(text: str) -> list[str]:
    """Return the words of five letters and more that are written in capitals."""
    return [word for word in SHOUT.findall(text) if word.isupper()]


def has_link(text: str) -> bool:
    """Whether a text leads elsewhere."""
    return bool(LINK.search(text))
