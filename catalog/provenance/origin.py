"""Where a work comes from, as plain facts: files, graph and bill of materials all tell these.

No person is named: a decision says whether a gate or a curator took it, and which.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from catalog.models import Artwork
from catalog.provenance.licence_facts import public_facts
from catalog.provenance.xmp import DIGITAL_SOURCE_TYPE, Said
from genart.lib.languages import in_english
from generation.models import Adapter


@dataclass(frozen=True, slots=True)
class Part:
    """A model that took part in making a picture.

    Attributes:
        role: `checkpoint` or `adapter`.
        sha256: of its weights; empty where none is recorded.
    """

    role: str
    slug: str
    name: str
    version: str
    sha256: str
    licence: str
    weight: float = 1.0
    data_statement: str = ""

    @property
    def reference(self) -> str:
        """Say what it is as an identifier."""
        return f"sha256:{self.sha256}" if self.sha256 else f"urn:genart:{self.role}:{self.slug}"


def parts_of(work: Artwork) -> list[Part]:
    """Return the models of a work: its checkpoint, then its adapters."""
    checkpoint = work.render.checkpoint
    parts = [
        Part(
            "checkpoint", checkpoint.slug, checkpoint.name, checkpoint.revision, checkpoint.sha256,
            checkpoint.licence, data_statement=checkpoint.data_statement,
        )
    ]  # fmt: skip
    for entry in work.render.adapters:
        adapter = Adapter.objects.filter(
            slug=entry["slug"], version=str(entry.get("version", "1"))
        ).first()
        if adapter is not None:
            parts.append(
                Part("adapter", adapter.slug, adapter.name, adapter.version, adapter.sha256,
                     adapter.licence, weight=float(entry.get("weight", 1.0)))
            )  # fmt: skip
    return parts


@in_english
def origin_of(work: Artwork) -> dict[str, Any]:
    """Return how a work was made and who let it in."""
    render = work.render
    return {
        "artwork": str(work.pk),
        "page": settings.SITE_URL + work.get_absolute_url(),
        "render": str(render.pk),
        "spec_sha256": render.job.spec_hash,
        "original_sha256": work.sha256,
        "seed": str(render.seed),  # 64 bits: more than a JSON number holds everywhere
        "steps": render.steps,
        "guidance": str(render.guidance),
        "scheduler": render.scheduler,
        "finish": render.finish,
        "style": f"{work.style_slug}@{render.style_version.number}",
        "models": [
            {"role": part.role, "name": part.name, "version": part.version,
             "sha256": part.sha256, "licence": part.licence, "weight": str(part.weight)}
            for part in parts_of(work)
        ],
        "fingerprint": {name: str(value) for name, value in sorted(render.fingerprint.items())},
        "decision": {"number": work.decision_id, "by": judge_of(work)},
        "digital_source_type": DIGITAL_SOURCE_TYPE,
    }  # fmt: skip


def judge_of(work: Artwork) -> str:
    """Say who let a work in: the gate by name, a person only as a curator."""
    kind, _colon, name = work.decided_by.partition(":")
    return f"gate:{name}" if kind == "gate" else "curator"


@in_english
def said_of(work: Artwork, licence: dict[str, Any] | None = None) -> Said:
    """Return what a file of this work says of itself, under one licence or the public one."""
    render, checkpoint = work.render, work.render.checkpoint
    version = checkpoint.revision or (f"sha256:{checkpoint.sha256}" if checkpoint.sha256 else "")
    return Said(
        title=work.title,
        description=work.description,
        alt_text=work.alt_text,
        keywords=tuple(work.tags),
        identifier=settings.SITE_URL + work.get_absolute_url(),
        credit=settings.SITE_NAME,
        system=checkpoint.name,
        system_version=version,
        prompt=render.prompt,
        prompt_writer=settings.SITE_NAME,
        created_at=(render.finished_at or render.created_at).isoformat(timespec="seconds"),
        licence=public_facts() if licence is None else licence,
    )
