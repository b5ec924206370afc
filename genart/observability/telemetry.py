"""Traces by OpenTelemetry's own SDK, sent by OTLP over HTTP where the settings say to.

Spans are made by `genart.lib.tracing.span`; this module turns them into OpenTelemetry's. Sampling,
headers and limits are the SDK's own variables, such as `OTEL_TRACES_SAMPLER`.
"""

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings

from genart.lib import tracing
from genart.lib.queue import on_worker_stop
from genart.lib.redaction import redacted

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Link, Span

logger = logging.getLogger(__name__)

MISSING = "OTEL_EXPORTER_OTLP_ENDPOINT is set: install genart[seeing], which brings the SDK."
FLUSH_MS = 3_000
ID_WORD = "genart."
"""Before the names of our ids, so that they meet no name of OpenTelemetry's."""


class Recorder:
    """Makes spans with a provider of OpenTelemetry's SDK."""

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self.provider = provider
        self.tracer = provider.get_tracer("genart")
        self.propagator = TraceContextTextMapPropagator()

    @contextmanager
    def span(
        self,
        name: str,
        kind: tracing.Kind,
        parent: str,
        links: Collection[str],
        attributes: Mapping[str, object],
    ) -> Iterator["Span | None"]:
        """Record a block; an exception that leaves it is noted without its secrets.

        A trace begins where somebody asks: what sweeps do by themselves is part of none.
        """
        from opentelemetry.trace import SpanKind, Status, StatusCode

        if kind != "server" and not (parent or self.traceparent()):
            yield None
            return
        with self.tracer.start_as_current_span(
            name,
            context=self._context(parent) if parent else None,
            kind=SpanKind[kind.upper()],
            attributes=plain(attributes),
            links=self._links(links),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except BaseException as error:
                reason = redacted(f"{type(error).__name__}: {error}")
                span.set_status(Status(StatusCode.ERROR, reason))
                raise

    def describe(self, name: str, attributes: Mapping[str, object]) -> None:
        """Name the present span anew, and add what is known by now."""
        from opentelemetry import trace

        span = trace.get_current_span()
        span.update_name(name)
        span.set_attributes(plain({**tracing.current(), **attributes}))

    def traceparent(self) -> str:
        """Return the present span as a header; empty outside of any."""
        header: dict[str, str] = {}
        self.propagator.inject(header)
        return header.get(tracing.TRACEPARENT, "")

    def _context(self, traceparent: str) -> "Context":
        return self.propagator.extract({tracing.TRACEPARENT: traceparent})

    def _links(self, traceparents: Collection[str]) -> "list[Link]":
        from opentelemetry import trace

        contexts = [
            trace.get_current_span(self._context(header)).get_span_context()
            for header in dict.fromkeys(traceparents)
        ]
        return [trace.Link(context) for context in contexts if context.is_valid]


def plain(attributes: Mapping[str, object]) -> dict[str, str | bool | int | float]:
    """Return attributes as OpenTelemetry takes them: our own with a prefix, and no secrets."""
    return {
        name if "." in name else f"{ID_WORD}{name}": value
        if isinstance(value, bool | int | float)
        else redacted(str(value))
        for name, value in attributes.items()
        if value is not None
    }


def start() -> "Recorder | None":
    """Keep traces from now on, where the settings name a place for them."""
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        logger.error(MISSING)
        return None
    resource = Resource.create({"service.name": settings.OTEL_SERVICE_NAME})
    provider = TracerProvider(resource=resource)
    address = f"{settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip('/')}/v1/traces"
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
    recorder = Recorder(provider)
    tracing.record_with(recorder)
    # A worker process ends without Python's own last rites.
    on_worker_stop(lambda _queues: flush(provider))
    return recorder


def flush(provider: "TracerProvider") -> None:
    """Send what is still held back."""
    provider.force_flush(FLUSH_MS)
