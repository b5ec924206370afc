"""Turns the plans of a spec into renders, or says where the spec asks for what cannot be done.

Reads the catalogue of styles, checkpoints and palettes; writes nothing. Called by
`generation/services.py`.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from genart.lib.errors import InvalidInput
from generation.dialects import prompt_of
from generation.models import Adapter, Checkpoint, Palette, Render, Style, StyleVersion, Tier
from generation.palettes import slots_from_colors
from generation.prompt_length import excess
from generation.spec import DesignSpec
from generation.sweeps import Plan

SLOT_WEIGHTS = (0.35, 0.15, 0.15, 0.12, 0.11, 0.12)
"""Shares of a named palette: background, four accents, dark. A spec's colours bring their own."""
DEFAULT_CAPABILITIES = {"min_px": 256, "max_px": 1024, "multiple_px": 8}


class Catalogue:
    """The styles and palettes that the plans of one spec name, read in three queries."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        specs = [plan.spec for plan in plans]
        styles = Style.objects.select_related("current_version__checkpoint").prefetch_related(
            "current_version__palettes", "current_version__style_adapters__adapter"
        )
        self.styles = {
            style.slug: style
            for style in styles.filter(slug__in={spec.style for spec in specs}, is_active=True)
        }
        named = {spec.palette.name for spec in specs if spec.palette.name}
        self.palettes = {row.slug: row for row in Palette.objects.filter(slug__in=named)}

    def version(self, slug: str) -> StyleVersion | None:
        """Return the version of a style that is used now."""
        style = self.styles.get(slug)
        return style.current_version if style else None


def compile_renders(plans: list[Plan], *, lane: str) -> list[Render]:
    """Return the unsaved renders of a spec's plans, without their job.

    Raises:
        InvalidInput: with `details`, each fault once, at the value that causes it.
    """
    catalogue = Catalogue(plans)
    faults: dict[tuple[Any, ...], str] = {}
    for plan in plans:
        for path, message in _faults(plan.spec, catalogue):
            faults.setdefault(_place(plan, path), message)
    if faults:
        details = [{"loc": list(loc), "msg": message} for loc, message in faults.items()]
        where = ".".join(str(part) for part in details[0]["loc"])
        raise InvalidInput(str(details[0]["msg"]), where=where, details=details)
    return [_render(plan, catalogue, lane) for plan in plans]


def tier_of(spec: DesignSpec, plans: list[Plan]) -> str:
    """Return the job's tier: the one asked for, or premium as soon as one style is."""
    if spec.tier:
        return spec.tier
    slugs = {plan.spec.style for plan in plans}
    premium = Style.objects.filter(slug__in=slugs, tier=Tier.PREMIUM).exists()
    return Tier.PREMIUM if premium else Tier.COMMODITY


def _place(plan: Plan, path: str) -> tuple[Any, ...]:
    """Return where a plan's value was written: in its axis if it varies, else in its field."""
    for axis, choice in plan.choices.items():
        if path == axis:
            return ("vary", axis, choice)
        if path.startswith(f"{axis}."):
            return ("vary", axis, choice, *path.removeprefix(f"{axis}.").split("."))
    return tuple(path.split("."))


def _faults(spec: DesignSpec, catalogue: Catalogue) -> Iterable[tuple[str, str]]:
    """Yield `(path, sentence)` for everything in one image's spec that cannot be done."""
    version = catalogue.version(spec.style)
    if spec.palette.name and spec.palette.name not in catalogue.palettes:
        yield "palette.name", f"There is no palette {spec.palette.name}."
    if version is None:
        yield "style", f"There is no active style {spec.style}."
        return
    yield from _licence_faults(version)
    yield from _style_faults(spec, version, catalogue.styles[spec.style])
    yield from _size_faults(spec, version.checkpoint)
    yield from _prompt_faults(spec, version, catalogue)


def _licence_faults(version: StyleVersion) -> Iterable[tuple[str, str]]:
    """Yield the parts of a style that may not be used for work that is sold."""
    checkpoint = version.checkpoint
    if not checkpoint.is_active:
        yield "style", f"Its checkpoint {checkpoint.name} is switched off."
    parts: list[Checkpoint | Adapter] = [checkpoint]
    parts += [link.adapter for link in version.style_adapters.all()]
    for part in parts:
        if not part.allows_commercial_use:
            yield (
                "style",
                f"{part} is licensed {part.licence}, which does not allow sale: "
                "choose another style, or another part in its settings.",
            )


def _style_faults(
    spec: DesignSpec, version: StyleVersion, style: Style
) -> Iterable[tuple[str, str]]:
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


def layouts_of(version: StyleVersion) -> list[str]:
    """Return the layouts that a style version offers; empty when every word is allowed."""
    return version.layouts or version.checkpoint.capabilities.get("layouts", [])


def _size_faults(spec: DesignSpec, checkpoint: Checkpoint) -> Iterable[tuple[str, str]]:
    """Yield the sides that the checkpoint cannot render."""
    can = DEFAULT_CAPABILITIES | checkpoint.capabilities
    for side in ("width_px", "height_px"):
        length = getattr(spec.size, side)
        if not can["min_px"] <= length <= can["max_px"]:
            yield (
                f"size.{side}",
                f"{checkpoint.name} renders {can['min_px']} to {can['max_px']} px.",
            )
        elif length % can["multiple_px"]:
            yield f"size.{side}", f"Must be a multiple of {can['multiple_px']}."


def _prompt_faults(
    spec: DesignSpec, version: StyleVersion, catalogue: Catalogue
) -> Iterable[tuple[str, str]]:
    """Yield that the checkpoint would not read the whole prompt."""
    named = catalogue.palettes.get(spec.palette.name or "")
    text = prompt_of(spec, version, named.name if named else "").text
    over = excess(text, version.checkpoint)
    if over:
        yield (
            "subject",
            f"The prompt has {over[0]} tokens and {version.checkpoint.name} reads {over[1]}: "
            f"shorten the subject or the mood. It would be “{text}”.",
        )


def _render(plan: Plan, catalogue: Catalogue, lane: str) -> Render:
    """Return one unsaved render."""
    spec, version = plan.spec, catalogue.version(plan.spec.style)
    assert version is not None  # noqa: S101  (its absence was a fault)
    named = catalogue.palettes.get(spec.palette.name or "")
    prompt = prompt_of(spec, version, named.name if named else "")
    render = Render(
        index=plan.index,
        seed=plan.seed,
        style_version=version,
        checkpoint=version.checkpoint,
        prompt=prompt.text,
        negative_prompt=prompt.negative,
        subject=spec.subject,
        mood=spec.mood,
        layout=spec.composition.layout,
        density=spec.composition.density,
        palette_name=named.slug if named else "",
        palette=palette_shares(spec, named),
        slots=slots_of(spec, named),
        width_px=spec.size.width_px,
        height_px=spec.size.height_px,
        steps=version.steps,
        guidance=version.guidance,
        scheduler=version.scheduler,
        finish=version.finish,
        adapters=[
            {"slug": link.adapter.slug, "version": link.adapter.version, "weight": link.weight}
            for link in version.style_adapters.all()
        ],
        lane=lane,
    )
    render.group_key = group_key(render)
    return render


def palette_shares(spec: DesignSpec, named: Palette | None) -> list[dict[str, Any]]:
    """Return the colours that the picture should have and their shares, which sum to 1."""
    if named is None:
        return [color.model_dump() for color in spec.palette.colors or []]
    return [
        {"hex": hex_code, "weight": weight}
        for hex_code, weight in zip(named.slots, SLOT_WEIGHTS, strict=True)
    ]


def slots_of(spec: DesignSpec, named: Palette | None) -> list[str]:
    """Return six colours in slot order: background, four accents, dark."""
    if named is not None:
        return list(named.slots)
    colors = [(color.hex, color.weight) for color in spec.palette.colors or []]
    return [code.upper() for code in slots_from_colors(colors)]


def group_key(render: Render) -> str:
    """Return the key that renders of one forward pass share: all but prompt, seed and colours.

    A single adapter does not part them: each row wears its own (`engine/adapters.py`).
    """
    shared = [
        render.checkpoint_id,
        render.width_px,
        render.height_px,
        render.steps,
        render.guidance,
        render.scheduler,
        render.lane,
        render.adapters if len(render.adapters) > 1 else [],
    ]
    return hashlib.sha256(json.dumps(shared, sort_keys=True).encode()).hexdigest()[:32]
