"""The file storages, watched: how long each operation takes and how often one fails.

A file that is not there is an answer, not a failure.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.storage import FileSystemStorage
from storages.backends.s3 import S3Storage

from genart.lib import tracing
from genart.observability import counters


@contextmanager
def watched(storage: str, operation: str) -> Iterator[None]:
    """Measure one operation."""
    began = time.perf_counter()
    try:
        with tracing.span(f"storage {operation}", "client", storage=storage):
            yield
    except FileNotFoundError:
        raise
    except Exception:
        counters.STORAGE_ERRORS.labels(storage, operation).inc()
        raise
    finally:
        seconds = time.perf_counter() - began
        counters.STORAGE_SECONDS.labels(storage, operation).observe(seconds)


class Watching:
    """What both storages have in common; before the storage in the order of classes.

    Args:
        watched_as: what the figures call it.
    """

    def __init__(self, *args: Any, watched_as: str = "other", **options: Any) -> None:
        super().__init__(*args, **options)
        self.watched_as = watched_as

    def _open(self, name: str, mode: str = "rb") -> Any:
        with watched(self.watched_as, "open"):
            return super()._open(name, mode)  # type: ignore[misc]

    def _save(self, name: str, content: Any) -> str:
        with watched(self.watched_as, "save"):
            return super()._save(name, content)  # type: ignore[misc]

    def delete(self, name: str) -> None:
        """Delete a file."""
        with watched(self.watched_as, "delete"):
            super().delete(name)  # type: ignore[misc]


class WatchedFolder(Watching, FileSystemStorage):
    """Files in a local folder."""


class WatchedBucket(Watching, S3Storage):
    """Files in an S3 bucket."""
