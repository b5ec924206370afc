"""Measures one picture against its render: about 5 ms, whatever its size."""

from typing import TYPE_CHECKING, Any

from PIL import Image

from generation.adherence import calibration
from generation.adherence.features import features, small_lab
from generation.adherence.palette import palette_gap

if TYPE_CHECKING:
    from generation.models import Render

VERSION = "1"
"""Changes whenever the same picture could get another figure."""


def measure(render: "Render", image: Image.Image) -> dict[str, Any]:
    """Return how far a picture is from its render's order.

    Returns:
        `version`; `distances` of what can be measured of it, by name, 0 as asked … 1 farthest;
        `seen`, the numbers behind them.
    """
    lab = small_lab(image)
    seen = features(lab)
    distances: dict[str, float] = {}
    found: dict[str, Any] = {"size_px": list(image.size)}
    distances["size"] = float(image.size != (render.width_px, render.height_px))
    if render.palette:
        gap = palette_gap(lab, [(color["hex"], color["weight"]) for color in render.palette])
        distances |= {"palette": gap.distance, "shares": gap.share_distance}
        found |= {"foreign": gap.foreign, "missing": gap.missing, "shares": gap.shares}
    family = _family(render)
    layouts = calibration.layouts_shown(seen, family)
    if render.layout in layouts and len(layouts) > 1:
        distances["layout"] = 1 - layouts[render.layout]
        found["layout"] = max(layouts, key=lambda name: layouts[name])
    shown = calibration.density_shown(seen, family)
    distances["density"] = abs(shown - asked_density(render, family))
    found["density"] = shown
    return {"version": VERSION, "distances": _short(distances), "seen": _short(found)}


def asked_density(render: "Render", family: str) -> float:
    """Return the density to compare with: a family of the house model knows three levels only."""
    if calibration.is_calibrated(family):
        return calibration.level_middle(render.density)
    return render.density


def _family(render: "Render") -> str:
    """Return the house family of a render, or what stands for all others."""
    motif = render.style_version.motif
    return motif if calibration.is_calibrated(motif) else calibration.GENERAL


def _short(value: Any) -> Any:
    """Return numbers with four places: the rest is noise, and rows are read often."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, list):
        return [_short(part) for part in value]
    if isinstance(value, dict):
        return {name: _short(part) for name, part in value.items()}
    return value
