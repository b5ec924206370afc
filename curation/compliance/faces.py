"""May a picture show a face? Likenesses need a release, so a person decides.

The boxes are NudeNet's, which also knows faces; it was measured on photographs and on this art,
see `curation/README.md`.
"""

from curation.compliance.contract import Finding, Subject
from curation.compliance.people import parts_of_bodies
from curation.compliance.provenance import never_taught
from curation.models import Flag

SEEN = 0.5
FACES = {"FACE_FEMALE", "FACE_MALE"}


class FaceDetector:
    """Faces, by NudeNet."""

    name, version = "faces", "nudenet-320n@1"
    title = "Faces"
    explains = "Looks for faces, since a likeness may need its owner's consent."

    def skips(self, subject: Subject) -> str:
        """Return why nobody can be seen, or an empty string."""
        return never_taught(subject.render, "people")

    def inspect(self, subject: Subject) -> list[Finding]:
        """Return one finding with the surest face and the number of all."""
        faces = [
            part for part in parts_of_bodies(subject) if part.label in FACES and part.score >= SEEN
        ]
        if not faces:
            return []
        best = max(faces, key=lambda part: part.score)
        count = len(faces)
        message = "It may show a face." if count == 1 else f"It may show {count} faces."
        evidence = {"faces": [[round(part.score, 4), list(part.box)] for part in faces]}
        detector = f"{self.name}@{self.version}"
        score = round(best.score, 4)
        return [Finding(Flag.Kind.FACE, detector, "hold", message, score, best.box, None, evidence)]
