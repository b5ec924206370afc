"""Specs that tests start from."""

from typing import Any

EXAMPLE: dict[str, Any] = {
    "version": 1,
    "title": "Desert mornings",
    "style": "boho-arches",
    "subject": "arches over low hills",
    "palette": {"name": "terracotta"},
    "composition": {"layout": "centered", "density": 0.4},
    "mood": ["calm"],
    "avoid": ["text"],
    "size": {"width_px": 512, "height_px": 512},
    "vary": {
        "palette": [{"name": "terracotta"}, {"name": "sage"}],
        "composition.layout": ["centered", "diagonal"],
    },
    "sampling": "all",
    "count": 8,
    "seed": 20260101,
    "tier": "commodity",
    "collection": "desert-mornings",
}
"""The example of the documentation."""

SMALL: dict[str, Any] = {
    "version": 1,
    "style": "tiny",
    "subject": "a small picture",
    "palette": {"name": "sage"},
    "size": {"width_px": 64, "height_px": 64},
    "count": 1,
    "seed": 7,
}
"""A spec for the tiny checkpoint of `tests/generation/conftest.py`."""
