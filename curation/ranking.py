"""By which value a gate ranks pictures that pass its rules: the brand's taste, or the rules.

Reads rows, writes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from curation.gate import Rules, weakest_margin
from curation.models import Head, Score
from curation.taste.likelihood import Likelihood

RULES = "rules"


@dataclass(frozen=True)
class Ranking:
    """A ranking value of 0 … 1, and what it comes from: a head's version, or the rules."""

    value: float
    by: str
    head_id: int | None = None


def ranking_of(likelihood: Likelihood | None, scores: Mapping[str, float], rules: Rules) -> Ranking:
    """Return the ranking value of a picture that is being judged."""
    if likelihood is None:
        return Ranking(weakest_margin(scores, rules), RULES)
    return Ranking(likelihood.value, likelihood.version, likelihood.head_id)


def rankings(ids: Sequence[UUID], head: Head | None, rules: Rules) -> dict[UUID, float]:
    """Return the ranking values of judged pictures, by one head or by the rules."""
    if not ids:
        return {}
    if head is None:
        scores = latest_scores(ids)
        return {key: weakest_margin(scores.get(key, {}), rules) for key in ids}
    from curation.taste.features import rows_of
    from curation.taste.fit import Fitted

    fitted = Fitted.from_json(head.features, head.weights)
    values = fitted.predict(rows_of(ids, head.features)).tolist()
    return dict(zip(ids, values, strict=True))


def latest_scores(ids: Sequence[UUID]) -> dict[UUID, dict[str, float]]:
    """Return each scorer's newest value by candidate."""
    found: dict[UUID, dict[str, float]] = {}
    rows = Score.objects.filter(candidate__in=ids).order_by("pk")
    for key, scorer, value in rows.values_list("candidate", "scorer", "value"):
        found.setdefault(key, {})[scorer] = value
    return found


def head_of(brand_id: int) -> Head | None:
    """Return the head that ranks a brand's pictures, if it fits the CLIP in use."""
    from genart.ml.weights import clip_folder

    head = Head.objects.filter(brand=brand_id, is_active=True).first()
    return head if head and head.encoder == clip_folder().encoder else None
