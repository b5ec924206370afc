"""The provenance graph of a work as W3C PROV-JSON: made by what, from what, let in by whom.

Shapes follow the W3C member submission "The PROV-JSON Serialization". People appear as roles alone.
"""

from typing import Any

from django.conf import settings

from catalog.models import Artwork, SignedFile
from catalog.provenance.origin import Part, judge_of, parts_of
from catalog.provenance.xmp import DIGITAL_SOURCE_TYPE
from genart.lib.languages import in_english


def provenance_graph(work: Artwork) -> dict[str, Any]:
    """Return the graph of one work, ready for JSON."""
    parts = parts_of(work)
    files = list(work.signed_files.exclude(kind=SignedFile.Kind.DELIVERY))
    return {
        "prefix": {
            "prov": "http://www.w3.org/ns/prov#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
            "dcterms": "http://purl.org/dc/terms/",
            "genart": f"{settings.SITE_URL}/ns/provenance#",
        },
        "entity": _entities(work, parts, files),
        "activity": _activities(work),
        "agent": _agents(work),
        **_relations(work, parts, files),
    }


@in_english
def _entities(work: Artwork, parts: list[Part], files: list[SignedFile]) -> dict[str, Any]:
    render = work.render
    entities: dict[str, Any] = {
        "genart:spec": {
            "prov:type": "design spec", "genart:sha256": render.job.spec_hash,
        },
        "genart:original": {
            "prov:type": "image/png",
            "prov:label": work.title,
            "genart:sha256": work.sha256,
            "genart:width": work.width_px,
            "genart:height": work.height_px,
            "genart:digitalSourceType": DIGITAL_SOURCE_TYPE,
        },
        "genart:listing": {
            "prov:type": "listing",
            "prov:label": work.title,
            "prov:location": settings.SITE_URL + work.get_absolute_url(),
        },
    }  # fmt: skip
    for part in parts:
        entities[_model(part)] = {
            "prov:type": part.role,
            "prov:label": f"{part.name} {part.version}".strip(),
            "genart:sha256": part.sha256,
            "dcterms:license": part.licence,
        }
    for file in files:
        entities[_file(file)] = {
            "prov:type": file.get_kind_display(),
            "genart:sha256": file.sha256,
            "genart:manifest": file.manifest_label,
            "genart:signer": file.signer,
        }
    return entities


def _activities(work: Artwork) -> dict[str, Any]:
    render = work.render
    rendering: dict[str, Any] = {
        "prov:label": "rendering",
        "genart:seed": str(render.seed),
        "genart:steps": render.steps,
        "genart:guidance": render.guidance,
        "genart:prompt": render.prompt,
        "genart:fingerprint": {"$": _flat(render.fingerprint), "type": "xsd:string"},
    }
    if render.started_at:
        rendering["prov:startTime"] = render.started_at.isoformat()
    if render.finished_at:
        rendering["prov:endTime"] = render.finished_at.isoformat()
    return {
        "genart:rendering": rendering,
        "genart:judgement": {
            "prov:label": "judgement", "genart:decision": str(work.decision_id),
        },
        "genart:publication": {
            "prov:label": "publication", "prov:endTime": work.published_at.isoformat(),
        },
        "genart:signing": {"prov:label": "metadata, invisible number where it holds, signature"},
    }  # fmt: skip


def _agents(work: Artwork) -> dict[str, Any]:
    judge = judge_of(work)
    kind = "prov:Person" if judge == "curator" else "prov:SoftwareAgent"
    return {
        "genart:shop": {"prov:type": "prov:Organization", "prov:label": settings.SITE_NAME},
        "genart:engine": {
            "prov:type": "prov:SoftwareAgent",
            "prov:label": str(work.render.fingerprint.get("device", "rendering engine")),
        },
        "genart:judge": {"prov:type": kind, "prov:label": judge},
    }


def _relations(work: Artwork, parts: list[Part], files: list[SignedFile]) -> dict[str, Any]:
    used = ["genart:spec", *(_model(part) for part in parts)]
    return {
        "used": _numbered("u", [
            *({"prov:activity": "genart:rendering", "prov:entity": entity} for entity in used),
            {"prov:activity": "genart:judgement", "prov:entity": "genart:original"},
            {"prov:activity": "genart:signing", "prov:entity": "genart:original"},
        ]),
        "wasGeneratedBy": _numbered("g", [
            {"prov:entity": "genart:original", "prov:activity": "genart:rendering"},
            {"prov:entity": "genart:listing", "prov:activity": "genart:publication"},
            *({"prov:entity": _file(file), "prov:activity": "genart:signing"} for file in files),
        ]),
        "wasDerivedFrom": _numbered("d", [
            {"prov:generatedEntity": "genart:original", "prov:usedEntity": "genart:spec"},
            *({"prov:generatedEntity": _file(file), "prov:usedEntity": "genart:original"}
              for file in files),
        ]),
        "wasInformedBy": _numbered("i", [
            {"prov:informed": "genart:publication", "prov:informant": "genart:judgement"},
        ]),
        "wasAssociatedWith": _numbered("a", [
            {"prov:activity": "genart:rendering", "prov:agent": "genart:engine"},
            {"prov:activity": "genart:judgement", "prov:agent": "genart:judge"},
            {"prov:activity": "genart:publication", "prov:agent": "genart:shop"},
            {"prov:activity": "genart:signing", "prov:agent": "genart:shop"},
        ]),
    }  # fmt: skip


def _numbered(letter: str, relations: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {f"_:{letter}{place}": relation for place, relation in enumerate(relations, start=1)}


def _model(part: Part) -> str:
    return f"genart:{part.role}-{part.slug}"


def _file(file: SignedFile) -> str:
    return f"genart:file-{file.pk}"


def _flat(fingerprint: dict[str, Any]) -> str:
    return "; ".join(f"{name}={value}" for name, value in sorted(fingerprint.items()))
