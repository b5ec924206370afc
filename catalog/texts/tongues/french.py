"""French sentences. Words are in `catalog/texts/words/french.py`.

Colours stand where they never change: after `en`, `de`, `fond` and `ciel`.
"""

from catalog.color_words import facet_names
from catalog.texts import composition as look
from catalog.texts.facts import Facts
from catalog.texts.families import family_of
from catalog.texts.tongues.joining import capital, enumerated, with_time
from catalog.texts.words import french as words
from catalog.texts.words.spoken import Noun, Spoken

MOST_NUMBERS = 400
FORMATS = {"square": "format carré", "portrait": "format portrait", "landscape": "format paysage"}
UNKNOWN = Spoken(
    (Noun("Composition", "f"), Noun("Étude", "f"), Noun("Formes", "fp")),
    ("Sans nom", "Pris à part"),
    "une composition libre",
    "Une composition libre.",
    ("composition", "couleurs", "formes"),
)


def phrases(facts: Facts) -> list[str]:
    """Return good titles."""
    spoken = _spoken(facts)
    first, *others = [words.COLORS[name] for name in look.accents(facts)]
    moods = [word for mood in facts.mood for word in words.MOODS.get(mood.lower(), ())]
    made: list[str] = []
    for noun in spoken.nouns:
        made += [f"{noun.text} en {first}", f"{noun.text}, {first}"]
        made += [f"{noun.text} en {first} et {other}" for other in others[:1]]
        made += [with_time(noun.text, time) for time in words.TIMES]
        if " " not in noun.text:
            made += [
                f"{noun.text} {agreeing(word, noun.form)}" for word in [*moods, *words.PLAIN_MOODS]
            ]
    made += spoken.scenes
    made += [f"{scene}, {first}" for scene in spoken.scenes]
    made += [f"Étude en {first} et {other}" for other in others[:1]]
    return made


def numbered(facts: Facts) -> list[str]:
    """Return plainer titles."""
    first = words.COLORS[look.all_colours(facts)[0]]
    nouns = [noun.text for noun in _spoken(facts).nouns]
    return [f"{noun} en {first}, n° {n}" for n in range(2, MOST_NUMBERS) for noun in nouns]


def sheet(code: str) -> str:
    """Return the title of last resort."""
    return f"Feuille {code}"


def agreeing(adjective: str, form: str) -> str:
    """Return an adjective as it ends beside a noun of a form `m`, `f`, `mp` or `fp`."""
    if form == "m":
        return adjective
    if adjective in words.FORMS:
        return words.FORMS[adjective][("f", "mp", "fp").index(form)]
    feminine = adjective if "f" not in form or adjective.endswith("e") else f"{adjective}e"
    return f"{feminine}s" if "p" in form and not feminine.endswith(("s", "x")) else feminine


def description(facts: Facts) -> str:
    """Write three to five plain sentences."""
    main = words.PLAIN_COLORS[look.main_colour(facts)]
    others = [words.COLORS[name] for name in look.touches(facts)]
    touches = enumerated([_of(name) for name in others], "et") if others else ""
    lead = f"Surtout {_some(main)}" if look.is_mostly(facts) else f"En {main}"
    parts = [
        _spoken(facts).sentence,
        f"{lead}, avec des touches {touches}." if touches else _plainly(facts),
        {
            -1: "Une grande partie de la feuille reste libre.",
            1: "La feuille est remplie jusqu’aux bords.",
        }.get(look.fullness(facts), ""),
        f"Fait partie de la série « {facts.collection[:80]} »." if facts.collection else "",
        f"Image créée par {_model(facts)}, {facts.width_px} × {facts.height_px} pixels.",
    ]
    return " ".join(part for part in parts if part)


def _plainly(facts: Facts) -> str:
    """Tell of a picture in one colour."""
    main = words.PLAIN_COLORS[look.main_colour(facts)]
    shades = [words.COLORS[name] for name in look.shades(facts) if words.COLORS[name] != main]
    told = f" : {enumerated(shades, 'et')}" if shades else ""
    return f"Surtout {_some(main)}{told}."


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
    moods = [word for mood in facts.mood for word in words.MOODS.get(mood.lower(), ())[:1]]
    return [
        *_spoken(facts).tags,
        *(words.PLAIN_COLORS[name] for name in facet_names(colors)[:3]),
        *(words.COLORS[name] for name in look.all_colours(facts)),
        *moods,
        {
            "middle": "composition centrée",
            "aside": "décentré",
            "whole": "motif couvrant",
            "slanting": "composition diagonale",
        }.get(look.layout_tag(facts), ""),
        "minimaliste" if look.fullness(facts) < 0 else "",
        FORMATS.get(facts.orientation, ""),
        *words.GENERAL_TAGS,
    ]


def _spoken(facts: Facts) -> Spoken:
    family = family_of(facts)
    return words.FAMILIES[family.slug] if family else UNKNOWN


def _model(facts: Facts) -> str:
    """Return the model's name as part of a sentence; it comes as part of an English one."""
    if facts.model_name == "the house model":
        return "notre propre modèle"
    name = facts.model_name.removeprefix("the ").removeprefix("model ")
    return f"le modèle « {name} »"


def _object(facts: Facts, seen: str) -> str:
    told = f"{seen} en {_listed(look.accents(facts)[:3])}"
    where = words.PLACES.get(look.place(facts), "")
    sun = f"avec un disque rond {words.PLACES[look.focus(facts)]}" if look.has_sun(facts) else ""
    return ", ".join(part for part in (told, where, sun, _on(facts)) if part)


def _disc(facts: Facts, seen: str) -> str:
    told = f"{seen}, en {_listed(look.accents(facts)[:3])}"
    if look.has_ground(facts):
        told += f", sous un ciel {words.COLORS[look.ground(facts)]}"
    if not look.focus(facts):
        return told
    focus = _spoken(facts).focus or (
        "un croissant de lune" if look.is_crescent(facts) else "un disque"
    )
    return f"{told} ; {focus} se tient {words.PLACES[look.focus(facts)]}"


def _night(facts: Facts) -> str:
    """Tell of a moon or a bare sky, and of what lies below."""
    sky = "un ciel nocturne"
    if look.has_ground(facts):
        sky += f" {words.COLORS[look.ground(facts)]}"
    land = f"au-dessus de bandes en {_listed(look.accents(facts)[:3])}"
    if not look.focus(facts):
        return f"{capital(sky)} étoilé, {land}."
    moon = "Un croissant de lune" if look.is_crescent(facts) else "Une pleine lune"
    where = words.PLACES[look.focus(facts)]
    return f"{moon} et des étoiles dans {sky}, {land} ; la lune se tient {where}."


def _rings(facts: Facts, seen: str) -> str:
    told, where = f"{seen} en {_listed(look.all_colours(facts))}", look.focus(facts)
    if where == "middle":
        return f"{told}, centrés sur l’image"
    return f"{told} ; leur centre se trouve {words.PLACES[where]}" if where else told


def _rays(facts: Facts, seen: str) -> str:
    side = {"left": ", à gauche,", "right": ", à droite,"}.get(
        look.focus(facts).rpartition("-")[2], ""
    )
    colours = _listed(look.all_colours(facts))
    return f"{seen}{side} et des rayons qui emplissent le ciel, en {colours}"


def _bands(facts: Facts, seen: str) -> str:
    run = {
        "upright": "de haut en bas",
        "level": "d’un côté à l’autre",
        "slanting": "en biais",
    }.get(look.direction(facts), "")
    told = f"{seen} en {_listed(look.all_colours(facts))}"
    where = words.PLACES.get(look.focus(facts), "")
    disc = f"avec un disque rond {where}" if look.has_disc(facts) else ""
    return ", ".join(part for part in (told, run, disc) if part)


def _all_over(facts: Facts, seen: str) -> str:
    return f"{seen} en {_listed(look.all_colours(facts, 4))}, {words.PLACES['whole']}"


def _blocks(facts: Facts, seen: str) -> str:
    told = f"{seen} en {_listed(look.accents(facts)[:3])}, superposés"
    return ", ".join(part for part in (told, _on(facts)) if part)


def _on(facts: Facts) -> str:
    return f"sur fond {words.COLORS[look.ground(facts)]}" if look.has_ground(facts) else ""


def _of(name: str) -> str:
    return f"d’{name}" if name[0] in "aeioué" else f"de {name}"


def _some(name: str) -> str:
    return f"de l’{name}" if name[0] in "aeioué" else f"du {name}"


def _listed(names: list[str]) -> str:
    return enumerated([words.COLORS[name] for name in names], "et")
