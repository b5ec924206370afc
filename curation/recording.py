"""Writes what was measured in pictures: their vectors and scores, one statement for each kind.

Evidence that is written before a verdict is reached speaks for nobody: a picture that was decided
or withdrawn in the meantime keeps the rows, and its state.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction

from curation.calibration import placed, scales_for
from curation.examination import Examination
from curation.fingerprint import METHOD, packed, picture_key
from curation.models import Candidate, CandidateEmbedding, Scale, Score, Signature
from curation.scorers import SCORERS
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
    store_scores(examined)
    store_taste(examined)
    for _candidate, exam in examined:
        exam.is_stored = True


def store_scores(examined: Sequence[tuple[Candidate, Examination]]) -> int:
    """Write scores with their places in their styles; return how many rows there were to write."""
    styles = {candidate.render.style_version.style_id for candidate, _exam in examined}
    scales = scales_for(sorted(styles))
    rows = [row for candidate, exam in examined for row in _score_rows(candidate, exam, scales)]
    Score.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _score_rows(
    candidate: Candidate, exam: Examination, scales: Mapping[tuple[int, str, str], Scale]
) -> list[Score]:
    """Return the rows of one picture, not saved."""
    versions = {name: version_of(name) for name in exam.measures}
    measured = {name: (versions[name], found.value) for name, found in exam.measures.items()}
    places = placed(measured, candidate.render.style_version.style_id, scales)
    return [
        Score(
            candidate=candidate,
            scorer=name,
            version=versions[name],
            value=found.value,
            evidence={
                "praise": found.praise,
                "blame": found.blame,
                **found.evidence,
                **({"place": places[name].as_evidence()} if name in places else {}),
            },
        )
        for name, found in exam.measures.items()
    ]


def version_of(name: str) -> str:
    """Return a scorer's version, with the encoder's where it reads vectors."""
    scorer = SCORERS[name]
    return f"{scorer.version}+{clip_folder().encoder}" if scorer.needs_vector else scorer.version
