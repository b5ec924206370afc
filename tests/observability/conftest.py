"""A place where traces go."""

from collections.abc import Iterator
from typing import Any

import pytest

from genart.lib import tracing
from genart.observability import telemetry
from tests.observability.collector import Collector, collecting


@pytest.fixture
def collector(settings: Any) -> Iterator[Collector]:
    """A collector that gets this process's traces; `flush` sends what is held back."""
    with collecting() as server:
        settings.OTEL_EXPORTER_OTLP_ENDPOINT = server.address
        settings.OTEL_SERVICE_NAME = "genart-test"
        recorder = telemetry.start()
        assert recorder is not None
        server.flush = lambda: telemetry.flush(recorder.provider)  # type: ignore[attr-defined]
        yield server
        tracing.record_with(None)
        recorder.provider.shutdown()
