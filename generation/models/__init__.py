"""Rows of the first tier: what can be rendered, what was asked for, what was made.

States and their changes are drawn in `generation/README.md`; the verbs that change them are in
`generation/services/` and, for claims and leases, `generation/queue.py`.
"""

from generation.models.checkpoints import Adapter, Checkpoint, GoldenPrompt, GoldenRun
from generation.models.choices import Lane, Tier, hex_color
from generation.models.compute import Offer, Provider, RemoteCall, Worker
from generation.models.jobs import ControlImage, Job, Render, RenderEvent
from generation.models.styles import (
    Palette,
    Style,
    StyleAdapter,
    StyleEmbedding,
    StyleVersion,
    WordList,
)

__all__ = [
    "Adapter",
    "Checkpoint",
    "ControlImage",
    "GoldenPrompt",
    "GoldenRun",
    "Job",
    "Lane",
    "Offer",
    "Palette",
    "Provider",
    "RemoteCall",
    "Render",
    "RenderEvent",
    "Style",
    "StyleAdapter",
    "StyleEmbedding",
    "StyleVersion",
    "Tier",
    "WordList",
    "Worker",
    "hex_color",
]
