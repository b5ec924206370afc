"""How log lines look: one JSON object a line for machines, words for a terminal.

Both tell the ids of the present work (`genart/lib/tracing.py`), and neither tells a secret
(`genart/lib/redaction.py`).
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal

from genart.lib import tracing

Style = Literal["auto", "json", "text"]
STYLES = {"auto", "json", "text"}
FIELDS = "fields"
"""Name of a record's attribute with more fields: `logger.info(…, extra={"fields": {…}})`."""
SHORT = {"request_id": "request", "job_id": "job", "render_id": "render", "user_id": "user"}


def config(level: str, style: str) -> dict[str, Any]:
    """Return Django's `LOGGING`.

    Args:
        level: name of the least level that is written.
        style: `json`, `text`, or `auto`: text where a person looks at a terminal.
    """
    if style == "auto":
        style = "text" if sys.stderr is not None and sys.stderr.isatty() else "json"
    through_root: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "genart.observability.logs.JsonLines"},
            "text": {"()": "genart.observability.logs.TextLines"},
        },
        "filters": {"redaction": {"()": "genart.lib.redaction.Redaction"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": style,
                "filters": ["redaction"],
            },
            "counting": {"class": "genart.observability.logs.Counting", "level": "WARNING"},
        },
        "root": {"handlers": ["console", "counting"], "level": level},
        "loggers": {
            "django": through_root,
            "django.request": {"level": "ERROR"},
            "django.server": through_root,
            "uvicorn": through_root,
            "uvicorn.error": through_root,
            "uvicorn.access": {"handlers": [], "propagate": False},  # `requests.py` says more
        },
    }


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time, level, logger, message, ids, fields, error."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            **tracing.current(),
            **getattr(record, FIELDS, {}),
        }
        traceparent = tracing.carried().get(tracing.TRACEPARENT, "")
        if traceparent:
            _version, line["trace_id"], line["span_id"], _flags = traceparent.split("-")
        if record.exc_info or record.exc_text:
            line["error"] = record.exc_text or self.formatException(record.exc_info)  # type: ignore[arg-type]
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """A record as people read it, its ids in brackets, shortened to what tells them apart."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's own name)
        """Return the first line with the ids behind it."""
        known = tracing.current()
        ids = [f"{word}={known[name][:8]}" for name, word in SHORT.items() if name in known]
        return super().formatMessage(record) + (f" [{' '.join(ids)}]" if ids else "")


class Counting(logging.Handler):
    """Count warnings and errors by logger, so that an alert can look at them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count one record."""
        from genart.observability.counters import LOG_RECORDS

        root = record.name.partition(".")[0]
        LOG_RECORDS.labels(record.levelname.lower(), root).inc()
