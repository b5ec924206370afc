"""What a single picture's spec asks for that cannot be done: the field, and the remedy.

Reads a `Catalogue`; writes nothing. What can be done but is hardly meant so is in
`generation/spec_warnings.py`.
"""

import re
from collections.abc import Iterable, Iterator

from generation.catalogue import Catalogue
from generation.dialects import Prompt
from generation.models import Checkpoint, Style, StyleVersion, Tier
from generation.prompt_length import excess
from generation.spec import DesignSpec

Fault = tuple[str, str]
EMPTY_LAYOUTS = frozenset({"minimal", "sparse", "empty", "negative-space", "negative space"})
FULL_LAYOUTS = frozenset({"all-over", "all over", "packed", "crowded", "full"})
MOST_EMPTY, LEAST_FULL = 0.6, 0.4
"""Density beyond which a layout that leaves space, or one that fills it, contradicts it."""


def faults(spec: DesignSpec, catalogue: Catalogue) -> Iterable[Fault]:
    """Yield `(path, sentence)` for everything in one image's spec that cannot be done."""
    version = catalogue.version(spec.style)
    if spec.palette.name and spec.palette.name not in catalogue.palettes:
        yield "palette.name", f"There is no palette {spec.palette.name}."
    yield from _contradictions(spec)
    if version is None:
        yield "style", f"There is no active style {spec.style}."
        return
    checkpoint, can = version.checkpoint, catalogue.can(version.checkpoint)
    yield from _part_faults(spec, version, catalogue)
    yield from _style_faults(spec, version, catalogue.styles[spec.style])
    yield from _size_faults(spec, checkpoint.name, can)
    yield from _control_faults(spec, checkpoint.name, can["controls"], catalogue)
    yield from _reference_faults(spec, checkpoint.name, can["references"], catalogue)


def prompt_faults(prompt: Prompt, checkpoint: Checkpoint) -> Iterator[Fault]:
    """Yield that the checkpoint would not read the whole prompt."""
    text = prompt.read or prompt.text
    over = excess(text, checkpoint)
    if over:
        yield (
            "subject",
            f"The prompt has {over[0]} tokens and {checkpoint.name} reads {over[1]}: "
            f"shorten the subject or the mood. It would be “{text}”.",
        )


def layouts_of(version: StyleVersion) -> list[str]:
    """Return the layouts that a style version offers; empty when every word is allowed."""
    return version.layouts or version.checkpoint.capabilities.get("layouts", [])


def words_of(text: str) -> list[str]:
    """Return the words of a text, small."""
    return re.findall(r"[^\W_]+", text.lower())


def _contradictions(spec: DesignSpec) -> Iterator[Fault]:
    """Yield what a picture cannot show and avoid, or be, at once."""
    told = {"subject": words_of(spec.subject), "mood": words_of(" ".join(spec.mood))}
    for word in spec.avoid:
        unwanted = words_of(word)
        for path, said in told.items():
            if unwanted and _within(unwanted, said):
                yield "avoid", f"The {path} asks for “{word}”: take it out of one of the two."
    layout, density = spec.composition.layout, spec.composition.density
    if layout.lower() in EMPTY_LAYOUTS and density > MOST_EMPTY:
        yield (
            "composition.density",
            f"A {layout} layout leaves space, and {density:g} fills it: "
            f"give a density of at most {MOST_EMPTY:g}, or another layout.",
        )
    if layout.lower() in FULL_LAYOUTS and density < LEAST_FULL:
        yield (
            "composition.density",
            f"A layout that is {layout} fills the picture, and {density:g} leaves it empty: "
            f"give a density of at least {LEAST_FULL:g}, or another layout.",
        )


def _within(few: list[str], many: list[str]) -> bool:
    """Return whether words stand one after the other in others."""
    return any(many[at : at + len(few)] == few for at in range(len(many) - len(few) + 1))


def _part_faults(spec: DesignSpec, version: StyleVersion, catalogue: Catalogue) -> Iterator[Fault]:
    """Yield the parts of a style that cannot be used, or not for work that is sold."""
    checkpoint = version.checkpoint
    if not checkpoint.is_active:
        yield "style", f"Its checkpoint {checkpoint.name} is switched off."
    if checkpoint.source == Checkpoint.Source.REMOTE and not catalogue.offers(checkpoint):
        yield (
            "style",
            f"Nobody offers {checkpoint.name} at present: add an offer, or choose another style.",
        )
    followed = tuple(name for name in ("control", "reference") if getattr(spec, name))
    for sentence in catalogue.objections(version, followed):
        yield "style", sentence


def _style_faults(spec: DesignSpec, version: StyleVersion, style: Style) -> Iterator[Fault]:
    """Yield what the style does not allow."""
    allowed = {palette.slug for palette in version.palettes.all()}
    if allowed and spec.palette.name and spec.palette.name not in allowed:
        yield (
            "palette.name",
            f"{style.name} does not use this palette. Choose from {', '.join(sorted(allowed))}.",
        )
    layouts = layouts_of(version)
    if layouts and spec.composition.layout not in layouts:
        yield (
            "composition.layout",
            f"{style.name} has no layout {spec.composition.layout}. "
            f"Choose from {', '.join(layouts)}.",
        )
    if spec.tier == Tier.COMMODITY and style.tier == Tier.PREMIUM:
        yield "tier", f"{style.name} is a premium style: a person decides on its works."


def _size_faults(spec: DesignSpec, name: str, can: dict[str, int]) -> Iterator[Fault]:
    """Yield the sides that the checkpoint cannot render."""
    for side in ("width_px", "height_px"):
        length = getattr(spec.size, side)
        if not can["min_px"] <= length <= can["max_px"]:
            yield f"size.{side}", f"{name} renders {can['min_px']} to {can['max_px']} px."
        elif length % can["multiple_px"]:
            yield f"size.{side}", f"Must be a multiple of {can['multiple_px']}."


def _control_faults(
    spec: DesignSpec, name: str, kinds: list[str], catalogue: Catalogue
) -> Iterator[Fault]:
    """Yield that a control image cannot be followed."""
    control = spec.control
    if control is None:
        return
    if not kinds:
        yield "control", f"{name} follows no control image: leave control out, or change the style."
    elif control.kind not in kinds:
        yield (
            "control.kind",
            f"{name} knows no control of the kind {control.kind}. Choose from {', '.join(kinds)}.",
        )
    if control.image not in catalogue.images:
        yield "control.image", "There is no control image with this SHA-256: upload it first."


def _reference_faults(
    spec: DesignSpec, name: str, kinds: list[str], catalogue: Catalogue
) -> Iterator[Fault]:
    """Yield that a look cannot be followed."""
    reference = spec.reference
    if reference is None:
        return
    kind = "embedding" if reference.embedding else "image"
    if kind not in kinds:
        remedy = f"use an {kinds[0]}" if kinds else "leave reference out, or change the style"
        yield f"reference.{kind}", f"{name} takes no {kind} as a reference: {remedy}."
    elif reference.embedding and reference.embedding not in catalogue.embeddings:
        yield "reference.embedding", f"There is no style embedding {reference.embedding}."
    elif reference.image and reference.image not in catalogue.images:
        yield "reference.image", "There is no picture with this SHA-256: upload it first."
