"""Loaded by a worker of the bench: takes the detectors out, so that scoring is measured alone."""

from curation.compliance import DETECTORS

DETECTORS.clear()
