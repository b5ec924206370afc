"""What speaks for or against a certificate since it was issued: drift of the scores, and audits.

Reads rows, writes nothing; the verbs that act on it are in `curation/services/certifying.py`.
"""

from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery

from curation.certifying.drift import WINDOWS, Gauge, gauges
from curation.certifying.wager import ALARM, Audit, stake
from curation.models import Assignment, Certificate, Decision


@dataclass(frozen=True)
class Watch:
    """What is known of a certificate in force.

    Attributes:
        judged: pictures that passed the rules since it was issued.
        approved: of these, published by it.
        gauges: of the score distribution, one for each full window.
        audits: approvals that were audited, and done.
        wrong: of these, refused by a person.
        wager: what the stake against the promise has become; see `ALARM`.
    """

    judged: int
    approved: int
    gauges: tuple[Gauge, ...]
    audits: int
    wrong: int
    wager: float

    @property
    def alarm(self) -> str:
        """Why the certificate must end, as a sentence; empty while it may stand."""
        for gauge in self.gauges:
            if gauge.drifted:
                return (
                    f"The newest {gauge.window} pictures rank unlike those that the certificate "
                    f"rests on: distance {gauge.distance:.2f}, allowed {gauge.limit:.2f}."
                )
        if self.wager >= ALARM:
            return (
                f"Audits speak against it: {self.wrong} of {self.audits} audited approvals were "
                f"wrong, {self.wager:.0f} to 1 against the promise."
            )
        return ""

    @property
    def furthest(self) -> Gauge | None:
        """The gauge nearest to its limit."""
        return max(self.gauges, key=lambda gauge: gauge.level, default=None)

    @property
    def until_first(self) -> int:
        """How many pictures are missing until the first window is full."""
        return max(0, WINDOWS[0] - self.judged)


def watch(certificate: Certificate) -> Watch:
    """Look at everything since a certificate was issued."""
    ranked = Decision.objects.filter(
        gate=certificate.gate_id,
        decided_at__gt=certificate.issued_at,
        evidence__certificate=certificate.pk,
    )
    newest = list(
        ranked.order_by("-pk").values_list("evidence__ranking__value", flat=True)[: WINDOWS[-1]]
    )
    audits = audits_of(certificate)
    return Watch(
        judged=ranked.count() if len(newest) == WINDOWS[-1] else len(newest),
        approved=ranked.filter(verdict=Decision.Verdict.APPROVE).count(),
        gauges=tuple(gauges(certificate.reference, certificate.labels, newest[::-1])),
        audits=len(audits),
        wrong=sum(audit.wrong for audit in audits),
        wager=stake(
            audits,
            target=certificate.target,
            propensity=min((audit.propensity for audit in audits), default=1.0),
        ),
    )


def audits_of(certificate: Certificate) -> list[Audit]:
    """Return what random looks at a certificate's approvals found, in the order of the answers.

    In the trial, where people decide on everything, the pictures that were drawn as labels are the
    random looks: of those that it would have published.
    """
    named = Decision.objects.filter(
        gate=certificate.gate_id, evidence__certificate=certificate.pk, evidence__would="approve"
    )
    done = Assignment.objects.filter(
        purpose=Assignment.Purpose.AUDIT_APPROVED,
        state=Assignment.State.DONE,
        noted_at__isnull=False,
        candidate__in=named.filter(verdict="approve").values("candidate"),
    )
    audits = [
        Audit(verdict == "reject", propensity)
        for verdict, propensity in done.order_by("done_at").values_list("verdict", "propensity")
    ]
    return [*trials_of(named), *audits]


def trials_of(named: QuerySet[Decision]) -> list[Audit]:
    """Return what people said of drawn pictures that a gate on trial would have published."""
    said = Decision.objects.filter(candidate=OuterRef("candidate")).exclude(user=None)
    rows = (
        named.filter(verdict="review", candidate__sample_share__isnull=False)
        .annotate(last=Subquery(said.order_by("-pk").values("verdict")[:1]))
        .filter(Q(last="approve") | Q(last="reject"))
        .order_by("pk")
        .values_list("last", "candidate__sample_share")
    )
    return [Audit(verdict == "reject", share or 1.0) for verdict, share in rows]
