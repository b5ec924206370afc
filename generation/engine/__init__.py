"""Runs diffusers pipelines. Knows no Django, no rows, no queue: requests in, images out.

`session.py` is the entrance; `families/` has one file for each family of pipelines.
Imports torch: only workers and tests import this package.
"""
