"""What a listing says: title, description, alt text and tags, written from what is known.

Pure: no database, no Django; the same facts give the same texts. Titles come as an endless series,
of which `catalog/services/publishing.py` takes the first that the shop does not have yet. Words are
in `catalog/vocabulary.py`, colour names in `catalog/color_words.py`, rules are checked here.
"""

import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from catalog.color_words import distance, facet_names, facet_of, rich_name, rich_names
from catalog.vocabulary import FAMILIES, FORBIDDEN, LAYOUTS, MOODS, PLAIN_MOODS, TIMES, Family

TITLE_LIMIT, DESCRIPTION_LIMIT, ALT_LIMIT = 70, 800, 250
TAG_LIMIT, LEAST_TAGS, MOST_TAGS = 40, 8, 20
GENERAL_TAGS = ("abstract", "wall art", "art print", "generative art", "modern", "interior")
_FORBIDDEN = re.compile(
    r"(?<![a-z])(?:" + "|".join(re.escape(words) for words in FORBIDDEN) + r")(?![a-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a picture.

    Attributes:
        key: text that stands for this picture alone; chooses among equally good words.
        motif: family slug of the style, may be empty.
        style_name: name of the style as buyers read it.
        subject: the spec's own words.
        layout: the spec's layout word.
        density: 0 almost empty … 1 covered.
        mood: the spec's mood words.
        palette_name: may be empty.
        colors: measured `(#RRGGBB, share)`, at least one, largest first.
        ground: the palette's background, or empty: then the largest colour counts as the ground.
        orientation: `square`, `portrait` or `landscape`.
        width_px: width of the original.
        height_px: height of the original.
        seen_tags: zero-shot words for what is seen, best first.
        collection: title of the series, may be empty.
        model_name: name of the base model.
    """

    key: str
    motif: str
    style_name: str
    subject: str
    layout: str
    density: float
    mood: tuple[str, ...]
    palette_name: str
    colors: tuple[tuple[str, float], ...]
    orientation: str
    width_px: int
    height_px: int
    seen_tags: tuple[str, ...] = ()
    collection: str = ""
    ground: str = ""
    model_name: str = "the house model"


def forbidden_words(text: str) -> list[str]:
    """Return the words of `text` that no listing may carry, in lower case."""
    return [found.group(0).lower() for found in _FORBIDDEN.finditer(text)]


def family_of(facts: Facts) -> Family | None:
    """Return the family a picture belongs to, by motif first, then style and subject."""
    exact = next((family for family in FAMILIES if facts.motif in family.keys), None)
    if exact:
        return exact
    for text in (facts.motif, facts.style_name, facts.subject):
        words = re.split(r"[^a-z]+", text.lower())
        for family in FAMILIES:
            if any(word.startswith(key) for key in family.keys for word in [*words, text.lower()]):
                return family
    return None


def titles(facts: Facts) -> Iterator[str]:
    """Yield titles without end, best first, none twice and none against the rules."""
    chance = random.Random(_seed(facts, "title"))  # noqa: S311  (taste, not secrecy)
    given: set[str] = set()
    for title in [*_phrases(facts, chance), *_numbered(facts)]:
        if title not in given and _fits(title, TITLE_LIMIT):
            given.add(title)
            yield title
    digest = hashlib.sha256(facts.key.encode()).hexdigest()
    for number in count(1):
        yield f"Sheet {digest[:6].upper()}-{number}"


def _phrases(facts: Facts, chance: random.Random) -> list[str]:
    """Return title phrases in an order that only the picture's key decides."""
    family = family_of(facts)
    nouns = family.nouns if family else (_subject_title(facts),)
    scenes = family.scenes if family else (_subject_title(facts),)
    first, *others = [word.title() for word in _accents(facts)]
    second = others[0] if others else ""
    moods = [word for mood in facts.mood for word in MOODS.get(mood.lower(), (mood.title(),))]
    times = chance.sample(TIMES, 7)
    made: list[str] = []
    for noun in nouns:
        made += [f"{first} {noun}", f"{noun} in {first}"]
        made += [f"{noun} {time}" if time[0].islower() else f"{noun}, {time}" for time in times]
        made += [f"{mood} {noun}" for mood in [*moods, *PLAIN_MOODS]]
        made += [f"{noun} in {first} and {second}"] if second else []
        made += [f"{mood} {noun} in {first}" for mood in moods]
    made += scenes
    made += [f"{scene}, {first}" for scene in scenes]
    made += [f"Study in {first} and {second}"] if second else []
    chance.shuffle(made)
    return made


def _numbered(facts: Facts) -> list[str]:
    """Return plainer titles for when the good ones are taken."""
    family = family_of(facts)
    nouns = family.nouns if family else (_subject_title(facts),)
    first = rich_name(facts.colors[0][0]).title()
    return [f"{noun} in {first}, No. {number}" for number in range(2, 400) for noun in nouns]


def _subject_title(facts: Facts) -> str:
    """Return the subject as a title, or `Composition` where it may not be said or is empty."""
    words = " ".join(re.findall(r"[A-Za-z][A-Za-z'-]*", facts.subject))[:40].strip()
    return words.title() if words and not forbidden_words(words) else "Composition"


def _accents(facts: Facts) -> list[str]:
    """Return rich names with the strongest colours first: they are what one remembers."""
    names = rich_names(list(facts.colors), limit=5)
    ground = _ground(facts)
    return [name for name in names if name != ground] or [ground]


def _ground(facts: Facts) -> str:
    """Return the name of the colour on which the rest lies, as it was measured."""
    if not facts.ground:
        return rich_name(facts.colors[0][0])
    return rich_name(min(facts.colors, key=lambda pair: distance(pair[0], facts.ground))[0])


def description(facts: Facts) -> str:
    """Write two to four plain sentences: what it is, its colours, its series, how it was made."""
    family = family_of(facts)
    plain = f"{_subject_title(facts).capitalize()}, {_place(facts)}."
    first = family.sentence if family else plain
    filled = "sparse" if facts.density < 0.34 else "full" if facts.density > 0.67 else "balanced"
    names = _joined(rich_names(list(facts.colors), limit=4))
    parts = [first, f"A {filled} composition in {names}."]
    if facts.collection and not forbidden_words(facts.collection):
        parts.append(f"Part of the series “{facts.collection[:80]}”.")
    parts.append(
        f"Made by {facts.model_name} at {facts.width_px} × {facts.height_px} pixels, "
        "and chosen before it was hung."
    )
    return " ".join(parts)[:DESCRIPTION_LIMIT]


def alt_text(facts: Facts) -> str:
    """Say what is seen: shapes, where they lie, colours by name. At most `ALT_LIMIT` characters."""
    family = family_of(facts)
    seen = family.seen if family else _subject_title(facts).lower()
    ground_word = _ground(facts)
    others = [word for word in rich_names(list(facts.colors)) if word != ground_word][:3]
    colours = f" in {_joined(others)}" if others else ""
    text = f"{seen}{colours}, {_place(facts)}, on {_article(ground_word)} {ground_word} ground"
    return f"{text[0].upper()}{text[1 : ALT_LIMIT - 1]}."


def tags(facts: Facts) -> list[str]:
    """Return 8 to 20 tags in lower case, the surest first, none twice, none forbidden."""
    family = family_of(facts)
    colors = list(facts.colors)
    orientation = {"square": "square format"}.get(facts.orientation, facts.orientation)
    wanted = [
        *(family.tags if family else ()),
        *(word for word in facts.seen_tags[:4]),
        *facet_names(colors)[:3],
        *rich_names(colors, limit=3),
        facts.palette_name,
        *facts.mood,
        LAYOUTS.get(facts.layout.lower(), ("", ""))[1],
        "minimal" if facts.density < 0.34 else "",
        orientation,
        *GENERAL_TAGS,
    ]
    chosen: list[str] = []
    for word in wanted:
        tag = re.sub(r"[^a-z0-9 &-]+", " ", word.lower().replace("_", " ")).strip()
        tag = re.sub(r"\s+", " ", tag)
        if 2 <= len(tag) <= TAG_LIMIT and tag not in chosen and not forbidden_words(tag):
            chosen.append(tag)
    return chosen[:MOST_TAGS]


def main_colour(facts: Facts) -> str:
    """Return the plain word of the largest colour."""
    return facet_of(facts.colors[0][0])


def faults(*, title: str, description: str, alt_text: str, tags: list[str]) -> dict[str, str]:
    """Return what is wrong with the texts of a listing, by field; empty when all is well."""
    found: dict[str, str] = {}
    for field, text, limit in (
        ("title", title, TITLE_LIMIT),
        ("description", description, DESCRIPTION_LIMIT),
        ("alt_text", alt_text, ALT_LIMIT),
    ):
        if not text.strip():
            found[field] = "Write something here."
        elif len(text) > limit:
            found[field] = f"At most {limit} characters; these are {len(text)}."
        elif bad := forbidden_words(text):
            found[field] = f"Leave out “{bad[0]}”: a listing may not say it."
    if not LEAST_TAGS <= len(tags) <= MOST_TAGS or len(set(tags)) != len(tags):
        found["tags"] = f"Give {LEAST_TAGS} to {MOST_TAGS} different tags."
    elif bad := [word for tag in tags for word in forbidden_words(tag)]:
        found["tags"] = f"Leave out “{bad[0]}”: a listing may not say it."
    elif long := [tag for tag in tags if not 2 <= len(tag) <= TAG_LIMIT]:
        found["tags"] = f"“{long[0]}” must have 2 to {TAG_LIMIT} letters."
    return found


def _fits(text: str, limit: int) -> bool:
    return 2 < len(text) <= limit and not forbidden_words(text)


def _place(facts: Facts) -> str:
    known = LAYOUTS.get(facts.layout.lower())
    return known[0] if known else "arranged freely"


def _joined(words: list[str]) -> str:
    """Join words as people do: `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _seed(facts: Facts, purpose: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{purpose}:{facts.key}".encode()).digest()[:8], "big")
