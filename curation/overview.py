"""What the dashboard counts: aggregated by the database, never row by row.

Every read takes a `Period`. Distributions rest on the newest pictures alone, so that a dashboard
over a hundred thousand of them is as quick as over a thousand. What is drawn of it is in
`curation/dashboard.py`.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from curation.models import Brand, Candidate, Certificate, Decision, Gate, GateEvent, Head, Score

State = Candidate.State
DAYS = (7, 30, 90, 365)
NEWEST = 1000
COLUMNS = 24
HELD_LOOKED_AT = 500
AGES = ((1, "under 1 h"), (4, "1–4 h"), (24, "4–24 h"), (72, "1–3 days"), (168, "3–7 days"))
OLDER = "over 7 days"
TOOK_MS = (1000, 2000, 3000, 4000, 6000, 8000, 12_000, 20_000, 40_000, 60_000)


@dataclass(frozen=True)
class Period:
    """Which brand, or all, and how far back."""

    brand: Brand | None = None
    days: int = 30

    @property
    def since(self) -> datetime:
        """When it begins."""
        return timezone.now() - timedelta(days=self.days)

    def candidates(self) -> QuerySet[Candidate]:
        """Return the candidates of the brand, of whatever age."""
        rows = Candidate.objects.all()
        return rows.filter(brand=self.brand) if self.brand else rows

    def decisions(self) -> QuerySet[Decision]:
        """Return what people decided on the brand's pictures within the period."""
        rows = Decision.objects.filter(user__isnull=False, decided_at__gte=self.since)
        return rows.filter(candidate__brand=self.brand) if self.brand else rows

    @property
    def parameters(self) -> dict[str, Any]:
        """The same for SQL."""
        return {"since": self.since, "brand": self.brand.pk if self.brand else None}


@dataclass(frozen=True)
class StyleRow:
    """What became of a style's pictures, and what they cost."""

    name: str
    approved: int
    rejected: int
    waiting: int
    render_seconds: float
    people_seconds: float

    @property
    def decided(self) -> int:
        """How many were approved or rejected."""
        return self.approved + self.rejected


STYLES_SQL = """
WITH judged AS (
  SELECT s.id, s.name, c.id AS candidate, c.state,
         extract(epoch FROM r.finished_at - r.started_at)
           / greatest(1, coalesce((r.fingerprint->>'batch_size')::float, 1)) AS seconds
  FROM curation_candidate c
  JOIN generation_render r ON r.id = c.render_id
  JOIN generation_styleversion v ON v.id = r.style_version_id
  JOIN generation_style s ON s.id = v.style_id
  WHERE c.created_at >= %(since)s AND (%(brand)s::bigint IS NULL OR c.brand_id = %(brand)s)
), looked AS (
  SELECT candidate_id, sum(took_ms) / 1000.0 AS seconds
  FROM curation_decision
  WHERE user_id IS NOT NULL AND took_ms IS NOT NULL AND decided_at >= %(since)s
  GROUP BY candidate_id
)
SELECT name,
       count(*) FILTER (WHERE state = 'approved'),
       count(*) FILTER (WHERE state = 'rejected'),
       count(*) FILTER (WHERE state IN ('review', 'scoring', 'held')),
       coalesce(sum(judged.seconds), 0), coalesce(sum(looked.seconds), 0)
FROM judged LEFT JOIN looked ON looked.candidate_id = judged.candidate
GROUP BY judged.id, name ORDER BY count(*) DESC, name
"""


def styles(period: Period) -> list[StyleRow]:
    """Return every style with pictures in the period, those with most first."""
    with connection.cursor() as cursor:
        cursor.execute(STYLES_SQL, period.parameters)
        return [
            StyleRow(row[0], row[1], row[2], row[3], float(row[4]), float(row[5]))
            for row in cursor.fetchall()
        ]


def outcomes(period: Period) -> dict[str, int]:
    """Return how pictures of the period were approved and rejected, by whom, and what waits."""
    rows = Decision.objects.filter(decided_at__gte=period.since, undone_by=None)
    if period.brand:
        rows = rows.filter(candidate__brand=period.brand)
    return rows.aggregate(
        gate_approved=Count("pk", filter=Q(verdict="approve", gate__isnull=False)),
        gate_rejected=Count("pk", filter=Q(verdict="reject", gate__isnull=False)),
        people_approved=Count("pk", filter=Q(verdict="approve", user__isnull=False)),
        people_rejected=Count("pk", filter=Q(verdict="reject", user__isnull=False)),
    )


def standing(period: Period) -> dict[str, int]:
    """Return how many of the brand's pictures wait, are held or are being scored, of any age."""
    unsettled = (State.REVIEW, State.HELD, State.SCORING)
    counted = period.candidates().filter(state__in=unsettled).order_by().values("state")
    found = {row["state"]: row["n"] for row in counted.annotate(n=Count("pk"))}
    return {str(state): found.get(state, 0) for state in unsettled}


def score_columns(period: Period) -> dict[str, list[int]]:
    """Return for each scorer how the newest pictures' scores spread over `COLUMNS` columns."""
    newest = period.candidates().filter(created_at__gte=period.since).order_by("-created_at")
    ids = list(newest.values_list("pk", flat=True)[:NEWEST])
    found: dict[str, list[int]] = defaultdict(lambda: [0] * COLUMNS)
    if not ids:
        return found
    rows = Score.objects.filter(candidate__in=ids).order_by("pk")
    latest = {(c, s): value for c, s, value in rows.values_list("candidate", "scorer", "value")}
    for (_candidate, scorer), value in latest.items():
        found[scorer][min(COLUMNS - 1, int(value * COLUMNS))] += 1
    return found


def queue_ages(period: Period) -> list[tuple[str, int]]:
    """Return how many pictures wait for a person, by how long they have waited."""
    now = timezone.now()
    counts, limits = {}, [now + timedelta(days=1)]
    for hours, name in AGES:
        older = now - timedelta(hours=hours)
        counts[name] = Count("pk", filter=Q(created_at__gt=older, created_at__lte=limits[-1]))
        limits.append(older)
    counts[OLDER] = Count("pk", filter=Q(created_at__lte=limits[-1]))
    keys = {f"age_{index}": counts[name] for index, name in enumerate(counts)}
    found = period.candidates().filter(state=State.REVIEW).aggregate(**keys)
    return [(name, found[f"age_{index}"]) for index, name in enumerate(counts)]


def decision_times(period: Period) -> tuple[list[int], float | None]:
    """Return how many decisions of people took how long, by `TOOK_MS`, and the median seconds."""
    timed = period.decisions().filter(took_ms__isnull=False, verdict__in=("approve", "reject"))
    newest = timed.order_by("-decided_at").values_list("took_ms", flat=True)[:5000]
    times = [took for took in newest if took is not None]
    counts = [0] * (len(TOOK_MS) + 1)
    for took in times:
        counts[sum(took >= limit for limit in TOOK_MS)] += 1
    return counts, sorted(times)[len(times) // 2] / 1000 if times else None


def held_reasons(period: Period) -> list[tuple[str, int]]:
    """Return why pictures are held, with how many, the most frequent first."""
    rows = period.candidates().filter(state=State.HELD).order_by("retry_at")
    counted: Counter[str] = Counter()
    for reasons in rows.values_list("reasons", flat=True)[:HELD_LOOKED_AT]:
        counted.update(set(reasons) or {"No reason was noted."})
    return counted.most_common(8)


@dataclass(frozen=True)
class GateRow:
    """A gate in force, its certificate if it has one, and the last change of its autonomy."""

    gate: Gate
    certificate: Certificate | None
    event: GateEvent | None


def gates(period: Period) -> list[GateRow]:
    """Return the active gates with the certificate in force; three queries."""
    active = Gate.objects.filter(is_active=True).select_related("brand", "style")
    if period.brand:
        active = active.filter(brand=period.brand)
    rows = list(active.order_by("brand__name", "tier", "style__name"))
    in_force = Certificate.objects.filter(gate__in=rows, ended_at=None)
    certificates = {certificate.gate_id: certificate for certificate in in_force}
    last = GateEvent.objects.filter(gate__in=rows).order_by("gate_id", "-pk").distinct("gate_id")
    events = {event.gate_id: event for event in last}
    return [GateRow(gate, certificates.get(gate.pk), events.get(gate.pk)) for gate in rows]


def heads(period: Period) -> list[Head]:
    """Return the heads in use."""
    rows = Head.objects.filter(is_active=True).select_related("brand").defer("weights", "features")
    return list(rows.filter(brand=period.brand) if period.brand else rows)
