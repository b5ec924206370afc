"""Counters of a machine that has workers and no web process: a port that Prometheus can ask.

All processes of the machine count together (`folder.py`), so one of them answers for all; when it
ends, another takes the port within a quarter of a minute.
"""

import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.conf import settings
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from genart.observability import counters

AGAIN_SECONDS = 15.0

logger = logging.getLogger(__name__)


class Handler(BaseHTTPRequestHandler):
    """Answers `/metrics` for whoever has `METRICS_TOKEN`, where there is one."""

    def do_GET(self) -> None:
        """Answer with the counters."""
        token = settings.METRICS_TOKEN
        given = self.headers.get("Authorization", "")
        if self.path.partition("?")[0] != "/metrics":
            self._answer(404, b"Ask for /metrics.\n", "text/plain")
        elif token and not constant_time_compare(given, f"Bearer {token}"):
            self._answer(403, b"Send METRICS_TOKEN as a bearer token.\n", "text/plain")
        else:
            self._answer(200, counters.exposition(), CONTENT_TYPE_PLAIN_0_0_4)

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Leave what scrapers do out of the log."""


def start(queues: set[str]) -> None:
    """Answer at `METRICS_PORT` from now on, or as soon as it is free; nothing where it is 0."""
    if settings.METRICS_PORT:
        threading.Thread(target=serve, name="exporter", daemon=True).start()


def serve() -> None:
    """Wait for the port, and answer for as long as the process lives."""
    waits = threading.Event()
    while True:
        try:
            server = ThreadingHTTPServer(("", settings.METRICS_PORT), Handler)
        except OSError:  # another process of this machine has it
            waits.wait(AGAIN_SECONDS)
            continue
        logger.info("Counters are told at port %s.", settings.METRICS_PORT)
        server.serve_forever()
