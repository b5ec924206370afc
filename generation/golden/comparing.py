"""How far two pictures of one golden prompt are apart: pixels, colours, content. Pure."""

import numpy as np
from PIL import Image

from genart.lib.color import delta_e, dominant_colors, levels_to_oklab, palette_distance
from genart.lib.errors import Unavailable
from genart.ml.picture import encode_image

SIDE_PX = 256


def compared(new: Image.Image, old: Image.Image) -> dict[str, float]:
    """Return how far a picture is from an older one of the same prompt and seed.

    `pixels`: mean OKLab distance place by place, 0 the same, 0.02 just visible.
    `palette`: mean OKLab distance of the colours, wherever they are, in the worse direction.
    `likeness`: cosine of the pictures in the scoring CLIP, 1 the same; left out where it cannot
    read pictures.
    """
    first, second = (_small(image) for image in (new, old))
    figures = {
        "pixels": float(delta_e(first, second).mean()),
        "palette": _palette(new, old),
    }
    try:
        vectors = encode_image(new), encode_image(old)
    except Unavailable:
        return _rounded(figures)
    return _rounded(figures | {"likeness": float(vectors[0] @ vectors[1])})


def _small(image: Image.Image) -> np.ndarray:
    resized = image.convert("RGB").resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX)
    return levels_to_oklab(np.asarray(resized))


def _palette(new: Image.Image, old: Image.Image) -> float:
    distance = palette_distance(dominant_colors(new), dominant_colors(old))
    return max(distance.foreign, distance.missing)


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items()}


def summary(pairs: list[dict[str, float]]) -> dict[str, float]:
    """Return the worst of each figure over several pairs; empty without pairs."""
    worst = {"pixels": max, "palette": max, "likeness": min}
    return {
        name: choose(pair[name] for pair in pairs if name in pair)
        for name, choose in worst.items()
        if any(name in pair for pair in pairs)
    }
