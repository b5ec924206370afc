"""Style sheets of every page in one file, joined when static files are collected.

Each sheet that stands between a visitor and the first paint costs a connection on HTTP/1.1 and a
place in the queue on any; four of them are read on every page. They stay apart in `static/css/`,
where people read them, and in development and tests, where nothing is collected.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEETS = ("css/tokens.css", "css/base.css", "css/layout.css", "css/components.css")
"""In this order: the first one sets the order of the layers."""
JOINED = "css/site.css"


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed static files, the sheets of `SHEETS` also as one."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Join the sheets, then hash and compress all."""
        if not dry_run and all(sheet in paths for sheet in SHEETS):
            joined = b"\n".join(_content(*paths[sheet]) for sheet in SHEETS)
            if self.exists(JOINED):
                self.delete(JOINED)
            self.save(JOINED, ContentFile(joined))
            paths[JOINED] = (self, JOINED)
        yield from super().post_process(paths, dry_run, **options)


def sheet_names() -> tuple[str, ...]:
    """Return the names to link on every page."""
    joined = isinstance(staticfiles_storage, BundledStaticFilesStorage) and not settings.DEBUG
    return (JOINED,) if joined else SHEETS


def _content(storage: Any, path: str) -> bytes:
    with storage.open(path) as file:
        content: bytes = file.read()
    return content
