"""Does the picture fail a hard criterion of its brand? Then a person looks, whatever else.

What criteria are is in `curation/taste/criteria.py`; soft ones only weigh, and are no finding.
"""

from curation.compliance.contract import Finding, Subject
from curation.models import Criterion
from curation.taste import criteria
from genart.lib.errors import Unavailable

KIND = "criterion"


class HardCriteria:
    """Live hard criteria of the brand that a picture is made for."""

    name = "criteria"
    version = "1"
    title = "Hard criteria"
    explains = "Looks for what the brand asks of every picture."

    def skips(self, subject: Subject) -> str:
        """Say where the brand asks for nothing of the kind."""
        return "" if _asked(subject) else "The brand has no hard criterion."

    def inspect(self, subject: Subject) -> list[Finding]:
        """Return a finding for each criterion that is not met."""
        if subject.vector is None:
            raise Unavailable("The scoring CLIP gave no vector, so criteria cannot be read.")
        asked = _asked(subject)
        senses = criteria.senses(asked)
        values = {
            key: float(sense.values(subject.vector[None])[0]) for key, sense in senses.items()
        }
        return [
            self._finding(criterion, values[criterion.pk])
            for criterion in asked
            if values[criterion.pk] < criterion.threshold
        ]

    def _finding(self, criterion: Criterion, value: float) -> Finding:
        message = (
            f"It fails “{criterion.name}”: {value:.2f}, where {criterion.threshold:.2f} is asked."
        )
        evidence = {"criterion": criterion.pk, "value": round(value, 4)}
        return Finding(
            KIND,
            f"{self.name}@{self.version}",
            "hold",
            message,
            round(1 - value, 4),
            evidence=evidence,
        )


def _asked(subject: Subject) -> list[Criterion]:
    slug = subject.render.style_version.style.brand
    live = Criterion.objects.filter(brand__slug=slug, state=Criterion.State.LIVE, is_hard=True)
    return list(live)
