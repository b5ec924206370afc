"""Turns the plans of a spec into renders, or says where the spec asks for what cannot be done.

Reads the catalogue of styles, checkpoints, palettes and pictures; writes nothing. Called by
`generation/services/jobs.py` and, before anything is asked for, by `generation/outlook.py`.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from generation import guides
from generation.catalogue import Catalogue
from generation.dialects import Prompt, prompt_of
from generation.models import Palette, Render, StyleEmbedding, StyleVersion, Tier
from generation.palettes import slots_from_colors
from generation.spec import DesignSpec, as_json
from generation.spec_errors import refusal
from generation.spec_faults import faults, layouts_of, prompt_faults
from generation.spec_warnings import Warned, picture_warnings, series_warnings, told
from generation.sweeps import Plan

__all__ = ["Compiled", "compile_plans", "compile_renders", "group_key", "layouts_of", "tier_of"]

SLOT_WEIGHTS = (0.35, 0.15, 0.15, 0.12, 0.11, 0.12)
"""Shares of a named palette: background, four accents, dark. A spec's colours bring their own."""
MOST_WARNINGS = 12
NOT_SEEN = ("job_id", "id", "index", "layout", "density", "palette_name", "palette", "mood",
            "subject", "created_at", "style_version_id", "group_key")  # fmt: skip
"""Fields of a render that its first picture does not depend on: the prompt holds what does."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A spec as renders that are not yet rows.

    Attributes:
        renders: without their job, each picture once.
        duplicates: plans that were dropped, since they would have given the same picture.
        warnings: what works but is hardly meant so, `{"loc": [...], "msg": sentence}`.
    """

    renders: list[Render]
    duplicates: int = 0
    warnings: list[dict[str, Any]] = field(default_factory=list)


def compile_renders(
    plans: list[Plan], *, lane: str, catalogue: Catalogue | None = None
) -> list[Render]:
    """Return the unsaved renders of a spec's plans, without their job, each picture once.

    Args:
        plans: of one spec.
        lane: how they are rendered.
        catalogue: what their names mean; read from the database where it is left out.

    Raises:
        InvalidInput: with `details`, each fault once, at the value that causes it.
    """
    return _distinct(_compiled(plans, catalogue or Catalogue(plans), lane))


def compile_plans(
    spec: DesignSpec, plans: list[Plan], *, lane: str, catalogue: Catalogue | None = None
) -> Compiled:
    """Return the renders of a spec with what was dropped and what is odd.

    Args:
        spec: what is asked for.
        plans: its pictures.
        lane: how they are rendered.
        catalogue: what was read before; left out, it is read now.

    Raises:
        InvalidInput: as `compile_renders`.
    """
    catalogue = catalogue or Catalogue(plans)
    renders = _distinct(_compiled(plans, catalogue, lane))
    duplicates = len(plans) - len(renders)
    return Compiled(renders, duplicates, _warnings(spec, plans, catalogue, duplicates))


def tier_of(spec: DesignSpec, renders: list[Render]) -> str:
    """Return the job's tier: the one asked for, or premium as soon as one style is."""
    if spec.tier:
        return spec.tier
    tiers = {render.style_version.style.tier for render in renders}
    return Tier.PREMIUM if Tier.PREMIUM in tiers else Tier.COMMODITY


def _compiled(plans: list[Plan], catalogue: Catalogue, lane: str) -> list[Render]:
    """Return a render for each plan."""
    found: dict[tuple[Any, ...], str] = {}
    renders = []
    for plan in plans:
        wrong = list(faults(plan.spec, catalogue))
        version = catalogue.version(plan.spec.style)
        if not wrong and version is not None:
            prompt = _prompt(plan, version, catalogue)
            wrong = list(prompt_faults(prompt, version.checkpoint))
            renders.append(_render(plan, version, catalogue, prompt))
        for path, message in wrong:
            found.setdefault(_place(plan, path), message)
    if found:
        raise refusal([{"loc": list(loc), "msg": message} for loc, message in found.items()])
    guides.pin(renders)
    for render in renders:
        render.lane = lane
        render.group_key = group_key(render)
    return renders


def _place(plan: Plan, path: str) -> tuple[Any, ...]:
    """Return where a plan's value was written: in its axis if it varies, else in its field."""
    for axis, choice in plan.choices.items():
        if path == axis or axis.startswith(f"{path}."):
            return ("vary", axis, choice)
        if path.startswith(f"{axis}."):
            return ("vary", axis, choice, *path.removeprefix(f"{axis}.").split("."))
    return tuple(path.split("."))


def _warnings(
    spec: DesignSpec, plans: list[Plan], catalogue: Catalogue, duplicates: int
) -> list[dict[str, Any]]:
    """Return each warning once, those of the whole series first."""
    found: list[tuple[tuple[Any, ...], Warned]] = [
        (tuple(warned.path.split(".", 1)), warned)
        for warned in series_warnings(spec, plans, duplicates)
    ]
    for plan in plans:
        for warned in picture_warnings(plan.spec, catalogue):
            found.append((_place(plan, warned.path), warned))
    return told(found)[:MOST_WARNINGS]


def _distinct(renders: list[Render]) -> list[Render]:
    """Return the first render of each picture, numbered anew."""
    kept: dict[str, Render] = {}
    for render in renders:
        kept.setdefault(_picture_key(render), render)
    for index, render in enumerate(kept.values()):
        render.index = index
    return list(kept.values())


def _picture_key(render: Render) -> str:
    """Return what two renders of the same picture share."""
    seen = {
        column.attname: getattr(render, column.attname)
        for column in Render._meta.concrete_fields
        if column.attname not in NOT_SEEN
    }
    return json.dumps(seen, sort_keys=True, default=str)


def _prompt(plan: Plan, version: StyleVersion, catalogue: Catalogue) -> Prompt:
    """Return what is said of one picture, its colours in order of their shares."""
    named = catalogue.palettes.get(plan.spec.palette.name or "")
    shares = sorted(palette_shares(plan.spec, named), key=lambda share: -share["weight"])
    colors = [share["hex"] for share in shares]
    return prompt_of(plan.spec, version, named.name if named else "", colors)


def _render(plan: Plan, version: StyleVersion, catalogue: Catalogue, prompt: Prompt) -> Render:
    """Return one unsaved render, without its lane."""
    spec = plan.spec
    named = catalogue.palettes.get(spec.palette.name or "")
    return Render(
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
        control=as_json(spec.control) or {},
        reference=reference_of(spec, version, catalogue),
    )


def reference_of(spec: DesignSpec, version: StyleVersion, catalogue: Catalogue) -> dict[str, Any]:
    """Return the look that a picture follows: the spec's, else the style's own, if any."""
    if spec.reference:
        return spec.reference.model_dump(mode="json", exclude_none=True)
    own = version.embedding
    is_followed = own is not None and own.kind == StyleEmbedding.Kind.IP_ADAPTER
    if own is None or not is_followed:
        return {}
    if "embedding" not in catalogue.can(version.checkpoint)["references"]:
        return {}
    name = f"{own.slug}@{own.version}"
    return {"embedding": name, "strength": version.embedding_weight}


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

    A single adapter does not part them: each row wears its own (`engine/adapters.py`). Pictures to
    follow do not either, where their kind and strength are one.
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
    if render.control or render.reference:
        shared.append(_followed(render))
    return hashlib.sha256(json.dumps(shared, sort_keys=True).encode()).hexdigest()[:32]


def _followed(render: Render) -> list[Any]:
    """Return how pictures are followed, not which."""
    reference = render.reference
    kind = "embedding" if "embedding" in reference else "image" if reference else ""
    return [
        render.control.get("adapter", ""),
        reference.get("adapter", ""),
        render.control.get("kind", ""),
        render.control.get("strength", 0),
        kind,
        reference.get("strength", 0),
    ]
