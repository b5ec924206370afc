"""How a plan is said to a checkpoint: one function for each prompt dialect. Torch-free.

Which dialect a checkpoint speaks is data: `"dialect"` in its capabilities, else that of its family
in `FAMILY_DIALECTS`, else `plain`. Placeholders of a style's prompt template: `{subject} {layout}
{density} {mood} {palette}`.

`plain`: the template, filled. `weighted`: the same with weights as A1111 and its kin read them,
`(calm:1.2)`; `compel`: with weights as compel reads them, `(calm)1.2`. `json`: an object with hex
colours, as FLUX.2 and Ideogram were taught. `house`: the caption language of the house model.
A checkpoint that was not made for weights would read the signs as words, so nothing gets them
unless its capabilities say so.
"""

import json
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from generation.house.captions import prompt_for
from generation.models import Adapter, Checkpoint, StyleVersion
from generation.spec import DesignSpec

PLACEHOLDERS = ("subject", "layout", "density", "mood", "palette")
DENSITY_WORDS = ("sparse", "airy", "balanced", "full", "dense")
SUBJECT_WEIGHT, PALETTE_WEIGHT = 1.15, 1.1
MOOD_WEIGHTS = (1.2, 1.1)
"""Of the first mood word and the second: what is said first is meant most. Then 1."""
DENSITY_EMPHASIS = 0.2
"""How much more an almost empty or covered picture is insisted on than a balanced one."""
FAMILY_DIALECTS = {"house": "house", "flux2": "json", "ideogram": "json"}


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the checkpoint is told, and what it is told to avoid.

    Attributes:
        text: the prompt.
        negative: the negative prompt.
        read: what of it a text encoder reads, where that is not all.
    """

    text: str
    negative: str
    read: str = ""


Dialect = Callable[[DesignSpec, StyleVersion, str, Sequence[str]], Prompt]


def density_word(density: float) -> str:
    """Return the word for a density from 0 to 1."""
    return DENSITY_WORDS[min(int(density * len(DENSITY_WORDS)), len(DENSITY_WORDS) - 1)]


def unknown_placeholders(template: str) -> list[str]:
    """Return the placeholders of a template that no plan can fill, or raise `ValueError`."""
    fields = [field for _text, field, _spec, _how in string.Formatter().parse(template)]
    return [field for field in fields if field is not None and field not in PLACEHOLDERS]


def plain(
    spec: DesignSpec, version: StyleVersion, palette_name: str, _colors: Sequence[str]
) -> Prompt:
    """Fill the style's template and drop the gaps that empty words leave."""
    return Prompt(_filled(version, _parts(spec, palette_name)), _negative(spec, version))


def weighted(
    spec: DesignSpec, version: StyleVersion, palette_name: str, _colors: Sequence[str]
) -> Prompt:
    """Fill the template with weights by order of importance: `(arches over hills:1.15)`."""
    return _with_weights(spec, version, palette_name, "({text}:{weight:g})")


def compel(
    spec: DesignSpec, version: StyleVersion, palette_name: str, _colors: Sequence[str]
) -> Prompt:
    """Fill the template with weights as compel reads them: `(arches over hills)1.15`."""
    return _with_weights(spec, version, palette_name, "({text}){weight:g}")


def as_object(
    spec: DesignSpec, version: StyleVersion, _palette_name: str, colors: Sequence[str]
) -> Prompt:
    """Say it as a JSON object; colours as hex codes, those that cover most first."""
    composition = spec.composition
    said = {
        "scene": spec.subject,
        "style": _filled(version, dict.fromkeys(PLACEHOLDERS, "")),
        "mood": ", ".join(spec.mood),
        "composition": f"{composition.layout}, {density_word(composition.density)}",
        "color_palette": list(dict.fromkeys(color.upper() for color in colors)),
        "avoid": _negative(spec, version),
    }
    kept = {key: value for key, value in said.items() if value}
    return Prompt(json.dumps(kept, ensure_ascii=False), "")


def house(
    spec: DesignSpec, version: StyleVersion, _palette_name: str, _colors: Sequence[str]
) -> Prompt:
    """Say it as the house model was taught; its colours are given apart from the words.

    It takes no negative prompt: what it was never taught, lettering for one, it cannot draw.
    """
    composition = spec.composition
    text = prompt_for(
        version.motif, composition.layout, composition.density, spec.subject, list(spec.mood)
    )
    return Prompt(text, "")


DIALECTS: dict[str, Dialect] = {
    "plain": plain,
    "weighted": weighted,
    "compel": compel,
    "json": as_object,
    "house": house,
}


def dialect_of(checkpoint: Checkpoint) -> str:
    """Return the name of the dialect that a checkpoint speaks."""
    named = checkpoint.capabilities.get("dialect") or FAMILY_DIALECTS.get(checkpoint.family)
    return named if named in DIALECTS else "plain"


def prompt_of(
    spec: DesignSpec, version: StyleVersion, palette_name: str, colors: Sequence[str] = ()
) -> Prompt:
    """Return a plan's prompt in the dialect of its style's checkpoint.

    Args:
        spec: of one picture.
        version: of its style.
        palette_name: for people; empty where the colours have no name.
        colors: hex codes, those that cover most first.
    """
    said = DIALECTS[dialect_of(version.checkpoint)](spec, version, palette_name, colors)
    words = [word for word in trigger_words(version) if word.lower() not in said.text.lower()]
    return _with_words(said, words) if words else said


def trigger_words(version: StyleVersion) -> list[str]:
    """Return what calls the LoRAs and embeddings of a style version in a prompt."""
    links = version.style_adapters.all() if version.pk else []
    kinds = (Adapter.Kind.LORA, Adapter.Kind.EMBEDDING)
    words = []
    for adapter in (link.adapter for link in links if link.adapter.kind in kinds):
        is_token = adapter.kind == Adapter.Kind.EMBEDDING  # without its word it does nothing
        words.append(adapter.trigger_words or (adapter.slug if is_token else ""))
    return list(dict.fromkeys(filter(None, words)))


def _with_words(said: Prompt, words: Sequence[str]) -> Prompt:
    """Return a prompt that ends with more words; those of an object have a field of their own."""
    if not said.text.startswith("{"):
        text = _tidy(", ".join([said.text, *words]))
        read = _tidy(", ".join([said.read, *words])) if said.read else ""
        return Prompt(text, said.negative, read)
    spoken = json.dumps(json.loads(said.text) | {"keywords": list(words)}, ensure_ascii=False)
    return Prompt(spoken, said.negative, said.read)


def _parts(spec: DesignSpec, palette_name: str) -> dict[str, str]:
    """Return what fills the placeholders."""
    return {
        "subject": spec.subject,
        "layout": f"{spec.composition.layout} composition",
        "density": f"{density_word(spec.composition.density)} detail",
        "mood": ", ".join(spec.mood),
        "palette": f"{palette_name} palette" if palette_name else "",
    }


def _filled(version: StyleVersion, parts: Mapping[str, str]) -> str:
    return _tidy(version.prompt_template.format(**parts))


def _with_weights(spec: DesignSpec, version: StyleVersion, palette_name: str, form: str) -> Prompt:
    """Fill the template with weighted parts; signs that mean weights are escaped."""
    parts = {name: _escaped(text) for name, text in _parts(spec, palette_name).items()}
    mood = [_escaped(word) for word in spec.mood]
    weights = (*MOOD_WEIGHTS, *[1.0] * len(mood))
    density = round(1 + DENSITY_EMPHASIS * abs(2 * spec.composition.density - 1), 2)
    said = parts | {
        "subject": _weighed(parts["subject"], SUBJECT_WEIGHT, form),
        "density": _weighed(parts["density"], density, form),
        "mood": ", ".join(_weighed(word, weights[at], form) for at, word in enumerate(mood)),
        "palette": _weighed(parts["palette"], PALETTE_WEIGHT, form),
    }
    read = _filled(version, _parts(spec, palette_name))
    return Prompt(_filled(version, said), _escaped(_negative(spec, version)), read)


def _weighed(text: str, weight: float, form: str) -> str:
    return form.format(text=text, weight=weight) if text and weight != 1 else text


def _escaped(text: str) -> str:
    """Return a text whose brackets are read as brackets."""
    return "".join(f"\\{sign}" if sign in "()[]\\" else sign for sign in text)


def _negative(spec: DesignSpec, version: StyleVersion) -> str:
    return _tidy(", ".join([version.negative_prompt, *spec.avoid]))


def _tidy(text: str) -> str:
    """Return comma-separated text without empty parts and doubled spaces."""
    return ", ".join(part for raw in text.split(",") if (part := " ".join(raw.split())))
