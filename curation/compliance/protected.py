"""Does a picture repeat a protected work: whole, cropped, mirrored, turned, brightened?

The register is `ProtectedWork`, filled by `services.add_protected_work`; the comparison is the one
of copies (`duplicates.py`).
"""

from curation.compliance.contract import Finding, Subject
from curation.compliance.duplicates import CLOSE, SAME, VERSION, fit_evidence, how, sureness
from curation.models import Flag, ProtectedWork
from curation.similar import nearest_work
from genart.lib.errors import Unavailable


class ProtectedWorkDetector:
    """Protected works, by laying the picture over those that the index proposes."""

    name, version = "protected", VERSION
    title = "Protected works"
    explains = "Compares the picture with the register of works that belong to others."

    def skips(self, subject: Subject) -> str:
        """Return that the register is empty, or an empty string."""
        return (
            "" if ProtectedWork.objects.filter(is_active=True).exists() else "None is registered."
        )

    def inspect(self, subject: Subject) -> list[Finding]:
        """Return a finding where the nearest work is too near."""
        if subject.signature is None:
            raise Unavailable("The picture's signature could not be made.")
        found = nearest_work(subject.signature)
        if found is None or found[1].distance >= CLOSE:
            return []
        work, fit = found
        same = fit.distance < SAME
        named = f"“{work.title}”" + (f" by {work.holder}" if work.holder else "")
        start = "It is the protected work" if same else "It comes very near to the protected work"
        evidence = {"work": work.pk, "source": work.source, **fit_evidence(fit)}
        return [
            Finding(
                Flag.Kind.PROTECTED,
                f"{self.name}@{self.version}",
                "block" if same else "hold",
                f"{start} {named}{how(fit)}.",
                sureness(fit),
                evidence=evidence,
            )
        ]
