"""What we claim in C2PA: how the picture was made, from what, under which terms.

Three kinds of file. The master is the original with metadata: created by a model. A delivery is
made of the master, which comes along whole. A preview names the original by its hash alone: its
manifest has 3 kB; with the master's it would have 8, a third of a small preview.
"""

from typing import Any

from django.conf import settings

from catalog.models import Artwork
from catalog.provenance.origin import Part, origin_of, parts_of
from catalog.provenance.xmp import DIGITAL_SOURCE_TYPE
from genart.lib.languages import in_english
from generation.upscale.printing import MADE_BY

ORIGIN, LICENCE = "org.genart.origin", "org.genart.licence"
_TRAINING = {
    "cawg.ai_generative_training": {"use": "notAllowed"},
    "cawg.ai_training": {"use": "notAllowed"},
    "cawg.data_mining": {"use": "allowed"},
}


def master_manifest(work: Artwork, licence: dict[str, Any]) -> dict[str, Any]:
    """Return the claim of an original: spec and models as its ingredients."""
    parts = parts_of(work)
    inputs = [_spec_ingredient(work)]
    inputs += [_model_ingredient(part, place) for place, part in enumerate(parts)]
    created = {
        "action": "c2pa.created",
        "digitalSourceType": DIGITAL_SOURCE_TYPE,
        "softwareAgent": {"name": parts[0].name, "version": parts[0].version or "1"},
        "when": (work.render.finished_at or work.published_at).isoformat(timespec="seconds"),
        "parameters": {"ingredientIds": [entry["label"] for entry in inputs]},
    }
    actions = [created]
    if work.render.finish:
        grain = f"Finish of the surface: {work.render.finish}"
        actions.append({"action": "c2pa.filtered", "description": grain})
    actions.append({"action": "c2pa.published", "description": _decision(work)})
    return _manifest(work, actions, licence, ingredients=inputs) | {"format": "image/png"}


def delivery_manifest(work: Artwork, licence: dict[str, Any], *, marked: bool) -> dict[str, Any]:
    """Return the claim of a buyer's file: the master, and what was added for the buyer."""
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["original"]}}
    actions: list[dict[str, Any]] = [opened]
    if marked:
        actions.append({"action": "c2pa.watermarked.unbound", "description": "Invisible number"})
    licensed = f"Licence written into the file: {licence['name']}, version {licence['version']}"
    actions.append({"action": "c2pa.edited.metadata", "description": licensed})
    return _manifest(work, actions, licence) | {"format": "image/png"}


def enlarged_manifest(work: Artwork, licence: dict[str, Any], *, width_px: int) -> dict[str, Any]:
    """Return the claim of a buyer's print file: the buyer's original, and that it was enlarged."""
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["original"]}}
    resized = {
        "action": "c2pa.resized",
        "softwareAgent": {"name": MADE_BY},
        "description": f"Enlarged for print from {work.width_px} to {width_px} pixels of width",
    }
    return _manifest(work, [opened, resized], licence) | {"format": "image/png"}


@in_english
def preview_manifest(
    work: Artwork, licence: dict[str, Any], *, mime_type: str, width_px: int
) -> dict[str, Any]:
    """Return the claim of a preview or an export: made of the original by size and format."""
    parent = {
        "title": "original",
        "format": "image/png",
        "instance_id": f"sha256:{work.sha256}",
        "relationship": "parentOf",
        "label": "original",
    }
    actions: list[dict[str, Any]] = [
        {
            "action": "c2pa.opened",
            "digitalSourceType": DIGITAL_SOURCE_TYPE,
            "softwareAgent": {"name": work.render.checkpoint.name},
            "parameters": {"ingredientIds": ["original"]},
        }
    ]
    if work.mark is not None:
        actions.append({"action": "c2pa.watermarked.unbound"})
    if width_px != work.width_px:
        actions.append({"action": "c2pa.resized"})
    actions.append({"action": "c2pa.transcoded"})
    short = {"artwork": str(work.pk), "page": settings.SITE_URL + work.get_absolute_url()}
    return _manifest(work, actions, licence, ingredients=[parent], origin=short) | {
        "format": mime_type
    }


def _manifest(
    work: Artwork,
    actions: list[dict[str, Any]],
    licence: dict[str, Any],
    *,
    ingredients: list[dict[str, Any]] | None = None,
    origin: dict[str, Any] | None = None,
) -> dict[str, Any]:
    assertions: list[dict[str, Any]] = [
        {"label": "c2pa.actions.v2", "data": {"actions": actions}},
        {"label": ORIGIN, "data": origin or origin_of(work)},
        {"label": "cawg.training-mining", "data": {"entries": _TRAINING}},
    ]
    if licence:
        assertions.append({"label": LICENCE, "data": _licence_claim(licence)})
    manifest: dict[str, Any] = {
        "claim_generator_info": [{"name": settings.SITE_NAME, "version": "1"}],
        "title": work.title,
        "assertions": assertions,
    }
    return manifest | ({"ingredients": ingredients} if ingredients else {})


def _licence_claim(licence: dict[str, Any]) -> dict[str, Any]:
    """Return the terms as schema.org says them, and the facts by which ours is checked."""
    return {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "license": licence["url"],
        "usageInfo": licence["statement"],
        "copyrightNotice": licence["rights"],
        "publisher": {"name": licence["licensor_name"], "url": licence["licensor_url"]},
    } | {name: licence[name] for name in ("name", "version", "terms_sha256", "serial")}


def _spec_ingredient(work: Artwork) -> dict[str, Any]:
    return {
        "title": "design spec",
        "format": "application/json",
        "instance_id": f"sha256:{work.render.job.spec_hash}",
        "relationship": "inputTo",
        "label": "spec",
    }


def _model_ingredient(part: Part, place: int) -> dict[str, Any]:
    return {
        "title": f"{part.role}: {part.name} {part.version}".strip(),
        "format": "application/octet-stream",
        "instance_id": part.reference,
        "relationship": "inputTo",
        "label": f"model{place}",
        "data_types": [{"type": "c2pa.types.model"}],
    }


def _decision(work: Artwork) -> str:
    judge = "a curator" if work.decided_by.startswith("user:") else work.decided_by[:80]
    return f"Let in by {judge}, decision {work.decision_id}"
