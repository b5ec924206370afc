"""Bills of materials in CycloneDX 1.6: which models made a work, and all models of the house.

Hashes, licences and training data as they are recorded; what is not recorded is left out.
"""

import re
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone

from catalog.models import Artwork
from catalog.provenance.origin import Part, parts_of
from genart.lib.languages import in_english
from generation.models import Adapter, Checkpoint

SPDX = {"apache-2.0": "Apache-2.0", "mit": "MIT", "cc0-1.0": "CC0-1.0", "cc-by-4.0": "CC-BY-4.0",
        "openrail": "", "bsd-3-clause": "BSD-3-Clause"}  # fmt: skip
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


@in_english
def work_bom(work: Artwork) -> dict[str, Any]:
    """Return the bill of one work: the picture, and the models that it was made with."""
    parts = parts_of(work)
    picture = {
        "type": "file",
        "bom-ref": str(work.pk),
        "name": work.title,
        "version": work.sha256[:12],
        "mime-type": "image/png",
        "hashes": [{"alg": "SHA-256", "content": work.sha256}],
        "externalReferences": [
            {"type": "website", "url": settings.SITE_URL + work.get_absolute_url()}
        ],
    }
    return _bom(str(work.pk), picture, parts)


def house_bom() -> dict[str, Any]:
    """Return the bill of every active model, and of the scoring CLIP."""
    parts = [
        Part("checkpoint", row.slug, row.name, row.revision, row.sha256, row.licence,
             data_statement=row.data_statement)
        for row in Checkpoint.objects.filter(is_active=True)
    ]  # fmt: skip
    parts += [
        Part("adapter", row.slug, row.name, row.version, row.sha256, row.licence)
        for row in Adapter.objects.filter(is_active=True)
    ]
    factory = {
        "type": "application", "bom-ref": "factory", "name": settings.SITE_NAME, "version": "1",
    }  # fmt: skip
    return _bom("factory", factory, parts)


def _bom(ref: str, subject: dict[str, Any], parts: list[Part]) -> dict[str, Any]:
    files = [file for part in parts if part.role == "checkpoint" for file in _files(part)]
    models = [_model(part) for part in parts]
    data = [entry for part in parts if part.data_statement for entry in [_data(part)]]
    dependencies = [{"ref": ref, "dependsOn": [_ref(part) for part in parts]}]
    for part in parts:
        below = [file["bom-ref"] for file in _files(part)] if part.role == "checkpoint" else []
        below += [f"data:{part.slug}"] if part.data_statement else []
        dependencies.append({"ref": _ref(part), "dependsOn": below})
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, settings.SITE_URL + ref)}",
        "version": 1,
        "metadata": {"timestamp": timezone.now().isoformat(timespec="seconds"),
                     "component": subject},
        "components": _once([*models, *files, *data]),
        "dependencies": dependencies,
    }  # fmt: skip


def _model(part: Part) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "machine-learning-model",
        "bom-ref": _ref(part),
        "name": part.name,
        "version": part.version or "1",
        "modelCard": _card(part),
    }
    return component | _hashes(part.sha256) | _licences(part.licence)


def _card(part: Part) -> dict[str, Any]:
    datasets = [{"ref": f"data:{part.slug}"}] if part.data_statement else []
    task = "text-to-image" if part.role == "checkpoint" else "adaptation of a text-to-image model"
    parameters: dict[str, Any] = {
        "task": task,
        "inputs": [{"format": "string"}],
        "outputs": [{"format": "image"}],
    }
    return {"modelParameters": parameters | ({"datasets": datasets} if datasets else {})}


def _data(part: Part) -> dict[str, Any]:
    """Return the training data of a model as its statement describes them."""
    return {
        "type": "data",
        "bom-ref": f"data:{part.slug}",
        "name": f"Training data of {part.name}",
        "data": [
            {"type": "dataset", "name": part.slug, "description": part.data_statement},
        ],
    }


def _files(part: Part) -> list[dict[str, Any]]:
    """Return what a checkpoint is made of, as its record says: encoder, denoiser, autoencoder."""
    checkpoint = Checkpoint.objects.filter(slug=part.slug).first()
    listed = checkpoint.parts if checkpoint else []
    return [
        {
            "type": "file",
            "bom-ref": f"file:{part.slug}:{entry['role']}",
            "name": f"{entry['role']}: {entry.get('name') or part.name}",
        }
        | _hashes(str(entry.get("sha256", "")))
        | _licences(str(entry.get("licence", "")))
        for entry in sorted(listed, key=lambda entry: str(entry.get("role", "")))
        if entry.get("role")
    ]


def _ref(part: Part) -> str:
    return f"{part.role}:{part.slug}:{part.version or '1'}"


def _hashes(sha256: str) -> dict[str, Any]:
    if not _SHA256.match(sha256):
        return {}
    return {"hashes": [{"alg": "SHA-256", "content": sha256}]}


def _licences(name: str) -> dict[str, Any]:
    if not name:
        return {}
    spdx = SPDX.get(name.lower(), "")
    return {"licenses": [{"license": {"id": spdx} if spdx else {"name": name}}]}


def _once(components: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({component["bom-ref"]: component for component in components}.values())
