"""How far a picture may be from its order, and by how much it is too far."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generation.models import Render

WORDS = {
    "palette": "its colours",
    "shares": "the shares of its colours",
    "layout": "its layout",
    "density": "its density",
    "size": "its size",
}
"""What can be measured, and how a sentence names it."""


def tolerances_of(render: "Render") -> dict[str, float]:
    """Return what is enforced: what the job's spec says, else what its style does."""
    asked = render.job.spec.get("tolerances") or {}
    both = render.style_version.tolerances | asked
    return {name: float(limit) for name, limit in both.items() if name in WORDS and _number(limit)}


def excess(distances: Mapping[str, float], tolerances: Mapping[str, float]) -> float:
    """Return by how much the worst distance is over its tolerance; 0 where all are within."""
    over = [distances[name] - limit for name, limit in tolerances.items() if name in distances]
    return max([0.0, *over])


def outside(render: "Render", measured: Mapping[str, Any]) -> str | None:
    """Return a sentence that names what is outside its tolerance, or `None`."""
    distances = measured["distances"]
    parts = [
        f"{WORDS[name]} ({distances[name]:.2f}, allowed {limit:g})"
        for name, limit in tolerances_of(render).items()
        if distances.get(name, 0) > limit
    ]
    return f"Too far from its order: {', '.join(parts)}." if parts else None


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
