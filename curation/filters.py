"""What a curator wants to see of the queue, as the query string of every mode names it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q

from curation.models import Flag
from generation.models import Tier


@dataclass(frozen=True)
class Filters:
    """What a curator wants to see of the queue; empty fields leave everything in.

    Attributes:
        style: slug of a style.
        brand: slug of a brand.
        tier: commodity or premium.
        kind: what is held against a picture, of `Flag.Kind`.
        escalated: what curators handed up, which is else left out.
        mine: pictures on which the curator decided before, and which came back.
    """

    style: str = ""
    brand: str = ""
    tier: str = ""
    kind: str = ""
    escalated: bool = False
    mine: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Filters":
        """Return the filters of a query string; unknown values are left out."""
        return cls(
            style=given.get("style", "")[:80],
            brand=given.get("brand", "")[:80],
            tier=given.get("tier", "") if given.get("tier") in Tier.values else "",
            kind=given.get("kind", "") if given.get("kind") in Flag.Kind.values else "",
            escalated=given.get("escalated") == "1",
            mine=given.get("mine") == "1",
        )

    def chosen(self) -> dict[str, str]:
        """Return what is set, as a query string names it."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: "1" if value is True else value for name, value in values.items() if value}

    def query(self, **changes: str) -> str:
        """Return the query string with some fields changed, `?` included; empty without any."""
        kept = sorted((name, value) for name, value in (self.chosen() | changes).items() if value)
        return f"?{urlencode(kept)}" if kept else ""

    def matches(self, prefix: str = "") -> Q:
        """Match by style, brand, tier and finding; `prefix` is the path to the candidate."""
        wanted = {
            "render__style_version__style__slug": self.style,
            "brand__slug": self.brand,
            "tier": self.tier,
        }
        matched = Q(**{prefix + path: value for path, value in wanted.items() if value})
        if self.kind:
            of = f"{prefix}pk" if prefix else "pk"
            matched &= Q(Exists(Flag.objects.filter(candidate=OuterRef(of), kind=self.kind)))
        return matched


EVERYTHING = Filters()
