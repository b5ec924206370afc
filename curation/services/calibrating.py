"""Makes scales of what was measured: how each scorer's values lie in each style."""

from django.db import IntegrityError, transaction
from django.db.models import Count

from curation.calibration import LEAST, quantiles_of
from curation.models import Candidate, Scale, Score
from curation.recording import version_of
from curation.scorers import SCORERS

GROWTH = 1.25
"""A scale is followed by a new one when this many times as many pictures are there."""
NEWEST = 2000


def refit_scales() -> int:
    """Make new scales where there are none or pictures have become many more. Return how many.

    Safe to repeat: with no new pictures nothing is written.
    """
    counts = dict(
        Candidate.objects.values_list("render__style_version__style")
        .annotate(pictures=Count("pk"))
        .order_by()
    )
    made = 0
    for style_id in [None, *(key for key, pictures in counts.items() if pictures >= LEAST)]:
        made += sum(_refit(style_id, name) for name in SCORERS)
    return made


def _refit(style_id: int | None, name: str) -> bool:
    """Follow one scale where that is due."""
    version = version_of(name)
    scores = Score.objects.filter(scorer=name, version=version)
    if style_id is not None:
        scores = scores.filter(candidate__render__style_version__style=style_id)
    last = (
        Scale.objects.filter(style=style_id, scorer=name, scorer_version=version)
        .order_by("-version")
        .first()
    )
    pictures = scores.count()
    if pictures < LEAST or (last and min(pictures, NEWEST) < GROWTH * last.pictures):
        return False
    values = list(scores.order_by("-pk").values_list("value", flat=True)[:NEWEST])
    try:
        with transaction.atomic():
            Scale.objects.create(
                style_id=style_id,
                scorer=name,
                scorer_version=version,
                version=last.version + 1 if last else 1,
                quantiles=quantiles_of(values),
                pictures=len(values),
            )
    except IntegrityError:  # another worker was quicker
        return False
    return True
