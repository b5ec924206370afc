"""Verbs of a person's own data: `requests`, `exporting`, `erasing`."""
