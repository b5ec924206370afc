"""German sentences. Words are in `catalog/texts/words/german.py`.

Kept to forms that are right whatever is filled in: colours as nouns after `in`, or as adjectives
before a masculine noun in the dative.
"""

from catalog.color_words import facet_names
from catalog.texts import composition as look
from catalog.texts.facts import Facts
from catalog.texts.families import family_of
from catalog.texts.tongues.joining import capital, enumerated, with_time
from catalog.texts.words import german as words
from catalog.texts.words.spoken import Noun, Spoken

ENDINGS = {"m": "er", "f": "e", "n": "es", "p": "e"}
MOST_NUMBERS = 400
UNKNOWN = Spoken(
    (Noun("Komposition", "f"), Noun("Studie", "f"), Noun("Formen", "p")),
    ("Ohne Namen", "Für sich genommen"),
    "eine freie Komposition",
    "Eine freie Komposition.",
    ("komposition", "farben", "formen"),
)


def phrases(facts: Facts) -> list[str]:
    """Return good titles."""
    spoken = _spoken(facts)
    first, *others = [_noun(name) for name in look.accents(facts)]
    stems = [stem for mood in facts.mood for stem in words.MOODS.get(mood.lower(), ())]
    made: list[str] = []
    for noun in spoken.nouns:
        made += [f"{noun.text} in {first}"]
        made += [f"{noun.text} in {first} und {other}" for other in others[:1]]
        made += [with_time(noun.text, time) for time in words.TIMES]
        if " " not in noun.text:
            made += [
                f"{stem}{ENDINGS[noun.form]} {noun.text}" for stem in [*stems, *words.PLAIN_MOODS]
            ]
    made += spoken.scenes
    made += [f"{scene}, {first}" for scene in spoken.scenes]
    made += [f"Studie in {first} und {other}" for other in others[:1]]
    return made


def numbered(facts: Facts) -> list[str]:
    """Return plainer titles."""
    first = _noun(look.all_colours(facts)[0])
    nouns = [noun.text for noun in _spoken(facts).nouns]
    return [f"{noun} in {first}, Nr. {n}" for n in range(2, MOST_NUMBERS) for noun in nouns]


def sheet(code: str) -> str:
    """Return the title of last resort."""
    return f"Blatt {code}"


def description(facts: Facts) -> str:
    """Write three to five plain sentences."""
    main, others = words.PLAIN_COLORS[look.main_colour(facts)], look.touches(facts)
    lead = "Überwiegend" if look.is_mostly(facts) else "In"
    parts = [
        _spoken(facts).sentence,
        f"{lead} {main}, dazu {_listed(others)}." if others else _plainly(facts),
        {
            -1: "Vieles auf dem Blatt bleibt frei.",
            1: "Das Blatt ist bis an den Rand gefüllt.",
        }.get(look.fullness(facts), ""),
        f"Teil der Serie „{facts.collection[:80]}“." if facts.collection else "",
        f"Erzeugt {_model(facts)}, {facts.width_px} × {facts.height_px} Pixel.",
    ]
    return " ".join(part for part in parts if part)


def _plainly(facts: Facts) -> str:
    """Tell of a picture in one colour."""
    main = words.PLAIN_COLORS[look.main_colour(facts)]
    shades = [name for name in look.shades(facts) if _noun(name) != main]
    return f"Überwiegend {main}: {_listed(shades)}." if shades else f"Überwiegend {main}."


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
    stems = [stem for mood in facts.mood for stem in words.MOODS.get(mood.lower(), ())[:1]]
    return [
        *_spoken(facts).tags,
        *(words.PLAIN_COLORS[name] for name in facet_names(colors)[:3]),
        *(_noun(name) for name in look.all_colours(facts)),
        *stems,
        {
            "middle": "zentrierte komposition",
            "aside": "außermittig",
            "whole": "flächenmuster",
            "slanting": "diagonale komposition",
        }.get(look.layout_tag(facts), ""),
        "minimalistisch" if look.fullness(facts) < 0 else "",
        {"square": "quadratisch", "portrait": "hochformat", "landscape": "querformat"}.get(
            facts.orientation, ""
        ),
        *words.GENERAL_TAGS,
    ]


def _spoken(facts: Facts) -> Spoken:
    family = family_of(facts)
    return words.FAMILIES[family.slug] if family else UNKNOWN


def _model(facts: Facts) -> str:
    """Return the model's name as part of a sentence; it comes as part of an English one."""
    if facts.model_name == "the house model":
        return "vom hauseigenen Bildmodell"
    name = facts.model_name.removeprefix("the ").removeprefix("model ")
    return f"vom Bildmodell „{name}“"


def _object(facts: Facts, seen: str) -> str:
    told = f"{seen} in {_listed(look.accents(facts)[:3])}"
    where = words.PLACES.get(look.place(facts), "")
    sun = (
        f"mit einer runden Scheibe {words.PLACES[look.focus(facts)]}" if look.has_sun(facts) else ""
    )
    return ", ".join(part for part in (told, where, sun, _on(facts)) if part)


def _disc(facts: Facts, seen: str) -> str:
    told = f"{seen} in {_listed(look.accents(facts)[:3])}"
    sky = f" unter {_beside(look.ground(facts))} Himmel" if look.has_ground(facts) else ""
    if not look.focus(facts):
        return told + sky
    focus = _spoken(facts).focus or (
        "eine Mondsichel" if look.is_crescent(facts) else "eine Scheibe"
    )
    return f"{told}{sky}; {focus} steht {words.PLACES[look.focus(facts)]}"


def _night(facts: Facts) -> str:
    """Tell of a moon or a bare sky, and of what lies below."""
    sky = f"{_beside(look.ground(facts))} Nachthimmel" if look.has_ground(facts) else "Nachthimmel"
    land = f"über Bändern in {_listed(look.accents(facts)[:3])}"
    if not look.focus(facts):
        return f"Sterne an {sky} {land}."
    moon = "Eine Mondsichel" if look.is_crescent(facts) else "Ein Vollmond"
    return f"{moon} und Sterne an {sky} {land}; der Mond steht {words.PLACES[look.focus(facts)]}."


def _rings(facts: Facts, seen: str) -> str:
    told = f"{seen} in {_listed(look.all_colours(facts))}"
    where = words.PLACES.get(look.focus(facts), "")
    return f"{told}; ihr Mittelpunkt liegt {where}" if where else told


def _rays(facts: Facts, seen: str) -> str:
    side = {"left": "links ", "right": "rechts "}.get(look.focus(facts).rpartition("-")[2], "")
    sun = seen.replace("am Horizont", f"{side}am Horizont")
    return f"{sun} und Strahlen, die den Himmel füllen, in {_listed(look.all_colours(facts))}"


def _bands(facts: Facts, seen: str) -> str:
    run = {
        "upright": "von oben nach unten",
        "level": "von einer Seite zur anderen",
        "slanting": "schräg verlaufend",
    }.get(look.direction(facts), "")
    told = f"{seen} in {_listed(look.all_colours(facts))}"
    where = words.PLACES.get(look.focus(facts), "")
    disc = f"mit einer runden Scheibe {where}" if look.has_disc(facts) else ""
    return ", ".join(part for part in (told, run, disc) if part)


def _all_over(facts: Facts, seen: str) -> str:
    return f"{seen} in {_listed(look.all_colours(facts, 4))}, {words.PLACES['whole']}"


def _blocks(facts: Facts, seen: str) -> str:
    told = f"{seen} in {_listed(look.accents(facts)[:3])}, übereinander"
    return ", ".join(part for part in (told, _on(facts)) if part)


def _on(facts: Facts) -> str:
    return f"auf {_beside(look.ground(facts))} Grund" if look.has_ground(facts) else ""


def _noun(name: str) -> str:
    return words.COLORS[name][0]


def _beside(name: str) -> str:
    """Return a colour as it stands before a masculine noun in the dative."""
    return f"{words.COLORS[name][1]}em"


def _listed(names: list[str]) -> str:
    return enumerated([_noun(name) for name in names], "und")
