"""Circuit breaker of a provider: leaves it alone while it fails, then lets one render try.

        closed ──── TRIP_AFTER failures in a row ────► open ◄──────────────┐
          ▲                                             │ the pause is over │ fails: a pause
          └── a render succeeds ──────────────────── half open ─────────────┘ twice as long

The state is in the provider's row, so that every process sees the same one; each change locks the
row. `state_of` and `after_failure` are pure.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from generation.models import Provider

TRIP_AFTER = 3
"""Failures in a row that open the breaker."""
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)
PROBE_MARGIN = timedelta(seconds=30)
"""How much longer than its time-out a probe may take before another render tries."""
LATENCY_WEIGHT = 0.2
"""Weight of the newest image in the moving average of the latency."""
ERROR_LENGTH = 300


class State(StrEnum):
    """Whether renders are let through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


class Circuit(Protocol):
    """The columns of a provider that the breaker reads."""

    failures: int
    closed_until: datetime | None
    probe_until: datetime | None


@dataclass(frozen=True, slots=True)
class After:
    """What a failure leaves in the provider's row."""

    failures: int
    closed_until: datetime | None


def state_of(circuit: Circuit, now: datetime) -> State:
    """Return the state at a time."""
    if circuit.closed_until is not None and now < circuit.closed_until:
        return State.OPEN
    return State.HALF_OPEN if circuit.failures >= TRIP_AFTER else State.CLOSED


def lets_through(circuit: Circuit, now: datetime) -> bool:
    """Return whether a render may be sent: always while closed, one at a time while half open."""
    state = state_of(circuit, now)
    probing = circuit.probe_until is not None and now < circuit.probe_until
    return state == State.CLOSED or (state == State.HALF_OPEN and not probing)


def after_failure(circuit: Circuit, now: datetime) -> After:
    """Return what a failure at a time makes of a circuit.

    While open, failures are echoes of renders that were sent before: they change nothing, lest a
    burst of them lengthen the pause as if it were many probes.
    """
    if state_of(circuit, now) == State.OPEN:
        return After(circuit.failures, circuit.closed_until)
    failures = circuit.failures + 1
    return After(failures, now + pause(failures) if failures >= TRIP_AFTER else None)


def pause(failures: int) -> timedelta:
    """Return how long a provider is left alone after so many failures in a row."""
    doublings = min(max(failures - TRIP_AFTER, 0), 16)
    return min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)


@transaction.atomic
def admit(provider: Provider) -> bool:
    """Ask for leave to send a render now; while half open the first to ask is the probe."""
    row, now = _locked(provider), timezone.now()
    if not lets_through(row, now):
        return False
    if state_of(row, now) == State.HALF_OPEN:
        row.probe_until = now + timedelta(seconds=row.timeout_seconds) + PROBE_MARGIN
        row.save(update_fields=["probe_until"])
    return True


@transaction.atomic
def note_success(provider: Provider, seconds: float) -> None:
    """Close the breaker and learn the latency.

    While open, only the latency is learnt: the picture was asked for before the failures.
    """
    row = _locked(provider)
    known = row.latency_seconds
    row.latency_seconds = seconds if known is None else known + LATENCY_WEIGHT * (seconds - known)
    if state_of(row, timezone.now()) != State.OPEN:
        row.failures, row.closed_until, row.probe_until, row.last_error = 0, None, None, ""
    _save(row)


@transaction.atomic
def note_failure(provider: Provider, error: Exception | str) -> None:
    """Count a failure that is the provider's own: no answer, a wrong one, an error of its side.

    A refused picture is none; `note_rate_limit` is for too many calls.
    """
    row = _locked(provider)
    after = after_failure(row, timezone.now())
    if after.failures > row.failures:
        row.probe_until = None
    row.failures, row.closed_until = after.failures, after.closed_until
    row.last_error = str(error)[:ERROR_LENGTH]
    _save(row)


@transaction.atomic
def note_rate_limit(provider: Provider, retry_after_seconds: float) -> None:
    """Leave a provider alone for as long as it asks; that is no failure."""
    row = _locked(provider)
    until = timezone.now() + timedelta(seconds=max(retry_after_seconds, 1.0))
    row.closed_until = max(row.closed_until or until, until)
    row.probe_until = None
    _save(row)


def reset(provider: Provider) -> None:
    """Close the breaker at a person's wish. Safe to repeat."""
    Provider.objects.filter(pk=provider.pk).update(
        failures=0, closed_until=None, probe_until=None, last_error=""
    )


def _locked(provider: Provider) -> Provider:
    return Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)


def _save(row: Provider) -> None:
    row.save(
        update_fields=["failures", "closed_until", "probe_until", "latency_seconds", "last_error"]
    )
