"""What the plans of one spec name, read from the database in a handful of queries."""

from collections.abc import Iterable
from typing import Any

from generation.guides import followable
from generation.licences import objections
from generation.lines import adapters_fitting
from generation.models import (
    Adapter,
    Checkpoint,
    ControlImage,
    Offer,
    Palette,
    Style,
    StyleEmbedding,
    StyleVersion,
)
from generation.sweeps import Plan

DEFAULT_CAPABILITIES = {"min_px": 256, "max_px": 1024, "multiple_px": 8}
ADAPTER_OF = {"control": Adapter.Kind.CONTROLNET, "reference": Adapter.Kind.IP_ADAPTER}
"""What makes a checkpoint follow a picture."""


class Catalogue:
    """The styles, palettes, pictures and offers that the plans of one spec name."""

    def __init__(self, plans: Iterable[Plan]) -> None:
        specs = [plan.spec for plan in plans]
        styles = Style.objects.select_related(
            "current_version__checkpoint", "current_version__embedding"
        ).prefetch_related("current_version__palettes", "current_version__style_adapters__adapter")
        slugs = {spec.style for spec in specs}
        self.styles = {row.slug: row for row in styles.filter(slug__in=slugs, is_active=True)}
        named = {spec.palette.name for spec in specs if spec.palette.name}
        self.palettes = {row.slug: row for row in Palette.objects.filter(slug__in=named)}
        self.images = _images(
            {part.image for spec in specs for part in (spec.control, spec.reference) if part}
        )
        self.embeddings = _embeddings(
            {spec.reference.embedding for spec in specs if spec.reference}
        )
        self._offers: dict[int, list[Offer]] = {}
        self._guides: dict[int, dict[str, list[str]]] = {}
        self._objections: dict[tuple[int, tuple[str, ...]], list[str]] = {}

    def version(self, slug: str) -> StyleVersion | None:
        """Return the version of a style that is used now; it knows its style."""
        style = self.styles.get(slug)
        if style is None or style.current_version is None:
            return None
        style.current_version.style = style
        return style.current_version

    def offers(self, checkpoint: Checkpoint) -> list[Offer]:
        """Return who else renders a checkpoint, the cheapest first."""
        if checkpoint.pk not in self._offers:
            active = checkpoint.offers.filter(is_active=True, provider__is_active=True)
            found = active.select_related("provider").order_by("price_cents", "pk")
            self._offers[checkpoint.pk] = list(found)
        return self._offers[checkpoint.pk]

    def can(self, checkpoint: Checkpoint) -> dict[str, Any]:
        """Return what a checkpoint can do, here or where it is offered."""
        can: dict[str, Any] = DEFAULT_CAPABILITIES | checkpoint.capabilities
        for kind in ("controls", "references"):
            able = [checkpoint.capabilities, *(o.capabilities for o in self.offers(checkpoint))]
            known = [name for place in able for name in place.get(kind) or []]
            can[kind] = list(dict.fromkeys(known + self._followable(checkpoint)[kind]))
        return can

    def _followable(self, checkpoint: Checkpoint) -> dict[str, list[str]]:
        """Return which pictures a checkpoint follows through adapters of this factory."""
        if checkpoint.pk not in self._guides:
            self._guides[checkpoint.pk] = followable(checkpoint)
        return self._guides[checkpoint.pk]

    def objections(self, version: StyleVersion, followed: tuple[str, ...]) -> list[str]:
        """Return why pictures of a version may not be sold.

        Args:
            version: of a style.
            followed: `control`, `reference` or both where a picture is followed.
        """
        key = (version.pk, followed)
        if key not in self._objections:
            kinds = [ADAPTER_OF[name] for name in followed]
            fitting = adapters_fitting([version.checkpoint])
            added = fitting.filter(kind__in=kinds, is_active=True)
            adapters = tuple(added) if kinds else ()
            self._objections[key] = objections(version, adapters=adapters)
        return self._objections[key]


def _images(digests: set[str | None]) -> set[str]:
    wanted = {digest for digest in digests if digest}
    if not wanted:
        return set()
    return set(ControlImage.objects.filter(sha256__in=wanted).values_list("sha256", flat=True))


def _embeddings(names: set[str | None]) -> set[str]:
    """Return those of `slug@version` that exist."""
    wanted = {name.partition("@")[0] for name in names if name}
    if not wanted:
        return set()
    rows = StyleEmbedding.objects.filter(slug__in=wanted).values_list("slug", "version")
    return {f"{slug}@{version}" for slug, version in rows}
