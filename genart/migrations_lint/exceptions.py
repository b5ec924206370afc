"""Findings that were looked at and are well, each with the reason; each must be used."""

EXCEPTIONS: dict[tuple[str, str, str], str] = {}
"""App, migration and rule → why nobody will notice."""
