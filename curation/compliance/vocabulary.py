"""The words that come with the project: names, everyday words, and what gives a name away.

Pure; the names in force are rows (`ScreenTerm`), which are filled from here once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
SOURCE = "seed list of this project"
FILES = {
    "artist": "artists.txt",
    "person": "people.txt",
    "character": "characters.txt",
    "brand": "brands.txt",
}


@dataclass(frozen=True)
class Name:
    """A name that may not be used.

    Attributes:
        kind: a value of `ScreenTerm.Kind`.
        name: as it is written.
        aliases: other ways to say it; one with ` + ` describes without the name: each part, or one
            of its ways after `/`, must occur.
        harmless: phrases in which it means something else.
        is_common_word: needs a sentence that shows that the name is meant.
    """

    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    is_common_word: bool = False


def seed_names() -> Iterator[Name]:
    """Yield the names of the seed list, kind by kind."""
    for kind, file in FILES.items():
        for line in (DATA / "terms" / file).read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                yield _parsed(kind, line)


def _parsed(kind: str, line: str) -> Name:
    """Read one line; its format is explained at the top of `artists.txt`."""
    head, *rest = [part.strip() for part in line.split("|")]
    lists = [tuple(filter(None, map(str.strip, part.split(";")))) for part in rest]
    aliases, harmless = [*lists, (), ()][:2]
    name = head.strip("~* ")
    if head.endswith("*"):
        aliases = (name.split()[-1], *(alias for alias in aliases if alias != name.split()[-1]))
    return Name(kind, name, aliases, harmless, head.startswith("~"))


@cache
def everyday() -> frozenset[str]:
    """Return words that are never read as a misspelt name."""
    return _words("everyday.txt")


@cache
def schools() -> frozenset[str]:
    """Return words of schools, places and times, which may follow "in the style of"."""
    return _words("schools.txt")


def _words(file: str) -> frozenset[str]:
    lines = (DATA / file).read_text().splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


MAKERS = (
    "style of", "styles of", "manner of", "spirit of", "look of", "painted by", "drawn by",
    "art by", "artwork by", "illustrated by", "illustration by", "illustrations by", "painting by",
    "paintings by", "works by", "work by", "works of", "paintings of", "designed by", "made by",
    "inspired by", "influenced by", "imitating", "copying", "mimicking", "pastiche of",
    "homage to", "tribute to", "ode to", "reminiscent of", "reproduction of", "copy of",
    "school of",
    "as if by", "as by", "a la", "just like", "like a real", "an original", "by the artist",
    "artist", "painter", "the great", "channeling", "channelling", "trending artist",
)  # fmt: skip
"""Before an everyday word they show that an artist is meant."""
AFTER_MAKERS = (
    "style", "styled", "inspired", "esque", "aesthetic", "pastiche", "imitation", "replica",
    "knockoff", "masterpiece", "fan art", "fanart",
)  # fmt: skip
"""After an everyday word they show the same."""
BRANDED = (
    "logo", "logos", "brand", "branded", "branding", "trademark", "advert", "advertisement",
    "advertising", "ad", "commercial", "merch", "merchandise", "store", "stores", "packaging",
    "sneaker", "sneakers", "trainers", "hoodie", "handbag", "purse", "watch", "laptop", "phone",
    "smartphone", "computer", "headquarters", "shop logo", "emblem", "wordmark", "swoosh", "can",
    "sports car", "car", "truck", "dealership", "gas station", "petrol station", "delivery",
)  # fmt: skip
"""After an everyday word they show that a brand is meant."""
BEFORE_BRANDS = ("logo of", "brand", "logo for", "logo from", "products of", "advert for",
                 "advertisement for", "branded by", "sponsored by", "made by", "designed by",
                 "style of", "trademark of", "like the brand", "company")  # fmt: skip
FAMED = (
    "portrait of", "photo of", "picture of", "image of", "face of", "likeness of", "painting of",
    "drawing of", "singer", "rapper", "pop star", "popstar", "celebrity", "musician", "actor",
    "actress", "president", "looks like", "looking like", "resembling", "style of", "starring",
    "featuring",
)  # fmt: skip
"""Before an everyday word they show that a known person is meant."""
AFTER_FAMED = ("album", "concert", "tour", "fan art", "fanart", "face", "lookalike", "singing",
               "on stage", "portrait", "the singer", "the rapper")  # fmt: skip
STAGED = ("character", "cartoon character", "style of", "movie", "film", "fan art of", "fanart of",
          "superhero", "muppet", "from")  # fmt: skip
AFTER_STAGED = ("fan art", "fanart", "character", "cartoon", "movie", "film", "franchise", "game",
                "videogame", "costume", "plush", "toy", "from sesame", "muppet")  # fmt: skip
CUES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "artist": (MAKERS, AFTER_MAKERS),
    "brand": (BEFORE_BRANDS, BRANDED),
    "person": (FAMED, AFTER_FAMED),
    "character": (STAGED, AFTER_STAGED),
}
"""By kind: what shows before, and what shows after an everyday word, that the name is meant."""
SUFFIXES = (
    "inspired", "esque", "styled", "style", "fied", "like", "ism", "ish", "ian", "ean", "core",
    "art", "es", "s",
)  # fmt: skip
PREFIXES = (
    "styleof",
    "bythe",
    "style",
    "faux",
    "fake",
    "pseudo",
    "neo",
    "like",
    "by",
    "the",
    "ala",
)
