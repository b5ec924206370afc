"""What can be held against a picture, with evidence: findings, not verdicts.

A detector that fails holds the picture: it never publishes and never rejects. `contract.py` says
what a detector is; each is a file beside it and one entry here. Near-duplicates are different:
they are looked for within the transaction that writes the picture (`curation/findings.py`), so
that two equal pictures that are examined at once meet.
"""

from curation.compliance.contract import Detector, Finding, Ran, Subject
from curation.compliance.criteria import HardCriteria
from curation.compliance.faces import FaceDetector
from curation.compliance.licences import LicenceDetector
from curation.compliance.logos import LogoDetector
from curation.compliance.nudity import NudityDetector
from curation.compliance.protected import ProtectedWorkDetector
from curation.compliance.screening import PromptDetector
from curation.compliance.wordmarks import WordmarkDetector

_IN_ORDER: tuple[Detector, ...] = (
    LicenceDetector(),
    PromptDetector(),
    HardCriteria(),
    ProtectedWorkDetector(),
    NudityDetector(),
    FaceDetector(),
    LogoDetector(),
    WordmarkDetector(),
)
DETECTORS: dict[str, Detector] = {detector.name: detector for detector in _IN_ORDER}
"""Every detector by its name, in the order in which they run: the cheap ones first."""

__all__ = ["DETECTORS", "Detector", "Finding", "Ran", "Subject"]
