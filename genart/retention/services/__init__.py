"""Verbs of retention: rows whose time is over, files that were replaced, files of nobody."""
