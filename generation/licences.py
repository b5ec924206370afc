"""What may be sold, by the licences of everything that takes part in a picture.

A chain is a checkpoint, what it is made of, the adapters, the works that a style embedding was
made of, and the terms of whoever renders. It is as free as its least free part: a picture may be
sold if every part allows it. The core is pure and works on `Part`; `parts_of` reads the rows.

A licence that is known decides by itself. One that is not known is not sellable until a person has
read it and has recorded the permission (`allows_commercial_use`); one that is known to forbid sale
is refused whatever was recorded. Not legal advice: the table (`licence_table.py`) says what
the licences' own texts say.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from generation.licence_table import Freedom, freedom_of
from generation.models import Adapter, Checkpoint, Provider, Render, StyleEmbedding, StyleVersion


@dataclass(frozen=True, slots=True)
class Part:
    """Something in a chain that has terms of its own.

    Attributes:
        role: what it is in the chain, for example `text encoder`.
        name: by which a person knows it.
        licence: its name; empty where none is recorded.
        is_allowed: whether a person recorded that its licence allows sale.
    """

    role: str
    name: str
    licence: str
    is_allowed: bool

    @property
    def freedom(self) -> Freedom:
        """How free it is; a recorded permission makes up for an unknown licence."""
        freedom = freedom_of(self.licence)
        if freedom == Freedom.UNKNOWN and self.licence.strip() and self.is_allowed:
            return Freedom.CONDITIONAL
        return freedom

    @property
    def is_sellable(self) -> bool:
        """Whether what it takes part in may be sold."""
        return self.is_allowed and self.freedom >= Freedom.CONDITIONAL

    @property
    def objection(self) -> str:
        """Why it may not be sold, as a sentence; empty where it may."""
        if self.is_sellable:
            return ""
        subject = self.name if self.role == "checkpoint" else f"{self.name} ({self.role})"
        if not self.licence.strip():
            return f"{subject} has no recorded licence: record it, or choose another part."
        if self.freedom == Freedom.UNKNOWN:
            return (
                f"{subject} is licensed {self.licence}, which is not known here: read it and "
                "record whether it allows sale, or choose another part."
            )
        if self.freedom > Freedom.UNKNOWN:
            return (
                f"{subject} is licensed {self.licence}, and nobody has recorded that it may be "
                "sold: read the licence and record it, or choose another part."
            )
        return (
            f"{subject} is licensed {self.licence}, which does not allow sale: "
            "choose another style, or another part in its settings."
        )


def chain_freedom(parts: Iterable[Part]) -> Freedom:
    """Return how free a chain is: as its least free part."""
    return min((part.freedom for part in parts), default=Freedom.PERMISSIVE)


def chain_objections(parts: Iterable[Part]) -> list[str]:
    """Return why a chain may not be sold, each reason once; empty where it may."""
    return list(dict.fromkeys(part.objection for part in parts if part.objection))


# -- rows ------------------------------------------------------------------------------------


def objections(
    version: StyleVersion,
    provider: Provider | None = None,
    *,
    adapters: Sequence[Adapter] = (),
) -> list[str]:
    """Return why pictures of a style version may not be sold; empty where they may.

    Args:
        version: with its checkpoint; its adapters are read, prefetched ones without a query.
        provider: who renders, unless it is this factory.
        adapters: what a spec adds to the style's own, a ControlNet for one.
    """
    return chain_objections(parts_of(version, provider, adapters=adapters))


def parts_of(
    version: StyleVersion,
    provider: Provider | None = None,
    *,
    adapters: Sequence[Adapter] = (),
) -> list[Part]:
    """Return everything in a style version's chain that has terms of its own."""
    worn = [*(link.adapter for link in version.style_adapters.all()), *adapters]
    parts = [*checkpoint_parts(version.checkpoint), *map(adapter_part, worn)]
    if version.embedding is not None:
        parts += embedding_parts(version.embedding)
    if provider is not None:
        parts.append(provider_part(provider))
    return parts


def checkpoint_parts(checkpoint: Checkpoint) -> list[Part]:
    """Return a checkpoint and what it is made of."""
    whole = Part(
        "checkpoint", checkpoint.name, checkpoint.licence, checkpoint.allows_commercial_use
    )
    return [whole, *(_listed(entry, checkpoint) for entry in checkpoint.parts)]


def _listed(entry: dict[str, object], checkpoint: Checkpoint) -> Part:
    """Return a part that a checkpoint lists; what is left out of it counts as unknown."""
    role = str(entry.get("role") or "part")
    licence = str(entry.get("licence") or "")
    allowed = entry.get("allows_commercial_use", freedom_of(licence) >= Freedom.RESTRICTED)
    name = str(entry.get("name") or f"the {role}")
    return Part(f"{role} of {checkpoint.name}", name, licence, allowed is True)


def adapter_part(adapter: Adapter) -> Part:
    """Return an adapter as a part."""
    role = adapter.get_kind_display().partition(":")[0]
    return Part(role, str(adapter), adapter.licence, adapter.allows_commercial_use)


def embedding_parts(embedding: StyleEmbedding) -> list[Part]:
    """Return what made the works that a style embedding is the mean of."""
    ids = [work for work in map(_uuid, embedding.works) if work]
    found = Render.objects.filter(pk__in=ids).select_related("checkpoint")
    return list(dict.fromkeys(_source_parts(found, f"works of the style embedding {embedding}")))


def _source_parts(renders: Iterable[Render], origin: str) -> Iterator[Part]:
    worn: set[tuple[str, str]] = set()
    for render in renders:
        for part in checkpoint_parts(render.checkpoint):
            yield Part(f"{part.role}, {origin}", part.name, part.licence, part.is_allowed)
        worn |= {(entry["slug"], str(entry["version"])) for entry in render.adapters}
    for adapter in Adapter.objects.filter(slug__in={slug for slug, _version in worn}):
        if (adapter.slug, adapter.version) in worn:
            part = adapter_part(adapter)
            yield Part(f"{part.role}, {origin}", part.name, part.licence, part.is_allowed)


def provider_part(provider: Provider) -> Part:
    """Return a provider's terms as a part."""
    return Part("terms of the provider", provider.name, provider.terms,
                provider.allows_commercial_use)  # fmt: skip


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
