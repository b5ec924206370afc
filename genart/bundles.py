"""Style sheets that a page needs in one file, joined when static files are collected.

Each sheet that stands between a visitor and the first paint costs a connection on HTTP/1.1 and a
place in the queue on any; four of them are read on every page, and three more in the shop. They
stay apart in `static/css/`, where people read them, and in development and tests, where nothing is
collected.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEETS = ("css/tokens.css", "css/base.css", "css/layout.css", "css/components.css")
"""In this order: the first one sets the order of the layers."""
OF_SHOP = ("css/pages/shop.css", "css/pages/browse.css", "css/pages/checkout.css")
BUNDLES = {"site": SHEETS, "shop": (*SHEETS, *OF_SHOP)}
"""Kind of page → the sheets it needs, in their order; joined as `css/<kind>.css`."""


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed static files, the sheets of `BUNDLES` also joined."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Join the sheets, then hash and compress all."""
        for kind, sheets in BUNDLES.items():
            if dry_run or not all(sheet in paths for sheet in sheets):
                continue
            joined = b"\n".join(_content(*paths[sheet]) for sheet in sheets)
            if self.exists(_joined(kind)):
                self.delete(_joined(kind))
            self.save(_joined(kind), ContentFile(joined))
            paths[_joined(kind)] = (self, _joined(kind))
        yield from super().post_process(paths, dry_run, **options)


def sheet_names(kind: str = "site") -> tuple[str, ...]:
    """Return the names to link on a kind of page."""
    joined = isinstance(staticfiles_storage, BundledStaticFilesStorage) and not settings.DEBUG
    return (_joined(kind),) if joined else BUNDLES[kind]


def _joined(kind: str) -> str:
    return f"css/{kind}.css"


def _content(storage: Any, path: str) -> bytes:
    with storage.open(path) as file:
        content: bytes = file.read()
    return content
