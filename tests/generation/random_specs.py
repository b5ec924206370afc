"""Random design specs, valid and broken: for the property tests and for `make bench`."""

import math
from collections.abc import Iterator
from random import Random
from typing import Any

from genart.lib.errors import InvalidInput
from generation.catalogue import Catalogue
from generation.compile import Compiled, compile_plans
from generation.models import (
    Checkpoint,
    ControlImage,
    Palette,
    Style,
    StyleEmbedding,
    StyleVersion,
    WordList,
)
from generation.outlook import seed_policies
from generation.palettes import PALETTES as PALETTE_COLORS
from generation.sampling import hashed
from generation.spec import VARIABLE, as_json, canonical_hash, parse_spec
from generation.sweeps import Plan, expand

STYLES = ("tiny", "boho-arches", "cubism")
PALETTES = ("sage", "terracotta", "mud")
LAYOUTS = ("centered", "diagonal", "grid", "minimal")
MOODS = ("calm", "warm", "bold", "{feeling}", "ünï", "quiet")
SUBJECTS = (
    "arches over hills", "a {fruit}", "two {fruit}s", "a {{fruit}}", "天空", "x", "low sun",
    "a {nut}",
)  # fmt: skip
WORDS = {"fruit": ["fig", "lemon"], "feeling": ["soft", "light", "calm"]}
LIMIT = 60
"""Renders that a random spec may ask for."""


def deep(levels: int) -> Any:
    """Return lists within lists."""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 3, 2**53, 2**63, 10**40, -(10**300), 0.5, 1e308, math.nan, math.inf,
    "", " ", "x" * 5000, "\x00", "\ud800", "a\nb", "🦔" * 50, "{", "}", "{a", "{{a}", "{fruit}",
    "#fff", "#GGGGGG", "sage", [], [[]], [None], {}, {"name": None}, {"": 1}, {"\x00": "\x00"},
    deep(300), {"vary": {"vary": {}}}, [1, "a", {}], list(range(101)),
    {"name": "sage", "colors": []},
)  # fmt: skip
"""Values that stand where something else should."""
KEYS = (
    "",
    "x",
    "\x00",
    "\ud800",
    "palette",
    "vary",
    "version",
    "colour",
    "🦔",
    "a.b",
    "palette.name",
)


def specs(seed: int, count: int) -> Iterator[Any]:
    """Yield random documents: about half valid, the others with up to five things wrong."""
    chance = Random(seed)
    for _ in range(count):
        document: Any = valid(chance)
        for _ in range(chance.choice((0, 0, 0, 0, 1, 1, 2, 5))):
            document = broken(document, chance)
        yield document


def valid(chance: Random) -> dict[str, Any]:
    """Return a random document; most are valid, in either version."""
    version = chance.choice((1, 2, 2))
    document: dict[str, Any] = {
        "version": version,
        "style": chance.choice(STYLES[:2] * 6 + STYLES[2:]),
        "subject": chance.choice(SUBJECTS),
        "palette": palette(chance),
        "count": chance.choice((None, 1, 3, 12)),
        "sampling": chance.choice(("all", "random", "sobol", "pairwise")),
        "seed": chance.choice((None, 0, 7, 2**53)),
    }
    layout = chance.choice(LAYOUTS[:2] * 6 + LAYOUTS[2:])
    more: dict[str, Any] = {
        "composition": {"layout": layout, "density": chance.random()},
        "mood": chance.sample(MOODS, chance.randrange(3)),
        "avoid": chance.sample(("text", "calm", "frame", "hills"), chance.randrange(2)),
        "size": {"width_px": chance.choice((64, 128, 256, 512, 512, 1024)), "height_px": 64},
        "title": "A title",
        "tier": "premium",
        "collection": "hills",
    }
    document |= dict(chance.sample(sorted(more.items()), chance.randrange(len(more))))
    document["vary"] = axes(chance, version)
    return document | (later(chance, document["vary"]) if version == 2 else {})


def later(chance: Random, vary: dict[str, Any]) -> dict[str, Any]:
    """Return fields of version 2."""
    more: dict[str, Any] = {
        "seed_policy": chance.choice(("item", "fixed", "linked")),
        "control": {"kind": "canny", "image": chance.choice("aaab") * 64},
        "reference": {"embedding": chance.choice(("look@1", "look@1", "look@2")), "strength": 0.5},
        "tolerances": {"palette": chance.random()},
        "reseeds": 2,
        "budget_cents": 300,
        "priority": chance.randrange(-10, 11),
        "zip": [chance.sample(sorted(vary), 2)] if len(vary) > 1 else [],
    }
    return dict(chance.sample(sorted(more.items()), chance.randrange(len(more))))


def axes(chance: Random, version: int) -> dict[str, Any]:
    """Return some axes that do not overlap."""
    known: dict[str, Any] = {
        "palette": [palette(chance) for _ in range(2)],
        "composition.layout": list(LAYOUTS[:2]),
        "composition.density": [0.1, 0.9],
        "subject": list(chance.sample(SUBJECTS, 2)),
        "mood": [["calm"], [chance.choice(MOODS)]],
        "size.width_px": [64, 128],
        "style": list(STYLES[:2]),
    }
    if version == 2:
        known |= {"seed": [1, 2], "control.strength": [0.5, 1], "reference.image": ["a" * 64]}
    return dict(chance.sample(sorted(known.items()), chance.choice((0, 1, 1, 2, 3))))


def palette(chance: Random) -> dict[str, Any]:
    """Return a palette by name, or by colours whose weights sum to 1, or nearly."""
    if chance.random() < 0.7:
        return {"name": chance.choice(PALETTES[:2] * 8 + PALETTES[2:])}
    first = chance.choice((0.25, 0.5, 0.001, 0.9))
    other = chance.choice((*[1 - first] * 7, 0.7))
    return {"colors": [{"hex": "#F0e0D0", "weight": first}, {"hex": "#102030", "weight": other}]}


def broken(document: Any, chance: Random) -> Any:
    """Return a document with one thing changed, anywhere in it."""
    if not isinstance(document, dict) or not document or chance.random() < 0.01:
        return chance.choice(HOSTILE)
    changed = dict(document)
    key = chance.choice(sorted(changed, key=repr))
    way = chance.random()
    if way < 0.2:
        del changed[key]
    elif way < 0.4:
        changed[chance.choice(KEYS + VARIABLE)] = chance.choice(HOSTILE)
    elif way < 0.7 and isinstance(changed[key], dict):
        changed[key] = broken(changed[key], chance)
    elif way < 0.8 and isinstance(changed[key], list) and changed[key]:
        whole = list(changed[key])
        at = chance.randrange(len(whole))
        whole[at] = broken(whole[at], chance)
        changed[key] = whole
    else:
        changed[key] = chance.choice(HOSTILE)
    return changed


def made(document: Any, catalogue: Catalogue, policies: dict[str, str]) -> Compiled:
    """Take a document the whole way: parsed, expanded, checked, said in its dialect.

    Raises:
        InvalidInput: it cannot be rendered.
    """
    spec = parse_spec(document, limit=LIMIT)
    spec = spec.model_copy(
        update={"seed": hashed(canonical_hash(spec), 53) if spec.seed is None else spec.seed}
    )
    assert parse_spec(as_json(spec), limit=LIMIT) == spec
    plans = expand(spec, limit=LIMIT, words=WORDS, policies=policies)
    return compile_plans(spec, plans, lane="standard", catalogue=catalogue)


def fault_of(document: Any, catalogue: Catalogue, policies: dict[str, str]) -> str:
    """Return `plan` or `fault`; what else a document did, as a sentence."""
    try:
        compiled = made(document, catalogue, policies)
    except InvalidInput as error:
        return "fault" if all(map(_is_located, error.as_dict()["detail"])) else f"{error.as_dict()}"
    except Exception as error:  # (whatever it is, it is what is looked for)
        return f"{type(error).__name__}: {error}"
    return "plan" if compiled.renders else "nothing to render"


def _is_located(fault: dict[str, Any]) -> bool:
    place, sentence = fault["loc"], fault["msg"]
    return isinstance(place, list) and isinstance(sentence, str) and sentence.strip() != ""


def stock() -> None:
    """Make the rows that random specs name, for the most part: on an empty database."""
    checkpoint = Checkpoint.objects.create(
        slug="tiny",
        name="Tiny",
        family="sd",
        licence="Apache-2.0",
        allows_commercial_use=True,
        capabilities={
            "min_px": 64,
            "max_px": 512,
            "layouts": list(LAYOUTS[:2]),
            "controls": ["canny"],
            "references": ["embedding", "image"],
        },
    )
    for slug in STYLES[:2]:
        style = Style.objects.create(slug=slug, name=slug)
        style.current_version = StyleVersion.objects.create(
            style=style, number=1, checkpoint=checkpoint
        )
        style.save()
    for slug in PALETTES[:2]:
        known = PALETTE_COLORS[slug]
        background, *accents, dark = (code.upper() for code in known.slots)
        Palette.objects.create(
            slug=slug, name=known.name, background=background, accents=accents, dark=dark
        )
    ControlImage.objects.create(
        sha256="a" * 64, name="Lines", file="x", width_px=64, height_px=64, rights="own"
    )
    StyleEmbedding.objects.create(slug="look", name="Look", encoder="e", vector=[1.0])
    for slug, words in WORDS.items():
        WordList.objects.create(slug=slug, name=slug, words=words)


def wide_catalogue() -> tuple[Catalogue, dict[str, str]]:
    """Return a catalogue of everything that random specs name, and the styles' seed policies."""
    base = {"version": 2, "subject": "x", "seed": 1}
    plans: list[Plan] = []
    for style in STYLES:
        for name in PALETTES:
            for look in ({"image": "a" * 64}, {"embedding": "look@1"}):
                control = {"kind": "canny", "image": "a" * 64}
                document = base | {"style": style, "palette": {"name": name}, "control": control}
                plans += expand(parse_spec(document | {"reference": look}))
    policies: dict[str, str] = {}
    for style in STYLES:
        named = base | {"style": style, "palette": {"name": "sage"}}
        policies |= seed_policies(parse_spec(named))
    return Catalogue(plans), policies
