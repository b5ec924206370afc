"""Which adapter follows a control image or a reference, and both as the engine takes them.

Torch-free. A ControlNet says in its trigger words which kinds of control image it reads, for
example `canny`. The adapter is pinned when a spec is compiled (`pin`), so that a render can be made
again after another version was registered.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from generation.engine.errors import EngineError
from generation.engine.types import AdapterRef, ControlRef, ReferenceRef
from generation.lines import adapters_fitting, fits
from generation.models import Adapter, Checkpoint, ControlImage, Render, StyleEmbedding
from generation.originals import read

Kind = Adapter.Kind


def followable(checkpoint: Checkpoint) -> dict[str, list[str]]:
    """Return what a checkpoint's own adapters can follow: kinds of `controls` and `references`."""
    adapters = list(_adapters_of([checkpoint]))
    nets = [adapter for adapter in adapters if adapter.kind == Kind.CONTROLNET]
    controls = [word for net in nets for word in net.trigger_words.split()]
    looks = any(adapter.kind == Kind.IP_ADAPTER for adapter in adapters)
    return {
        "controls": list(dict.fromkeys(controls)),
        "references": ["embedding", "image"] if looks else [],
    }


def pin(renders: Iterable[Render]) -> None:
    """Write into unsaved renders which adapter follows their pictures, where there is one here."""
    following = [render for render in renders if render.control or render.reference]
    if not following:
        return
    adapters = list(_adapters_of({render.checkpoint for render in following}))
    for render in following:
        own = [adapter for adapter in adapters if fits(adapter, render.checkpoint)]
        for guide, follows in (
            (render.control, _reads(render.control.get("kind", ""))),
            (render.reference, lambda adapter: adapter.kind == Kind.IP_ADAPTER),
        ):
            found = next((adapter for adapter in own if follows(adapter)), None)
            if guide and found:
                guide["adapter"] = f"{found.slug}@{found.version}"


def _reads(kind: str) -> Any:
    """Return whether an adapter is a ControlNet for a kind of control image."""
    return lambda adapter: adapter.kind == Kind.CONTROLNET and kind in adapter.trigger_words.split()


def _adapters_of(checkpoints: Iterable[Checkpoint]) -> Any:
    """Return the adapters that follow pictures, the newest first."""
    return (
        adapters_fitting(checkpoints)
        .filter(kind__in=[Kind.CONTROLNET, Kind.IP_ADAPTER], is_active=True)
        .order_by("-pk")
    )


class Guides:
    """What the renders of one pass follow, read in a query for each kind of row."""

    def __init__(self, renders: Sequence[Render]) -> None:
        parts = [part for render in renders for part in (render.control, render.reference) if part]
        self.images = _images({part["image"] for part in parts if "image" in part})
        self.adapters = _named(Adapter, {part.get("adapter", "") for part in parts})
        names = {part["embedding"] for part in parts if "embedding" in part}
        self.embeddings: dict[str, StyleEmbedding] = _named(StyleEmbedding, names)

    def control(self, render: Render) -> ControlRef | None:
        """Return a render's control image for the engine.

        Raises:
            EngineError: the picture or the ControlNet is gone.
        """
        asked = render.control
        if not asked:
            return None
        return ControlRef(
            kind=asked["kind"],
            image=self._picture(asked["image"]),
            sha256=asked["image"],
            adapter=self._adapter(render, asked, f"control images of the kind {asked['kind']}"),
            strength=float(asked.get("strength", 1)),
        )

    def reference(self, render: Render) -> ReferenceRef | None:
        """Return a render's reference for the engine.

        Raises:
            EngineError: the picture, embedding or IP-Adapter is gone, or they do not fit.
        """
        asked = render.reference
        if not asked:
            return None
        adapter = self._adapter(render, asked, "references")
        strength = float(asked.get("strength", 1))
        if "image" in asked:
            picture = self._picture(asked["image"])
            return ReferenceRef(adapter, asked["image"], image=picture, strength=strength)
        name = asked["embedding"]
        embedding = self.embeddings.get(name)
        if embedding is None:
            raise EngineError(f"There is no style embedding {name} any more.")
        if embedding.encoder != f"{adapter.slug}@{adapter.version}":
            raise EngineError(
                f"The style embedding {name} was made by {embedding.encoder}, and {adapter.slug}@"
                f"{adapter.version} reads only its own: make it anew with this adapter."
            )
        vector = tuple(float(value) for value in embedding.vector)
        return ReferenceRef(adapter, name, vector=vector, strength=strength)

    def _picture(self, digest: str) -> bytes:
        row = self.images.get(digest)
        try:
            return read(row.file) if row else _gone(digest)
        except OSError:
            return _gone(digest)

    def _adapter(self, render: Render, asked: Mapping[str, Any], what: str) -> AdapterRef:
        found = self.adapters.get(asked.get("adapter", ""))
        if found is None:
            raise EngineError(f"{render.checkpoint.name} has no adapter here for {what}.")
        return adapter_ref(found)


def adapter_ref(adapter: Adapter, weight: float = 1.0) -> AdapterRef:
    """Return an adapter for the engine."""
    return AdapterRef(
        slug=adapter.slug,
        version=adapter.version,
        kind=adapter.kind,
        location=adapter.location,
        sha256=adapter.sha256,
        weight=weight,
        trigger_words=adapter.trigger_words,
    )


def _gone(digest: str) -> bytes:
    raise EngineError(f"The picture {digest[:12]}… is gone: upload it again.")


def _images(digests: set[str]) -> dict[str, ControlImage]:
    rows = ControlImage.objects.filter(sha256__in=digests) if digests else []
    return {row.sha256: row for row in rows}


def _named(model: Any, names: set[str]) -> dict[str, Any]:
    """Return rows by `slug@version`, in one query or none."""
    wanted = Q()
    for name in filter(None, names):
        slug, _at, version = name.partition("@")
        wanted |= Q(slug=slug, version=version)
    rows = model.objects.filter(wanted) if wanted else []
    return {f"{row.slug}@{row.version}": row for row in rows}
