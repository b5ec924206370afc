"""Generation in the admin: styles, checkpoints, adapters, palettes; jobs and renders to look at.

A saved style becomes a new version through `generation/styles.py`.
"""

from generation.admin import compute, jobs, models, styles, wordlists

__all__ = ["compute", "jobs", "models", "styles", "wordlists"]
