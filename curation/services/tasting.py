"""Brands learn their taste from decisions: a new head each time, and which head judges.

Heads are added, never edited; going back to an earlier one is to activate it again.
"""

import math
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from threadpoolctl import threadpool_limits

from curation.models import Brand, Candidate, Comparison, Decision, Gate, Head
from curation.services.holding import may_review
from curation.taste import criteria
from curation.taste.calibration import auc
from curation.taste.features import CRITERION, names_for, rows_of
from curation.taste.fit import EMBEDDING, Fitted, fit
from curation.taste.lessons import Lessons, lessons_of
from curation.taste.logistic import Doubles
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotAllowed, NotFound
from genart.lib.queue import send_on_commit
from genart.ml.weights import clip_folder

LEAST = 15
"""Approvals, and refusals, without which nothing can be learnt."""
USEFUL = 0.6
"""A taste that orders pictures worse than this AUC is not used."""
EVERY, SHARE = 20, 0.05
"""So many new decisions call for a new head, or this share of those that the last one knew."""
QUIET, FEW = timedelta(minutes=2), 5
"""After so long without a decision, this few are enough."""


@transaction.atomic
def refit_head(*, brand: Brand, user: User | None = None) -> Head:
    """Learn a brand's taste anew and write it as a further version.

    It takes over where the brand lets it and it is not worse than the one that judges; its note
    says which. Refits of one brand wait for one another.

    Raises:
        NotAllowed: the user may not change brands.
        InvalidInput: too few pictures were approved, or refused.
    """
    may_lead(user)
    brand = Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    lessons = lessons_of(brand.pk)
    _enough(lessons)
    names, fitted = _learnt(brand, lessons)
    active = brand.heads.filter(is_active=True).first()
    fits, why = _compared(fitted, lessons, active)
    takes_over, note = _adopted(brand, fits, why)
    last = brand.heads.order_by("-version").first()
    head = Head.objects.create(
        brand=brand,
        version=last.version + 1 if last else 1,
        encoder=clip_folder().encoder,
        features=names,
        weights=fitted.to_json(),
        labels=len(lessons.ids),
        comparisons=len(lessons.pairs),
        auc=fitted.report["auc"],
        brier=fitted.report["brier"],
        report=fitted.report | {"strongest": strongest(fitted)},
        trained_through=_newest_decision(brand.pk),
        note=note,
    )
    return activate_head(head=head, user=user) if takes_over else head


@transaction.atomic
def activate_head(*, head: Head, user: User | None) -> Head:
    """Let a head judge from now on; an earlier one as well. Safe to repeat.

    A certificate that names another head ends with the next picture that is judged.

    Raises:
        NotAllowed: the user may not change brands.
        InvalidInput: it was learnt on vectors of another CLIP.
    """
    may_lead(user)
    Brand.objects.select_for_update(no_key=True).get(pk=head.brand_id)
    if head.encoder != clip_folder().encoder:
        raise InvalidInput(
            f"{head} was learnt with another CLIP ({head.encoder}). Learn the taste anew instead."
        )
    others = Head.objects.filter(brand=head.brand_id, is_active=True)
    others.exclude(pk=head.pk).update(is_active=False)
    changed = {"is_active": True, "activated_at": timezone.now(), "activated_by": user}
    Head.objects.filter(pk=head.pk, is_active=False).update(**changed)
    head.refresh_from_db()
    return head


def set_adoption(*, brand: Brand, adoption: str, user: User) -> None:
    """Choose when new heads take over. Safe to repeat.

    Raises:
        NotAllowed: the user may not change brands.
        InvalidInput: there is no such choice.
    """
    may_lead(user)
    if adoption not in Brand.Adoption.values:
        raise InvalidInput("Choose one of the three ways.", where="adoption")
    Brand.objects.filter(pk=brand.pk).update(adoption=adoption)


@transaction.atomic
def record_best(*, user: User, winner_id: UUID, loser_ids: Sequence[UUID]) -> int:
    """Note that one picture was preferred to others of its brand; return how often that is new.

    Safe to repeat. Pictures of other brands, and the winner itself, are passed over.

    Raises:
        NotAllowed: the user may not review.
        NotFound: the winner is gone.
    """
    may_review(user)
    winner = Candidate.objects.filter(pk=winner_id).first()
    if winner is None:
        raise NotFound("There is no such candidate.")
    losers = Candidate.objects.filter(pk__in=loser_ids, brand=winner.brand_id).exclude(pk=winner_id)
    mine = Comparison.objects.filter(winner=winner, user=user)
    known = set(mine.values_list("loser", flat=True))
    new = [
        Comparison(brand_id=winner.brand_id, winner=winner, loser=loser, user=user)
        for loser in losers
        if loser.pk not in known
    ]
    Comparison.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def refit_due(*, brand_id: int) -> Head | None:
    """Learn a brand's taste anew if enough was decided since; else `None`. Safe to repeat."""
    with transaction.atomic():
        brand = Brand.objects.select_for_update(no_key=True).filter(pk=brand_id).first()
        # Asked under the lock: of two messages at once the second finds nothing left to learn.
        if brand is None or brand_id not in due_brands(only=brand_id):
            return None
        lessons = lessons_of(brand_id)
        if min(lessons.approved, lessons.rejected) < LEAST:
            return None
        return refit_head(brand=brand)


def due_brands(only: int | None = None) -> list[int]:
    """Return the brands whose people have decided enough since their last head."""
    brands = Brand.objects.filter(is_active=True) if only is None else Brand.objects.filter(pk=only)
    return [brand.pk for brand in brands if _is_due(brand)]


def _is_due(brand: Brand) -> bool:
    last = brand.heads.order_by("-version").values("trained_through", "labels").first()
    through, labels = (last["trained_through"], last["labels"]) if last else (0, 0)
    since = Decision.objects.filter(
        candidate__brand=brand, user__isnull=False, pk__gt=through
    ).aggregate(count=Count("pk"), last=Max("decided_at"))
    if since["count"] >= max(EVERY, SHARE * labels):
        return True
    return since["count"] >= FEW and since["last"] <= timezone.now() - QUIET


def learn_soon(decision: Decision) -> None:
    """Ring for the learner at every so many decisions; the sweep finds the others."""
    from curation import tasks

    if decision.pk % EVERY == 0:
        send_on_commit(tasks.refit, decision.candidate.brand_id)


def may_lead(user: User | None) -> None:
    """Raise `NotAllowed` unless a user may change brands; nobody is the factory itself."""
    if user is not None and not user.has_perm("curation.change_brand"):
        raise NotAllowed("Only leads may change what a brand looks for.")


def strongest(fitted: Fitted) -> list[tuple[str, float, float]]:
    """Return feature, straight and bent weight of what can be named, the strongest first."""
    rows = [
        (name, round(float(straight), 4), round(float(bent), 4))
        for name, straight, bent in zip(fitted.names, fitted.straight, fitted.bent, strict=True)
        if not name.startswith(EMBEDDING)
    ]
    return sorted(rows, key=lambda row: -(abs(row[1]) + abs(row[2])))


def _enough(lessons: Lessons) -> None:
    if min(lessons.approved, lessons.rejected) < LEAST:
        raise InvalidInput(
            f"A taste needs {LEAST} approved and {LEAST} refused pictures at least; "
            f"there are {lessons.approved} and {lessons.rejected}. Decide on some more."
        )


def _learnt(brand: Brand, lessons: Lessons) -> tuple[list[str], Fitted]:
    """Return the features and the taste that the lessons give."""
    live = criteria.live_of([brand.pk])
    names = names_for(live)
    ids = list(dict.fromkeys([*lessons.ids, *(key for pair in lessons.pairs for key in pair)]))
    rows = rows_of(ids, names)
    place = {key: index for index, key in enumerate(ids)}
    pairs = rows[np.array([[place[one] for one in pair] for pair in lessons.pairs], int)]
    with threadpool_limits(limits=1):  # small matrices: threads would wait for one another
        fitted = fit(
            rows[: len(lessons.ids)],
            lessons.labels,
            names=names,
            comparisons=pairs if len(pairs) else None,
            groups=lessons.series,
            weights={f"{CRITERION}.{criterion.pk}": criterion.weight for criterion in live},
        )
    return names, fitted


def _compared(fitted: Fitted, lessons: Lessons, active: Head | None) -> tuple[bool, str]:
    """Return whether a new taste may take the place of the one that judges, and why.

    They are compared on decisions that neither knew: those made since the older one was learnt,
    each told by the new one without it. Where these are too few, by what each said of itself.
    """
    own = float(fitted.report["auc"])
    if own < USEFUL:
        return False, f"it hardly tells good from bad (AUC {own:.2f})."
    if active is None or active.encoder != clip_folder().encoder:
        return True, "The first of its kind."
    fresh = np.array([newest > active.trained_through for newest in lessons.newest])
    labels = lessons.labels[fresh]
    fewest = int(min((labels > 0.5).sum(), (labels <= 0.5).sum()))
    if fewest < LEAST // 3:
        before, where = float(active.auc or 0), "by its own account"
        margin = 0.02
    else:
        ids = [key for key, new in zip(lessons.ids, fresh, strict=True) if new]
        before = auc(_told_by(active, ids), labels)
        own, where = auc(fitted.held_out[fresh], labels), f"on {len(ids)} newer decisions"
        margin = max(0.01, math.sqrt(max(before * (1 - before), 0) / fewest))
    return own >= before - margin, f"AUC {own:.2f} {where}; v{active.version} has {before:.2f}."


def _told_by(head: Head, ids: Sequence[UUID]) -> Doubles:
    return Fitted.from_json(head.features, head.weights).predict(rows_of(ids, head.features))


def _adopted(brand: Brand, fits: bool, why: str) -> tuple[bool, str]:
    """Return whether a new head takes over by itself, and the note that says why."""
    if not fits:
        return False, f"Not adopted: {why}"
    if brand.adoption == Brand.Adoption.PROPOSED:
        return False, f"Proposed. {why}"
    earned = (Gate.Autonomy.CERTIFIED, Gate.Autonomy.SHADOW)
    certified = Gate.objects.filter(brand=brand, is_active=True, autonomy__in=earned).exists()
    if certified and brand.adoption == Brand.Adoption.UNCERTIFIED:
        return False, f"Proposed: to adopt it ends a certificate. {why}"
    return True, f"Adopted. {why}"


def _newest_decision(brand_id: int) -> int:
    decided = Decision.objects.filter(candidate__brand=brand_id, user__isnull=False)
    return decided.aggregate(newest=Max("pk"))["newest"] or 0
