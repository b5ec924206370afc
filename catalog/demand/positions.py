"""How likely each place of a page is looked at: position bias, estimated and shrunk.

A work that stands first is opened more often because it stands first. With openings c and
impressions n of work w at place k the model is c ~ Poisson(n · r_w · p_k): r is how attractive the
work is, p how likely the place is examined, p = 1 for the first. Works that were shown at several
places tell the two apart. Both are fitted in turn (each step raises the likelihood), p under a
gamma prior around `PRIOR` that weighs as much as `PRIOR_OPENINGS` openings, so that a page without
data keeps the prior and one with much data forgets it. An opening belongs to the impression of the
same visitor, work and day that came last before it. Sources: Joachims et al. 2017 (the examination
model), Agarwal et al. 2019 (its estimation from works shown at several places).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from catalog.models import PageKind, PositionCurve

PLACES = (0, 1, 2, 4, 8, 12, 24, 48, 96, 240)
"""First place of each bin; the last one is open."""
PRIOR = tuple(round(1 / (1 + place / 16) ** 0.7, 4) for place in PLACES)
"""A grid of four columns: the second screen is seen by six in ten, the end of a page by four."""
PRIOR_OPENINGS = 20.0
ROUNDS = 60
LEAST = 0.02
LEARN_DAYS = 28
MAKE_EVERY = timedelta(hours=20)
Floats = NDArray[np.float64]

JOINED = """
WITH shown AS (
    SELECT artwork_id, visitor, day, page, position, at,
           lead(at) OVER (PARTITION BY artwork_id, visitor, day ORDER BY at, id) AS until
    FROM catalog_demandevent
    WHERE day BETWEEN %(since)s AND %(until)s AND kind = 'impression'
      AND visitor <> '' AND position IS NOT NULL
), opened AS (
    SELECT artwork_id, visitor, day, min(at) AS at
    FROM catalog_demandevent
    WHERE day BETWEEN %(since)s AND %(until)s AND kind = 'view' AND visitor <> ''
    GROUP BY artwork_id, visitor, day
)
SELECT page, shown.artwork_id, width_bucket(position, %(places)s::int[]) - 1 AS place,
       count(*), count(opened.at)
FROM shown LEFT JOIN opened ON opened.artwork_id = shown.artwork_id
    AND opened.visitor = shown.visitor AND opened.day = shown.day
    AND opened.at >= shown.at AND (shown.until IS NULL OR opened.at < shown.until)
GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Curve:
    """How likely places are examined.

    Attributes:
        pk: of the row it was read from, or `None` for the prior.
        shares: by bin of `PLACES`, 0 … 1.
    """

    pk: int | None
    shares: tuple[float, ...]

    def at(self, place: int) -> float:
        """Return the likelihood that a place is examined."""
        return self.shares[int(np.searchsorted(PLACES, max(place, 0), side="right")) - 1]


def curves() -> dict[str, Curve]:
    """Return the newest curve of each page; the prior where none was estimated."""
    found = {page.value: Curve(None, PRIOR) for page in PageKind}
    newest = PositionCurve.objects.order_by("page", "-made_at", "-pk").distinct("page")
    for row in newest:
        shares = tuple(float(share) for _place, share in row.shares)
        if len(shares) == len(PLACES):
            found[row.page] = Curve(row.pk, shares)
    return found


def learn_positions(*, today: date | None = None) -> list[PositionCurve]:
    """Estimate the curve of each page that showed anything lately; at most one a day each.

    Safe to repeat: a curve that was made within the last hours is not made again.
    """
    until = today or timezone.now().date()
    if PositionCurve.objects.filter(made_at__gt=timezone.now() - MAKE_EVERY).exists():
        return []
    counts = _counted(until - timedelta(days=LEARN_DAYS), until)
    return [_made(page, *tables) for page, tables in counts.items()]


def _made(page: str, shown: Floats, opened: Floats) -> PositionCurve:
    shares = fitted(shown, opened)
    return PositionCurve.objects.create(
        page=page,
        shares=[[place, round(share, 5)] for place, share in zip(PLACES, shares, strict=True)],
        evidence={
            "shown": shown.sum(axis=0).tolist(),
            "opened": opened.sum(axis=0).tolist(),
            "works": len(shown),
            "prior": list(PRIOR),
            "prior_openings": PRIOR_OPENINGS,
        },
    )


def _counted(since: date, until: date) -> dict[str, tuple[Floats, Floats]]:
    """Return impressions and openings by page, each of shape `(works, places)`."""
    values: dict[str, Any] = {"since": since, "until": until, "places": list(PLACES)}
    with connection.cursor() as cursor:
        cursor.execute(JOINED, values)
        rows: Sequence[Any] = cursor.fetchall()
    tables: dict[str, dict[Any, Floats]] = {}
    for page, artwork, place, shown, opened in rows:
        table = tables.setdefault(page, {}).setdefault(artwork, np.zeros((2, len(PLACES))))
        table[:, place] = shown, opened
    stacked = {page: np.stack(list(works.values())) for page, works in tables.items()}
    return {page: (table[:, 0], table[:, 1]) for page, table in stacked.items()}


def fitted(shown: Floats, opened: Floats, prior: Sequence[float] = PRIOR) -> list[float]:
    """Return how likely each place is examined, falling, 1 for the first.

    Args:
        shown: impressions, shape `(works, places)`.
        opened: openings of them, same shape.
        prior: by place.
    """
    before, shares = np.asarray(prior), np.asarray(prior, dtype=float)
    by_work, total = opened.sum(axis=1), max(float(opened.sum()), 1e-9)
    for _round in range(ROUNDS):
        expected = shown @ shares
        usual = total / max(float(expected.sum()), 1e-9)
        # A work of few impressions is taken for a usual one, as far as one opening says.
        pull = (by_work + 1.0) / (expected + 1.0 / max(usual, 1e-9))
        chances = pull @ shown
        shares = (opened.sum(axis=0) + PRIOR_OPENINGS * before) / (chances + PRIOR_OPENINGS)
        shares = shares / shares[0]
    return [float(share) for share in np.clip(falling(shares), LEAST, 1.0)]


def falling(shares: Floats) -> Floats:
    """Return the nearest curve that never rises: a place is not seen oftener than one before it."""
    from sklearn.isotonic import IsotonicRegression

    return np.asarray(
        IsotonicRegression(increasing=False).fit_transform(range(len(shares)), shares)
    )
