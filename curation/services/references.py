"""References and examples of criteria: pictures that are sent, or of the factory itself.

What is sent gets its vector from a worker; after a change of the CLIP so does everything.
"""

import logging
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from curation.models import Candidate, CandidateEmbedding, Criterion, Example, Reference
from curation.services.brands import draft_of
from curation.services.tasting import may_lead
from curation.taste import criteria
from curation.taste.uploads import stored_picture
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound
from genart.lib.queue import send_on_commit
from genart.ml.weights import clip_folder

logger = logging.getLogger(__name__)

KINDS = ("reference", "pass", "fail")
PICTURES = 24
"""References, and examples, of one criterion at most."""


@transaction.atomic
def add_picture(
    *,
    criterion: Criterion,
    kind: str,
    user: User,
    file: IO[bytes] | None = None,
    candidate_id: UUID | None = None,
) -> Reference | Example:
    """Add a reference or an example to a draft: a picture that is sent, or one of the factory.

    A worker looks at what is sent; until then it has no value.

    Raises:
        NotAllowed: the user may not change brands.
        InvalidInput: there is no picture, it cannot be read, or there are enough.
        NotFound: there is no such candidate.
        StateConflict: the criterion is no draft any more.
    """
    may_lead(user)
    if kind not in KINDS:
        raise InvalidInput("Choose reference, must pass or must fail.", where="kind")
    draft = draft_of(criterion.pk)
    rows = draft.references if kind == "reference" else draft.examples
    if rows.count() >= PICTURES:
        raise InvalidInput(f"{PICTURES} pictures are enough: remove one first.", where="picture")
    picture = _of_candidate(candidate_id) if candidate_id else _sent(file)
    if kind == "reference":
        return Reference.objects.create(criterion=draft, **picture)
    return Example.objects.create(criterion=draft, must_pass=kind == "pass", **picture)


@transaction.atomic
def remove_picture(*, criterion: Criterion, kind: str, pk: int, user: User) -> None:
    """Remove a reference or an example from a draft. Safe to repeat.

    Raises:
        NotAllowed: the user may not change brands.
        StateConflict: the criterion is no draft any more.
    """
    may_lead(user)
    draft = draft_of(criterion.pk)
    rows = draft.references if kind == "reference" else draft.examples
    rows.filter(pk=pk).delete()


def encode_pictures(*, limit: int = 200) -> int:
    """Look at references and examples that the CLIP in use has not seen. Return how many.

    For workers: it loads the CLIP. Safe to repeat and to run beside itself.
    """
    from django.core.files.storage import storages
    from PIL import Image

    from genart.ml import clip

    encoder = clip.encoder_name()
    done = 0
    for model in (Reference, Example):
        for row in model.objects.exclude(encoder=encoder)[:limit]:
            try:
                with storages["originals"].open(row.image) as file:
                    vector = clip.encode_images([Image.open(file).convert("RGB")])[0]
            except OSError:
                logger.exception("The picture %s of a criterion cannot be read.", row.image)
                continue
            model.objects.filter(pk=row.pk).update(encoder=encoder, vector=vector)
            done += 1
    for criterion in _uncalibrated(encoder):
        criterion.calibration |= criteria.calibration_of(criterion)
        criterion.save(update_fields=["calibration"])
    return done


def has_unseen_pictures() -> bool:
    """Say whether the CLIP in use has a picture of a criterion, or a scale, still to find."""
    encoder = clip_folder().encoder
    unseen = (model.objects.exclude(encoder=encoder) for model in (Reference, Example))
    return any(rows.exists() for rows in unseen) or _uncalibrated(encoder).exists()


def _uncalibrated(encoder: str) -> QuerySet[Criterion]:
    """Return live criteria without a scale for an encoder, as after a change of the CLIP."""
    return Criterion.objects.filter(state=Criterion.State.LIVE).exclude(
        calibration__has_key=encoder
    )


def _of_candidate(candidate_id: UUID) -> dict[str, Any]:
    """Return image and vector of a picture of the factory."""
    candidate = Candidate.objects.select_related("render").filter(pk=candidate_id).first()
    if candidate is None or not candidate.render.file:
        raise NotFound("There is no such picture.")
    encoder = clip_folder().encoder
    known = CandidateEmbedding.objects.filter(candidate=candidate, encoder=encoder).first()
    if known is None:
        return {"image": candidate.render.file} | _unseen()
    return {"image": candidate.render.file, "encoder": encoder, "vector": known.vector}


def _sent(file: IO[bytes] | None) -> dict[str, Any]:
    if file is None:
        raise InvalidInput("Choose a picture.", where="picture")
    return {"image": stored_picture(file, folder="criteria")} | _unseen()


def _unseen() -> dict[str, Any]:
    """Ring for a worker that looks at the picture; return the fields until then."""
    from curation import tasks

    send_on_commit(tasks.encode_pictures)
    return {"encoder": "", "vector": None}
