"""How a plan is said to a checkpoint: one function for each prompt dialect. Torch-free.

A family of the engine names its dialect in `DIALECTS`; a family without an entry gets `plain`.
Placeholders of a style's prompt template: `{subject} {layout} {density} {mood} {palette}`.
"""

import string
from collections.abc import Callable
from dataclasses import dataclass

from generation.house.captions import prompt_for
from generation.models import StyleVersion
from generation.spec import DesignSpec

PLACEHOLDERS = ("subject", "layout", "density", "mood", "palette")
DENSITY_WORDS = ("sparse", "airy", "balanced", "full", "dense")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the checkpoint is told, and what it is told to avoid."""

    text: str
    negative: str


def density_word(density: float) -> str:
    """Return the word for a density from 0 to 1."""
    return DENSITY_WORDS[min(int(density * len(DENSITY_WORDS)), len(DENSITY_WORDS) - 1)]


def unknown_placeholders(template: str) -> list[str]:
    """Return the placeholders of a template that no plan can fill, or raise `ValueError`."""
    fields = [field for _text, field, _spec, _how in string.Formatter().parse(template)]
    return [field for field in fields if field is not None and field not in PLACEHOLDERS]


def plain(spec: DesignSpec, version: StyleVersion, palette_name: str) -> Prompt:
    """Fill the style's template and drop the gaps that empty words leave."""
    filled = version.prompt_template.format(
        subject=spec.subject,
        layout=f"{spec.composition.layout} composition",
        density=f"{density_word(spec.composition.density)} detail",
        mood=", ".join(spec.mood),
        palette=f"{palette_name} palette" if palette_name else "",
    )
    return Prompt(_tidy(filled), _negative(spec, version))


def house(spec: DesignSpec, version: StyleVersion, _palette_name: str) -> Prompt:
    """Say it as the house model was taught; its colours are given apart from the words.

    It takes no negative prompt: what it was never taught, lettering for one, it cannot draw.
    """
    composition = spec.composition
    text = prompt_for(
        version.motif, composition.layout, composition.density, spec.subject, list(spec.mood)
    )
    return Prompt(text, "")


def _negative(spec: DesignSpec, version: StyleVersion) -> str:
    return _tidy(", ".join([version.negative_prompt, *spec.avoid]))


def _tidy(text: str) -> str:
    """Return comma-separated text without empty parts and doubled spaces."""
    return ", ".join(part for raw in text.split(",") if (part := " ".join(raw.split())))


DIALECTS: dict[str, Callable[[DesignSpec, StyleVersion, str], Prompt]] = {"house": house}


def prompt_of(spec: DesignSpec, version: StyleVersion, palette_name: str) -> Prompt:
    """Return a plan's prompt in the dialect of its style's checkpoint."""
    return DIALECTS.get(version.checkpoint.family, plain)(spec, version, palette_name)
