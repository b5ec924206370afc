"""What the page of gates shows of each: state, promise, progress, gauges, history. Reads only."""

from dataclasses import dataclass
from math import log
from typing import Any

from curation.campaigns import Progress, progress_of
from curation.certifying.promise import percent, promise
from curation.certifying.wager import ALARM
from curation.models import Certificate, Gate, GateEvent
from curation.reports import gate_report
from curation.services.certifying import TRIAL
from curation.watching import Watch, watch
from generation.models import Tier

EVENTS = 12
TONES = {"certified": "good", "shadow": "info", "learning": "warn", "suspended": "bad"}
NAMES = {
    "certified": "Publishes by itself",
    "shadow": "On trial",
    "learning": "Learning",
    "suspended": "Suspended",
}
PLOT_TOP = 0.16
"""The highest share of wrong approvals that the plot of thresholds shows."""


@dataclass(frozen=True)
class Curve:
    """The thresholds of a certificate, drawn: share approved to the right, bound upwards.

    Attributes:
        points: of the line, as SVG wants them, on 100 × 50.
        target: height of the line of what is allowed.
        chosen: place of the threshold in force.
    """

    points: str
    target: float
    chosen: tuple[float, float]


@dataclass(frozen=True)
class GateCard:
    """One gate of the page."""

    report: dict[str, Any]
    gate: Gate
    name: str
    tone: str
    certificate: Certificate | None
    promise: str
    progress: Progress | None
    watch: Watch | None
    curve: Curve | None
    events: list[GateEvent]

    @property
    def wager_level(self) -> float:
        """How far the wager has come to its alarm, 0 … 1."""
        if self.watch is None:
            return 0.0
        return min(1.0, max(0.0, log(max(self.watch.wager, 1.0)) / log(ALARM)))

    @property
    def bound(self) -> str:
        """The bound of the certificate, as people read it."""
        return percent(round(self.certificate.upper_bound, 3)) if self.certificate else ""

    @property
    def trial_left(self) -> int:
        """How many pictures a trial that promotes itself still needs."""
        return max(0, TRIAL - (self.watch.judged if self.watch else 0))


def gate_cards() -> list[GateCard]:
    """Return every active gate."""
    return [_card(report) for report in gate_report()]


def _card(report: dict[str, Any]) -> GateCard:
    gate = report["gate"]
    events = list(gate.events.select_related("user")[:EVENTS])
    if gate.tier == Tier.PREMIUM:
        return GateCard(
            report, gate, "A person decides", "info", None, "", None, None, None, events
        )
    certificate = Certificate.objects.select_related("head").filter(gate=gate).first()
    in_force = certificate if certificate and certificate.ended_at is None else None
    return GateCard(
        report=report,
        gate=gate,
        name=NAMES[gate.autonomy],
        tone=TONES[gate.autonomy],
        certificate=in_force,
        promise=promise(gate.target, gate.confidence),
        progress=None if in_force else progress_of(gate),
        watch=watch(in_force) if in_force else None,
        curve=curve_of(in_force) if in_force else None,
        events=events,
    )


def curve_of(certificate: Certificate) -> Curve | None:
    """Return the drawing of a certificate's thresholds, unless it kept none."""
    steps = [step for step in certificate.steps if step["accepted"]]
    if not steps:
        return None
    places = [(100 * step["share"], _height(step["upper_bound"])) for step in steps]
    nearest = min(steps, key=lambda step: abs(step["threshold"] - certificate.threshold))
    return Curve(
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places),
        target=_height(certificate.target),
        chosen=(round(100 * nearest["share"], 1), _height(certificate.upper_bound)),
    )


def _height(share: float) -> float:
    return round(50 * (1 - min(share, PLOT_TOP) / PLOT_TOP), 1)
