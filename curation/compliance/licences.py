"""May everything that a picture is made with be used in what is sold, and does no claim stand?

A part under an upheld claim refuses the picture, and so does one whose licence forbids
commercial use; a part whose licence is not known holds it.
"""

from curation.compliance.claims import Part, claims_on, parts_of
from curation.compliance.contract import Finding, Subject
from curation.models import Flag

UNKNOWN = ("", "unknown", "other", "none", "unlicensed", "?", "tbd", "n/a")
"""What people write where they do not know a licence."""


class LicenceDetector:
    """Licences of all models in the chain, and rights claims on any part of it."""

    name, version = "licences", "1"
    title = "Licences and claims"
    explains = "Whether all it is made with may be sold, and no rights claim stands against it."

    def skips(self, subject: Subject) -> str:
        """Look at every picture."""
        return ""

    def inspect(self, subject: Subject) -> list[Finding]:
        """Return a finding for each part that may not be used."""
        parts = parts_of(subject.render)
        return [*claims_on(parts), *(found for part in parts if (found := self._licence(part)))]

    def _licence(self, part: Part) -> Finding | None:
        if part.licence is None:
            return None
        detector = f"{self.name}@{self.version}"
        evidence = {"scope": part.scope, "target": part.target, "licence": part.licence}
        if part.licence.strip().lower() in UNKNOWN:
            message = f"The licence of {part.says} is not known: it may not be sold until it is."
            return Finding(Flag.Kind.LICENCE, detector, "hold", message[:300], evidence=evidence)
        if not part.may_be_sold:
            message = f"The licence of {part.says} ({part.licence}) does not allow selling."
            return Finding(Flag.Kind.LICENCE, detector, "block", message[:300], evidence=evidence)
        return None
