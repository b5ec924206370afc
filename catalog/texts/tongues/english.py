"""English sentences. Words are in `catalog/texts/words/english.py`."""

import re

from catalog.color_words import facet_names, rich_names
from catalog.texts import composition as look
from catalog.texts.facts import Facts
from catalog.texts.families import family_of
from catalog.texts.forbidden import forbidden_words
from catalog.texts.tongues.joining import capital, enumerated
from catalog.texts.words import english as words
from catalog.texts.words.spoken import Noun, Spoken

MOST_NUMBERS = 400


def phrases(facts: Facts) -> list[str]:
    """Return good titles."""
    spoken = _spoken(facts)
    first, *others = [word.title() for word in look.accents(facts)]
    second = others[0] if others else ""
    moods = [word for mood in facts.mood for word in words.MOODS.get(mood.lower(), (mood.title(),))]
    made: list[str] = []
    for noun in (noun.text for noun in spoken.nouns):
        made += [f"{first} {noun}", f"{noun} in {first}"]
        made += [
            f"{noun} {time}" if time[0].islower() else f"{noun}, {time}" for time in words.TIMES
        ]
        made += [f"{mood} {noun}" for mood in [*moods, *words.PLAIN_MOODS]]
        made += [f"{noun} in {first} and {second}"] if second else []
        made += [f"{mood} {noun} in {first}" for mood in moods]
    made += spoken.scenes
    made += [f"{scene}, {first}" for scene in spoken.scenes]
    made += [f"Study in {first} and {second}"] if second else []
    return made


def numbered(facts: Facts) -> list[str]:
    """Return plainer titles."""
    first = look.all_colours(facts)[0].title()
    nouns = [noun.text for noun in _spoken(facts).nouns]
    return [f"{noun} in {first}, No. {n}" for n in range(2, MOST_NUMBERS) for noun in nouns]


def sheet(code: str) -> str:
    """Return the title of last resort."""
    return f"Sheet {code}"


def description(facts: Facts) -> str:
    """Write three to five plain sentences."""
    main, others = look.main_colour(facts), look.touches(facts)
    lead = "Mostly" if look.is_mostly(facts) else "In"
    parts = [
        _spoken(facts).sentence,
        f"{lead} {main}, with touches of {_listed(others)}." if others else _plainly(facts),
        {-1: "Much of the sheet is left in peace.", 1: "It fills the sheet to its edges."}.get(
            look.fullness(facts), ""
        ),
        f"Part of the series “{facts.collection[:80]}”." if facts.collection else "",
        f"Made by {facts.model_name} at {facts.width_px} × {facts.height_px} pixels, "
        "and chosen before it was hung.",
    ]
    return " ".join(part for part in parts if part)


def _plainly(facts: Facts) -> str:
    """Tell of a picture in one colour."""
    main, shades = look.main_colour(facts), look.shades(facts)
    return f"Mostly {main}: {_listed(shades)}." if shades else f"Mostly {main}."


def alt_text(facts: Facts) -> str:
    """Say what is seen."""
    family = family_of(facts)
    if family and family.slug == "moon-night":
        return _night(facts)
    seen = _spoken(facts).seen
    told = {
        "object": _object, "disc": _disc, "rings": _rings, "rays": _rays, "bands": _bands,
        "all-over": _all_over, "blocks": _blocks,
    }[look.build_of(facts)](facts, seen)  # fmt: skip
    return f"{capital(told)}."


def tags(facts: Facts) -> list[str]:
    """Return words people may look for."""
    colors = list(facts.colors)
    return [
        *(_spoken(facts).tags if family_of(facts) else ()),
        *facts.seen_tags[:4],
        *facet_names(colors)[:3],
        *rich_names(colors, limit=3),
        facts.palette_name,
        *facts.mood,
        {
            "middle": "centred composition",
            "aside": "off-centre",
            "whole": "all-over pattern",
            "slanting": "diagonal composition",
        }.get(look.layout_tag(facts), ""),
        "minimal" if look.fullness(facts) < 0 else "",
        {"square": "square format"}.get(facts.orientation, facts.orientation),
        *words.GENERAL_TAGS,
    ]


def _spoken(facts: Facts) -> Spoken:
    """Return how the family is spoken of; an unknown one is told by the spec's own words."""
    family = family_of(facts)
    if family:
        return words.FAMILIES[family.slug]
    title = _subject(facts)
    sentence = f"{title.capitalize()}."
    return Spoken((Noun(title),), (title,), title.lower(), sentence, ())


def _subject(facts: Facts) -> str:
    """Return the subject as a title, or `Composition` where it may not be said or is empty."""
    said = " ".join(re.findall(r"[A-Za-z][A-Za-z'-]*", facts.subject))[:40].strip()
    return said.title() if said and not forbidden_words(said) else "Composition"


def _object(facts: Facts, seen: str) -> str:
    where = words.PLACES.get(look.place(facts), "")
    on = f"on {_article(look.ground(facts))} ground" if look.has_ground(facts) else ""
    told = f"{seen} in {_listed(look.accents(facts)[:3])}"
    sun = f"with a round disc {words.PLACES[look.focus(facts)]}" if look.has_sun(facts) else ""
    return ", ".join(part for part in (told, where, sun, on) if part)


def _disc(facts: Facts, seen: str) -> str:
    told = f"{seen} in {_listed(look.accents(facts)[:3])}"
    under = f" under {_article(look.ground(facts))} sky" if look.has_ground(facts) else ""
    if not look.focus(facts):
        return told + under
    focus = _spoken(facts).focus or ("a crescent moon" if look.is_crescent(facts) else "a disc")
    return f"{told}{under}; {focus} stands {words.PLACES[look.focus(facts)]}"


def _night(facts: Facts) -> str:
    """Tell of a moon or a bare sky, and of what lies below."""
    sky = f"{_article(look.ground(facts))} night sky" if look.has_ground(facts) else "a night sky"
    land = f"above bands of {_listed(look.accents(facts)[:3])}"
    if not look.focus(facts):
        return f"{capital(sky)} with stars {land}."
    moon = "A crescent moon" if look.is_crescent(facts) else "A full moon"
    return f"{moon} and stars in {sky} {land}; the moon stands {words.PLACES[look.focus(facts)]}."


def _rings(facts: Facts, seen: str) -> str:
    told = f"{seen} in {_listed(look.all_colours(facts))}"
    where = words.PLACES.get(look.focus(facts), "")
    return f"{told}; their centre lies {where}" if where else told


def _rays(facts: Facts, seen: str) -> str:
    colours = _listed(look.all_colours(facts))
    where = {"left": " on the left", "right": " on the right"}.get(_side(look.focus(facts)), "")
    return f"{seen}{where} and rays that fill the sky, in {colours}"


def _bands(facts: Facts, seen: str) -> str:
    run = {
        "upright": "running from top to bottom",
        "level": "running from side to side",
        "slanting": "running on a slant",
    }.get(look.direction(facts), "")
    told = f"{seen} in {_listed(look.all_colours(facts))}"
    disc = f"with a round disc {words.PLACES[look.focus(facts)]}" if look.has_disc(facts) else ""
    return ", ".join(part for part in (told, run, disc) if part)


def _all_over(facts: Facts, seen: str) -> str:
    return f"{seen} in {_listed(look.all_colours(facts, 4))}, across the whole picture"


def _blocks(facts: Facts, seen: str) -> str:
    told = f"{seen} in {_listed(look.accents(facts)[:3])}, one above the other"
    return f"{told}, on {_article(look.ground(facts))} ground" if look.has_ground(facts) else told


def _side(where: str) -> str:
    return where.rpartition("-")[2]


def _listed(names: list[str]) -> str:
    return enumerated(names, "and")


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
