"""Writes what was measured in a picture: its vectors and scores. Within `verdicts.record` only."""

from curation.examination import Examination
from curation.fingerprint import METHOD
from curation.models import Candidate, CandidateEmbedding, Score, Signature
from curation.scorers import SCORERS
from curation.taste.measuring import store_taste
from genart.ml.weights import clip_folder


def store_measures(candidate: Candidate, exam: Examination) -> None:
    """Write vectors and scores; what is there of the same version stays."""
    if exam.vector is not None:
        CandidateEmbedding.objects.get_or_create(
            candidate=candidate,
            encoder=clip_folder().encoder,
            defaults={"vector": exam.vector},
        )
    if exam.signature is not None:
        Signature.objects.get_or_create(
            candidate=candidate, defaults={"method": METHOD, "vector": exam.signature}
        )
    Score.objects.bulk_create(
        [
            Score(
                candidate=candidate,
                scorer=name,
                version=version_of(name),
                value=measure.value,
                evidence={"praise": measure.praise, "blame": measure.blame, **measure.evidence},
            )
            for name, measure in exam.measures.items()
        ],
        ignore_conflicts=True,
    )
    store_taste(candidate, vector=exam.vector, attributes=exam.attributes)


def version_of(name: str) -> str:
    """Return a scorer's version, with the encoder's where it reads vectors."""
    scorer = SCORERS[name]
    return f"{scorer.version}+{clip_folder().encoder}" if scorer.needs_vector else scorer.version
