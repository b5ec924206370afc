"""Runs every detector on one picture; what fails is named, not raised."""

import logging
import time
from typing import Any

from curation.compliance import DETECTORS
from curation.compliance.contract import Detector, Finding, Ran, Subject
from genart.lib.errors import GenartError

logger = logging.getLogger(__name__)


def inspect(subject: Subject) -> tuple[list[Finding], list[Ran]]:
    """Return what the detectors found in one picture, and which of them ran. Never raises."""
    findings: list[Finding] = []
    ran = []
    for detector in DETECTORS.values():
        started = time.perf_counter()
        found, outcome, message = _ask(detector, subject)
        findings += found
        took_ms = 1000 * (time.perf_counter() - started)
        ran.append(Ran(detector.name, detector.version, outcome, message, round(took_ms, 2)))
    return findings, ran


def _ask(detector: Detector, subject: Subject) -> tuple[list[Finding], Any, str]:
    """Ask one detector; return its findings, its outcome, and why it failed or does not apply."""
    try:
        reason = detector.skips(subject)
        if reason:
            return [], "skipped", reason[:300]
        found = detector.inspect(subject)
    except Exception as error:  # one broken detector must not stop the others
        logger.exception("The detector %s failed.", detector.name)
        text = (
            error.message if isinstance(error, GenartError) else f"{type(error).__name__}: {error}"
        )
        return [], "failed", text[:300]
    return found, "found" if found else "clear", ""
