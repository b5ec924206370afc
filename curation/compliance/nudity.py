"""May a picture show nudity? A person decides; nothing is refused for it.

Two networks are asked because each errs in its own way. NudeNet takes gradients for breasts at up
to 0.6, so it counts alone only from `BODY_SURE`, or from `BODY_SEEN` where Open-NSFW, which sees
the picture as a whole, does not call it safe.
"""

from curation.compliance.contract import Finding, Subject
from curation.compliance.people import Part, nsfw_score, parts_of_bodies
from curation.compliance.provenance import never_taught
from curation.models import Flag

SAFE, UNSAFE = 0.2, 0.5
"""Open-NSFW: under the first a picture is safe, over the second likely not."""
BODY_SEEN, BODY_SURE = 0.25, 0.7
"""NudeNet: counts with Open-NSFW's doubt from the first, alone from the second."""
EXPLICIT = {
    "FEMALE_BREAST_EXPOSED",
    "FEMALE_GENITALIA_EXPOSED",
    "MALE_GENITALIA_EXPOSED",
    "ANUS_EXPOSED",
    "BUTTOCKS_EXPOSED",
}


class NudityDetector:
    """Nudity, by two networks."""

    name, version = "nudity", "open-nsfw-1+nudenet-320n@1"
    title = "Nudity"
    explains = "Asks two networks whether the picture may show a naked body."

    def skips(self, subject: Subject) -> str:
        """Return why nobody can be seen, or an empty string."""
        return never_taught(subject.render, "people")

    def inspect(self, subject: Subject) -> list[Finding]:
        """Return one finding where the networks see nudity."""
        return judged(nsfw_score(subject), parts_of_bodies(subject), f"{self.name}@{self.version}")


def judged(whole: float, parts: list[Part], detector: str) -> list[Finding]:
    """Return what the numbers of both networks mean."""
    bodies = [part for part in parts if part.label in EXPLICIT]
    body = max(bodies, key=lambda part: part.score, default=None)
    counts = body and body.score >= (BODY_SEEN if whole >= SAFE else BODY_SURE)
    if whole < SAFE and not counts:
        return []
    likely = whole >= UNSAFE or bool(body and body.score >= BODY_SURE)
    message = "It likely shows nudity." if likely else "It may show nudity."
    evidence = {
        "open_nsfw": round(whole, 4),
        "parts": [[part.label, round(part.score, 4), list(part.box)] for part in bodies],
        "safe_below": SAFE,
    }
    score = max(whole, body.score if body and counts else 0.0)
    box = body.box if body and counts else None
    return [
        Finding(Flag.Kind.NUDITY, detector, "hold", message, round(score, 4), box, None, evidence)
    ]
