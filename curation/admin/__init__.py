"""Curation in the Django admin: one file for each noun."""

from curation.admin import brands, gates, judged, marks, registers

__all__ = ["brands", "gates", "judged", "marks", "registers"]
