"""What a brand looks for: criteria are written, tried on examples, go live, and retire.

A live criterion is never edited: it is revised as a draft, which takes its place when it goes live.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from curation.models import Brand, Candidate, CandidateEmbedding, Criterion, Example, Reference
from curation.services.tasting import may_lead
from curation.taste import criteria
from curation.taste.uploads import stored_picture
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from genart.lib.queue import send_on_commit
from genart.ml.weights import clip_folder

logger = logging.getLogger(__name__)

State = Criterion.State
KINDS = ("reference", "pass", "fail")
PHRASES, PHRASE_LONG = 12, 120
PICTURES = 24
"""References, and examples, of one criterion at most."""
FIELDS = ("name", "words", "opposite", "wanted", "weight", "is_hard", "threshold")


@dataclass(frozen=True)
class Trial:
    """How a criterion comes out on one example.

    Attributes:
        number: place among the examples of its kind, from 1.
        value: 0 … 1; `None` while no worker has looked at the picture.
        is_right: whether it comes out as it must.
    """

    example: Example
    number: int
    value: float | None
    is_right: bool

    @property
    def name(self) -> str:
        """How sentences call the example."""
        return f"{'must-pass' if self.example.must_pass else 'must-fail'} example {self.number}"


@transaction.atomic
def write_criterion(
    *, brand: Brand, user: User, fields: dict[str, Any], criterion: Criterion | None = None
) -> Criterion:
    """Write a draft: a new one, or `criterion` changed.

    Raises:
        NotAllowed: the user may not change brands.
        InvalidInput: a field is empty, too long or out of range.
        StateConflict: the criterion is no draft any more.
    """
    may_lead(user)
    clean = _clean(fields)
    if criterion is None:
        return Criterion.objects.create(brand=brand, created_by=user, **clean)
    draft = _draft(criterion.pk)
    for name, value in clean.items():
        setattr(draft, name, value)
    draft.save(update_fields=list(clean))
    return draft


@transaction.atomic
def revise_criterion(*, criterion: Criterion, user: User) -> Criterion:
    """Return a draft that equals a live or retired criterion, its pictures included.

    A draft that is there already is returned as it is.

    Raises:
        NotAllowed: the user may not change brands.
    """
    may_lead(user)
    Brand.objects.select_for_update(no_key=True).get(pk=criterion.brand_id)
    drafts = Criterion.objects.filter(brand=criterion.brand_id, state=State.DRAFT)
    draft = drafts.filter(name=criterion.name).first()
    if draft:
        return draft
    draft = Criterion.objects.create(
        brand_id=criterion.brand_id,
        created_by=user,
        **{name: getattr(criterion, name) for name in FIELDS},
    )
    for row in criterion.references.all():
        Reference.objects.create(criterion=draft, **_picture_of(row))
    for example in criterion.examples.all():
        picture = _picture_of(example)
        Example.objects.create(criterion=draft, must_pass=example.must_pass, **picture)
    return draft


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
    draft = _draft(criterion.pk)
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
    draft = _draft(criterion.pk)
    rows = draft.references if kind == "reference" else draft.examples
    rows.filter(pk=pk).delete()


@transaction.atomic
def go_live(*, criterion: Criterion, user: User) -> Criterion:
    """Let a draft count, in place of the live criterion of the same name.

    Raises:
        NotAllowed: the user may not change brands.
        InvalidInput: it says nothing, lacks examples, or an example comes out wrong.
        StateConflict: it is no draft, or a worker has not looked at every picture yet.
    """
    may_lead(user)
    Brand.objects.select_for_update(no_key=True).get(pk=criterion.brand_id)
    draft = _draft(criterion.pk)
    trials = tried(draft)
    _ready(draft, trials)
    same = Criterion.objects.filter(brand=draft.brand_id, name=draft.name, state=State.LIVE)
    same.update(state=State.RETIRED)
    draft.calibration = criteria.calibration_of(draft)
    draft.state = State.LIVE
    draft.save(update_fields=["calibration", "state"])
    return draft


@transaction.atomic
def retire_criterion(*, criterion: Criterion, user: User) -> None:
    """Let a criterion count no longer; what it said stays. Safe to repeat.

    Raises:
        NotAllowed: the user may not change brands.
    """
    may_lead(user)
    Criterion.objects.filter(pk=criterion.pk).update(state=State.RETIRED)


def tried(criterion: Criterion) -> list[Trial]:
    """Run a criterion on its examples, as it would come out today. Writes nothing."""
    if criterion.state == State.DRAFT:
        criterion.calibration = criteria.calibration_of(criterion)
    sense = criteria.sense_of(criterion, criterion.references.all())
    encoder = clip_folder().encoder
    trials, numbers = [], {True: 0, False: 0}
    for example in criterion.examples.order_by("-must_pass", "pk"):
        numbers[example.must_pass] += 1
        value = None
        if example.encoder == encoder:
            value = float(sense.values(np.asarray(example.vector, np.float32)[None])[0])
        right = value is not None and (value >= criterion.threshold) == example.must_pass
        trials.append(Trial(example, numbers[example.must_pass], value, right))
    return trials


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
    return Criterion.objects.filter(state=State.LIVE).exclude(calibration__has_key=encoder)


def _ready(draft: Criterion, trials: Sequence[Trial]) -> None:
    """Raise with a sentence that says what a draft lacks to go live."""
    encoder = clip_folder().encoder
    if not draft.words and not draft.references.exists():
        raise InvalidInput("Say what it looks like, in words or with a reference picture.")
    if draft.references.exclude(encoder=encoder).exists() or any(
        trial.value is None for trial in trials
    ):
        raise StateConflict(
            "Some of its pictures are still being looked at. Try again in a moment."
        )
    if draft.is_hard and len({trial.example.must_pass for trial in trials}) < 2:
        raise InvalidInput(
            "A hard criterion needs an example that must pass and one that must fail."
        )
    wrong = [trial for trial in trials if not trial.is_right]
    if wrong:
        named = ", ".join(f"{trial.name} ({trial.value:.2f})" for trial in wrong)
        raise InvalidInput(
            f"“{draft.name}” is met from {draft.threshold:.2f} on, and so these come out wrong: "
            f"{named}. Change the words, the references or the threshold."
        )


def _draft(pk: int) -> Criterion:
    """Return a draft, locked until the transaction ends.

    Raises:
        StateConflict: it is none any more.
    """
    found = Criterion.objects.select_for_update().filter(pk=pk, state=State.DRAFT).first()
    if found is None:
        raise StateConflict("This criterion is no draft any more. Revise it to change it.")
    return found


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a criterion, tidy.

    Raises:
        InvalidInput: a field is empty, too long or out of range.
    """
    name = " ".join(str(fields.get("name", "")).split())[:80]
    if not name:
        raise InvalidInput("Give it a name.", where="name")
    weight, threshold = float(fields.get("weight", 1)), float(fields.get("threshold", 0.5))
    if not 0 <= weight <= 5:
        raise InvalidInput("A weight lies between 0 and 5.", where="weight")
    if not 0 <= threshold <= 1:
        raise InvalidInput("A threshold lies between 0 and 1.", where="threshold")
    return {
        "name": name,
        "words": _phrases(fields.get("words", []), "words"),
        "opposite": _phrases(fields.get("opposite", []), "opposite"),
        "wanted": bool(fields.get("wanted", True)),
        "weight": weight,
        "is_hard": bool(fields.get("is_hard", False)),
        "threshold": threshold,
    }


def _phrases(raw: Sequence[str], where: str) -> list[str]:
    phrases = [" ".join(str(phrase).split()) for phrase in raw]
    phrases = [phrase for phrase in phrases if phrase]
    if len(phrases) > PHRASES or any(len(phrase) > PHRASE_LONG for phrase in phrases):
        raise InvalidInput(
            f"Write at most {PHRASES} lines of {PHRASE_LONG} characters each.", where=where
        )
    return phrases


def _picture_of(row: Reference | Example) -> dict[str, Any]:
    return {"image": row.image, "encoder": row.encoder, "vector": row.vector}


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
