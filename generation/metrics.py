"""Figures of the first tier for Prometheus and for autoscalers. Reads only.

What autoscalers look at, depth and age of the queue, is read at most once a second; counts over
whole tables at most every half minute. `genart/health.py` answers with them at `/metrics`.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, BooleanField, Count, ExpressionWrapper, F, FloatField, Min, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Extract
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from generation.heartbeat import ALIVE_FOR
from generation.models import Checkpoint, Job, Provider, RemoteCall, Render, Worker
from generation.remote import breaker

FRESH_SECONDS = 1.0
COUNTS_FRESH_SECONDS = 30.0
PACE_OVER = timedelta(hours=1)
"""Images finished within this time make the seconds per image."""


@dataclass(frozen=True, slots=True)
class Depth:
    """What waits in one lane for one checkpoint.

    Attributes:
        is_foreign: whether only providers make it.
        since: when the oldest was queued.
    """

    lane: str
    checkpoint: str
    is_foreign: bool
    renders: int
    since: datetime


def depths() -> list[Depth]:
    """Return what waits in the queue, without paused jobs. One query."""
    queued = Render.objects.filter(state=Render.State.QUEUED, job__state=Job.State.ACTIVE)
    rows = queued.order_by().values_list("lane", "checkpoint__slug", "checkpoint__source")
    return [
        Depth(lane, slug, source == Checkpoint.Source.REMOTE, count, since)
        for lane, slug, source, count, since in rows.annotate(Count("pk"), Min("created_at"))
    ]


def exposition() -> bytes:
    """Return every figure in Prometheus's text format."""
    return _queue_text.get() + _count_text.get()


class Family(Collector):
    """A collector around a function that yields metrics; it is not asked at registration."""

    def __init__(self, function: Callable[[], Iterator[Metric]]) -> None:
        self.function = function

    def describe(self) -> Iterable[Metric]:
        """Name nothing in advance: the names are known once rows are read."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Yield the metrics as they are now."""
        return self.function()


class Text:
    """The text of some metrics, made again once it is old. Safe between threads."""

    def __init__(self, seconds: float, function: Callable[[], Iterator[Metric]]) -> None:
        self.seconds = seconds
        self.registry = CollectorRegistry()
        self.registry.register(Family(function))
        self.text, self.due = b"", 0.0
        self.lock = threading.Lock()

    def get(self) -> bytes:
        """Return the text."""
        with self.lock:
            if time.monotonic() >= self.due:
                self.text = generate_latest(self.registry)
                self.due = time.monotonic() + self.seconds
            return self.text

    def forget(self) -> None:
        """Let the next call read anew."""
        self.due = 0.0


def _queue() -> Iterator[Metric]:
    """Yield what autoscalers ask: depth, age, workers. Three queries."""
    labels = ["lane", "checkpoint", "where"]
    depth = GaugeMetricFamily("genart_queue_renders", "Renders that wait.", labels=labels)
    age = GaugeMetricFamily(
        "genart_queue_oldest_seconds", "Age of the oldest render that waits.", labels=labels
    )
    now = timezone.now()
    for entry in depths():
        place = [entry.lane, entry.checkpoint, "provider" if entry.is_foreign else "own"]
        depth.add_metric(place, entry.renders)
        age.add_metric(place, max((now - entry.since).total_seconds(), 0))
    yield from (depth, age, _workers(now))
    rendering = GaugeMetricFamily(
        "genart_rendering_renders", "Renders that are being made.", labels=["where"]
    )
    here = Render.objects.filter(state=Render.State.RENDERING).order_by()
    away = dict(here.values_list(_is_away()).annotate(Count("pk")))
    rendering.add_metric(["own"], away.get(False, 0))
    rendering.add_metric(["provider"], away.get(True, 0))
    yield rendering


def _is_away() -> ExpressionWrapper:
    """Return the expression for whether a render is made by a provider."""
    return ExpressionWrapper(~Q(provider=""), output_field=BooleanField())


def _workers(now: datetime) -> Metric:
    """Return how many workers live, by queue; none is told as well."""
    workers = GaugeMetricFamily("genart_workers", "Workers that live.", labels=["queue"])
    alive = dict.fromkeys(("render", "remote"), 0)
    for queues in Worker.objects.filter(seen_at__gt=now - ALIVE_FOR).values_list(
        "queues", flat=True
    ):
        for name in queues:
            alive[name] = alive.get(name, 0) + 1
    for name, count in sorted(alive.items()):
        workers.add_metric([name], count)
    return workers


def _counts() -> Iterator[Metric]:
    """Yield what is counted over whole tables. Four queries."""
    renders = GaugeMetricFamily("genart_renders", "Renders by state.", labels=["state"])
    by_state = dict(Render.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in Render.State.values:
        renders.add_metric([state], by_state.get(state, 0))
    yield renders
    yield _pace()
    yield from _remote()
    yield from _providers()


def _pace() -> Metric:
    """Return the seconds per image of late, those that shared a pass counted for their part."""
    pace = GaugeMetricFamily(
        "genart_seconds_per_image",
        "Mean seconds for one image within the last hour.",
        labels=["checkpoint", "lane", "where"],
    )
    seconds = Extract(F("finished_at") - F("started_at"), "epoch", output_field=FloatField())
    batch = Coalesce(Cast(KT("fingerprint__batch_size"), FloatField()), 1.0)
    recent = Render.objects.filter(
        state=Render.State.RENDERED,
        finished_at__gt=timezone.now() - PACE_OVER,
        started_at__isnull=False,
    ).order_by()
    rows = recent.values_list("checkpoint__slug", "lane", _is_away())
    for slug, lane, away, mean in rows.annotate(mean=Avg(seconds / batch)):
        pace.add_metric([slug, lane, "provider" if away else "own"], mean)
    return pace


def _remote() -> Iterator[Metric]:
    """Yield calls and their cost by provider."""
    calls = CounterMetricFamily(
        "genart_remote_calls", "Calls of providers.", labels=["provider", "state"]
    )
    cost = CounterMetricFamily(
        "genart_remote_cost_cents", "Cents booked for calls.", labels=["provider", "state"]
    )
    rows = RemoteCall.objects.order_by().values_list("provider__slug", "state")
    for slug, state, count, cents in rows.annotate(Count("pk"), Sum("cost_cents")):
        calls.add_metric([slug, state], count)
        cost.add_metric([slug, state], float(cents or 0))
    yield from (calls, cost)


def _providers() -> Iterator[Metric]:
    """Yield how each provider is."""
    state = GaugeMetricFamily(
        "genart_breaker_state", "1 for the state of the breaker.", labels=["provider", "state"]
    )
    latency = GaugeMetricFamily(
        "genart_provider_latency_seconds", "For one image, of late.", labels=["provider"]
    )
    failures = GaugeMetricFamily(
        "genart_provider_failures", "Failures in a row.", labels=["provider"]
    )
    now = timezone.now()
    for provider in Provider.objects.filter(is_active=True):
        present = breaker.state_of(provider, now)
        for possible in breaker.State:
            word = possible.value.replace(" ", "-")
            state.add_metric([provider.slug, word], float(possible == present))
        failures.add_metric([provider.slug], provider.failures)
        if provider.latency_seconds is not None:
            latency.add_metric([provider.slug], provider.latency_seconds)
    yield from (state, latency, failures)


_queue_text = Text(FRESH_SECONDS, _queue)
_count_text = Text(COUNTS_FRESH_SECONDS, _counts)


def forget() -> None:
    """Let the next exposition read everything anew."""
    _queue_text.forget()
    _count_text.forget()
