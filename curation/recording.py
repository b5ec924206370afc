"""Writes what was measured in pictures: their vectors and scores, one statement for each kind.

Evidence that is written before a verdict is reached speaks for nobody: a picture that was decided
or withdrawn in the meantime keeps the rows, and its state.
"""

from collections.abc import Sequence

from django.db import transaction

from curation.examination import Examination
from curation.fingerprint import METHOD, packed, picture_key
from curation.models import Candidate, CandidateEmbedding, Score, Signature
from curation.scorers import SCORERS
from curation.scorers.contract import Measure
from curation.taste.measuring import store_taste
from genart.ml.weights import clip_folder


def store_measures(candidate: Candidate, exam: Examination) -> None:
    """Write vectors and scores, unless their batch did; what is there of a version stays."""
    if not exam.is_stored:
        store_batch([(candidate, exam)])


@transaction.atomic
def store_batch(examined: Sequence[tuple[Candidate, Examination]]) -> None:
    """Write vectors and scores of many pictures; what is there of the same version stays."""
    seen = [(candidate, exam) for candidate, exam in examined if exam.vector is not None]
    if seen:
        encoder = clip_folder().encoder
        CandidateEmbedding.objects.bulk_create(
            [
                CandidateEmbedding(candidate=candidate, encoder=encoder, vector=exam.vector)
                for candidate, exam in seen
            ],
            ignore_conflicts=True,
        )
    Signature.objects.bulk_create(
        [
            Signature(
                candidate=candidate,
                method=METHOD,
                key=picture_key(exam.signature),
                thumb=packed(exam.signature),
            )
            for candidate, exam in examined
            if exam.signature is not None
        ],
        ignore_conflicts=True,
    )
    Score.objects.bulk_create(
        [
            score_row(candidate, name, measure)
            for candidate, exam in examined
            for name, measure in exam.measures.items()
        ],
        ignore_conflicts=True,
    )
    store_taste(examined)
    for _candidate, exam in examined:
        exam.is_stored = True


def score_row(candidate: Candidate, name: str, measure: Measure) -> Score:
    """Return the row of a measure, not saved."""
    return Score(
        candidate=candidate,
        scorer=name,
        version=version_of(name),
        value=measure.value,
        evidence={"praise": measure.praise, "blame": measure.blame, **measure.evidence},
    )


def version_of(name: str) -> str:
    """Return a scorer's version, with the encoder's where it reads vectors."""
    scorer = SCORERS[name]
    return f"{scorer.version}+{clip_folder().encoder}" if scorer.needs_vector else scorer.version
