"""What every process counts: requests, sockets, messages, files, connections, log records.

Counts of all processes of a machine are told together: see `folder.py`. Labels are of few values:
names of routes and actors, never a path or an id.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import ValueClass

from genart.observability import folder

QUICK_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 10)
LONG_SECONDS = (0.05, 0.2, 1, 5, 20, 60, 300, 1800)

own = CollectorRegistry()
"""What this process has counted itself."""

REQUESTS = Counter("genart_http_requests", "Answers.", ["method", "route", "status"], registry=own)
REQUEST_SECONDS = Histogram(
    "genart_http_request_seconds",
    "Time to the answer's first byte.",
    ["method", "route"],
    buckets=QUICK_SECONDS,
    registry=own,
)
REQUESTS_RUNNING = Gauge(
    "genart_http_requests_running",
    "Requests in work.",
    registry=own,
    multiprocess_mode="livesum",
)
REQUESTS_TURNED_AWAY = Counter(
    "genart_http_requests_turned_away",
    "Requests answered 503 because too many waited before them.",
    registry=own,
)
SOCKETS_OPEN = Gauge(
    "genart_sockets_open",
    "WebSockets that are open.",
    ["route"],
    registry=own,
    multiprocess_mode="livesum",
)
SOCKETS = Counter("genart_sockets", "WebSockets that ended.", ["route", "outcome"], registry=own)
SOCKET_MESSAGES = Counter(
    "genart_socket_messages", "Messages on WebSockets.", ["route", "direction"], registry=own
)
MESSAGES = Counter(
    "genart_messages", "Messages worked on.", ["queue", "actor", "outcome"], registry=own
)
MESSAGE_SECONDS = Histogram(
    "genart_message_seconds",
    "Time of work on a message.",
    ["actor"],
    buckets=LONG_SECONDS,
    registry=own,
)
MESSAGE_WAIT_SECONDS = Histogram(
    "genart_message_wait_seconds",
    "Time from when a message was due to when its work began.",
    ["queue"],
    buckets=LONG_SECONDS,
    registry=own,
)
STORAGE_SECONDS = Histogram(
    "genart_storage_seconds",
    "Time of an operation of a file storage.",
    ["storage", "operation"],
    buckets=QUICK_SECONDS,
    registry=own,
)
STORAGE_ERRORS = Counter(
    "genart_storage_errors",
    "Operations of a file storage that failed.",
    ["storage", "operation"],
    registry=own,
)
POOL_CONNECTIONS = Gauge(
    "genart_database_connections",
    "Connections of the pools to the database.",
    ["state"],
    registry=own,
    multiprocess_mode="livesum",
)
POOL_WAITING = Gauge(
    "genart_database_waiting",
    "Threads that wait for a connection.",
    registry=own,
    multiprocess_mode="livesum",
)
POOL_WAIT_SECONDS = Counter(
    "genart_database_wait_seconds", "Time threads waited for a connection.", registry=own
)
POOL_ERRORS = Counter(
    "genart_database_errors",
    "Connections not got, not made, or lost.",
    ["kind"],
    registry=own,
)
LOG_RECORDS = Counter(
    "genart_log_records", "Warnings and errors logged.", ["level", "logger"], registry=own
)
PROVIDER_SECONDS = Histogram(
    "genart_provider_request_seconds",
    "Time of an HTTP exchange with a provider.",
    ["provider", "outcome"],
    buckets=LONG_SECONDS,
    registry=own,
)


def exposition() -> bytes:
    """Return what all processes of this machine have counted, in Prometheus's text format."""
    if folder.path() is None or not ValueClass.__name__.startswith("Mmap"):
        return generate_latest(own)
    folder.forget_the_ended()
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder.path()))  # type: ignore[no-untyped-call]
    return generate_latest(registry)
