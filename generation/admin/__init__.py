"""Generation in the admin: styles, checkpoints, adapters, palettes; jobs and renders to look at.

A saved style becomes a new version through `generation/styles.py`.
"""

from generation.admin import (
    checkpoints,
    compute,
    embeddings,
    golden,
    jobs,
    models,
    styles,
    wordlists,
)

__all__ = [
    "checkpoints",
    "compute",
    "embeddings",
    "golden",
    "jobs",
    "models",
    "styles",
    "wordlists",
]
