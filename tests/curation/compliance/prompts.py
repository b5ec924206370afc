"""Prompts for measuring the screen: attacks made from names, and harmless ones of many kinds.

Names are split in two by a hash: the screen was tuned on one half, and `held_out` is the other;
the disguises of `UNSEEN` were not looked at while tuning either.
"""

import hashlib
import random
from collections.abc import Callable, Iterator

from curation.compliance.vocabulary import Name, seed_names

LATIN_TO_CYRILLIC = str.maketrans("aeopcxyiABEKMHOPCTX", "аеорсхуіАВЕКМНОРСТХ")
LATIN_TO_GREEK = str.maketrans("aoviABEZHIKMNOPTYX", "αονιΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
DIGITS = str.maketrans("oieastOIEAST", "013457013457")
SIGNS = str.maketrans("asiASI", "@$!@$!")
FLIPPED = {"a": "á", "e": "ë", "i": "ï", "o": "ö", "u": "ü", "c": "ç", "n": "ñ", "s": "š"}


def _at_random(text: str, chance: random.Random, change: Callable[[str, int], str]) -> str:
    """Change one letter in the middle of the longest word."""
    longest = max(text.split(), key=len)
    place = chance.randrange(1, len(longest) - 1)
    return text.replace(longest, change(longest, place), 1)


def doubled(text: str, chance: random.Random) -> str:
    return _at_random(text, chance, lambda word, i: word[:i] + word[i] * 2 + word[i:])


def swapped(text: str, chance: random.Random) -> str:
    longest = max(text.split(), key=len)
    pairs = [i for i in range(1, len(longest) - 2) if longest[i] != longest[i + 1]]
    if len(longest) < 8 or not pairs:
        return text
    i = chance.choice(pairs)
    other = longest[:i] + longest[i + 1] + longest[i] + longest[i + 2 :]
    return text.replace(longest, other, 1)


def wide(text: str, chance: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def bold(text: str, chance: random.Random) -> str:
    return "".join(
        chr(0x1D400 + ord(c) - 65)
        if "A" <= c <= "Z"
        else chr(0x1D41A + ord(c) - 97)
        if "a" <= c <= "z"
        else c
        for c in text
    )


def circled(text: str, chance: random.Random) -> str:
    return "".join(chr(0x24D0 + ord(c) - 97) if "a" <= c <= "z" else c for c in text.lower())


def mixed_case(text: str, chance: random.Random) -> str:
    return "".join(c.upper() if chance.random() < 0.5 else c.lower() for c in text)


def accented(text: str, chance: random.Random) -> str:
    return "".join(FLIPPED.get(c, c) for c in text)


SEEN: dict[str, Callable[[str, random.Random], str]] = {
    "plain": lambda text, chance: text,
    "small": lambda text, chance: text.lower(),
    "capitals": lambda text, chance: text.upper(),
    "cyrillic": lambda text, chance: text.translate(LATIN_TO_CYRILLIC),
    "wide": wide,
    "hidden": lambda text, chance: "\u200b".join(text),
    "spaced": lambda text, chance: " ".join(text.replace(" ", "")),
    "dotted": lambda text, chance: ".".join(text.replace(" ", "")),
    "digits": lambda text, chance: text.translate(DIGITS),
    "doubled": doubled,
    "run_together": lambda text, chance: text.replace(" ", ""),
    "signs": lambda text, chance: text.translate(SIGNS),
    "owned": lambda text, chance: f"{text}'s",
}
"""Disguises that were looked at while the screen was made."""
UNSEEN: dict[str, Callable[[str, random.Random], str]] = {
    "bold": bold,
    "circled": circled,
    "greek": lambda text, chance: text.translate(LATIN_TO_GREEK),
    "struck": lambda text, chance: "\u0336".join(text) + "\u0336",
    "hyphens": lambda text, chance: "-".join(text.replace(" ", "")),
    "underscores": lambda text, chance: text.replace(" ", "_"),
    "soft_hyphen": lambda text, chance: text[:3] + "\u00ad" + text[3:],
    "mixed_case": mixed_case,
    "accented": accented,
    "swapped": swapped,
    "wide_gaps": lambda text, chance: "   ".join(" ".join(word) for word in text.split()),
}
"""Disguises that were kept for measuring."""
FRAMES = {
    "artist": (
        "arches over low hills in the style of {}",
        "a vase with flowers, {} style",
        "quiet sea at dusk by {}",
        "{}-inspired abstract shapes, warm palette",
        "poster of mountains, as painted by {}",
        "homage to {}, bold colours",
    ),
    "person": (
        "portrait of {} in pastel colours",
        "line drawing that looks like {}",
        "{} as a paper cutout",
        "poster with the face of {}",
    ),
    "character": (
        "{} fan art, flat shapes",
        "nursery print with {} in a meadow",
        "minimal poster of {}, two colours",
        "a scene from {}, muted tones",
    ),
    "brand": (
        "abstract print with the {} logo",
        "{} advertisement, vintage poster",
        "pattern of {} packaging in teal",
        "a wall covered by {} branding",
    ),
}
HAND_WRITTEN = (
    "swirly night sky, you know, v a n  g o g h",
    "vanGoghInspired wheat",
    "soup cans, Warholesque",
    "the melting clocks guy Salvador D4li",
    "Mondrianesque grid in red, yellow and blue",
    "picassoish faces",
    "кандинский circles",
    "モネ water lilies",
    "a plumber with a red hat jumping on mushrooms, video game",
    "yellow pocket monster with red cheeks and lightning tail",
    "young wizard with round glasses and a lightning scar",
    "yellow sponge with square pants under the sea",
    "green ogre in front of his swamp house",
    "mouse with big ears, red shorts and white gloves",
    "apple logo with a bite taken out for a tech company",
    "black helmet, cape and a red lightsaber in fog",
    "superhero in red and blue suit hanging from webs over the city",
    "web of a hero in a red and blue costume above a skyscraper",
    "prancing horse on a red sports car",
    "golden arches over a burger and fries",
    "the blue hedgehog with red shoes collecting gold rings",
    "twin-tailed mermaid on a coffee cup",
    "dis ney castle at dawn",
    "pi casso dove",
    "le go bricks in primary colours",
    "mickeymouse ears pattern",
    "m i c k e y silhouettes",
    "H0kus4i wave",
    "hokusa1 wave",
    "Banksy-like stencil of a girl",
    "b@nksy stencil",
    "neoBasquiat crown",
    "kleeesque squares by P. Klee, Paul Klee",
    "Klimt’s gold",
    "KLIMT'S KISS, but abstract",
    "after Matisse: cut-outs",
    "à la Miró",
    "trending artist Greg Rutkowski, dramatic light",
    "greg rutkowsky, dramatic light",
    "studio ghibli meadow",
    "ghibliesque clouds",
    "Gh1bl1 clouds",
    "barbiecore pink room",
    "p!xar lamp",
    "N1ke swoosh",
    "coca cola bottle, pop art",
    "louis vuiton monogram",
    "Chanell perfume bottle, chanel no 5",
    "starwars posters",
    "d4rth v4der helmet",
    "hogwarts castle in mist",
    "taylor swift silhouette",
    "T.a.y.l.o.r S.w.i.f.t concert",
    "in the style of Ilona Vantreske, soft ink",
    "illustration by Bertil Ångsvard",
    "by J. M. W. Turner",
    "a sky in the style of turner",
    "screaming popes by Francis Bacon",
    "diner at night by edward hopper",
    "the garden of Hieronymus Bosch",
)
"""Attacks as people write them."""


def is_held_out(name: Name) -> bool:
    return hashlib.sha256(name.name.encode()).digest()[0] % 2 == 1


def attacks(
    disguises: dict[str, Callable[[str, random.Random], str]], *, held_out: bool, seed: int = 1
) -> Iterator[tuple[str, str, str]]:
    """Yield prompt, name and disguise: each chosen name in two disguises."""
    chance = random.Random(seed)
    for name in seed_names():
        if is_held_out(name) != held_out:
            continue
        for disguise in chance.sample(sorted(disguises), 2):
            worn = disguises[disguise](_ascii_name(name), chance)
            frame = chance.choice(FRAMES[name.kind])
            yield frame.format(worn), name.name, disguise


def _ascii_name(name: Name) -> str:
    """Return the name as most people type it."""
    from genart.lib.lookalikes import fold

    plain = fold(name.name)[0]
    return (
        "".join(p.upper() if o.isupper() else p for p, o in zip(plain, name.name, strict=False))
        if len(plain) == len(name.name)
        else plain
    )
