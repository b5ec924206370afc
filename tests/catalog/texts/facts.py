"""Facts for tests of the texts."""

from typing import Any

from catalog.texts import Facts


def arches(**changes: Any) -> Facts:
    """Return the facts of a picture of arches, changed."""
    values: dict[str, Any] = {
        "key": "a",
        "motif": "boho-arches",
        "style_name": "Boho arches",
        "subject": "arches over low hills",
        "layout": "centered",
        "density": 0.4,
        "mood": ("calm",),
        "palette_name": "terracotta",
        "colors": (("#F6EADB", 0.5), ("#C8553D", 0.3), ("#4A2C2A", 0.2)),
        "orientation": "square",
        "width_px": 512,
        "height_px": 512,
    }
    return Facts(**values | changes)
