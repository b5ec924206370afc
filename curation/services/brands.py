"""What a brand looks for: criteria are written, tried on examples, go live, and retire.

A live criterion is never edited: it is revised as a draft, which takes its place when it goes live.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction

from curation.models import Brand, Criterion, Example, Reference
from curation.services.tasting import may_lead
from curation.taste import criteria
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, StateConflict
from genart.ml.weights import clip_folder

State = Criterion.State
PHRASES, PHRASE_LONG = 12, 120
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
    draft = draft_of(criterion.pk)
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
def go_live(*, criterion: Criterion, user: User) -> Criterion:
    """Let a draft count, in place of the live criterion of the same name.

    Raises:
        NotAllowed: the user may not change brands.
        InvalidInput: it says nothing, lacks examples, or an example comes out wrong.
        StateConflict: it is no draft, or a worker has not looked at every picture yet.
    """
    may_lead(user)
    Brand.objects.select_for_update(no_key=True).get(pk=criterion.brand_id)
    draft = draft_of(criterion.pk)
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


def draft_of(pk: int) -> Criterion:
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
