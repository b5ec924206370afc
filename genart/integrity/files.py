"""Every file that a row names is there and whole, and every file that is there belongs to a row."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from django.core.files.storage import Storage, storages

from catalog.models import SignedFile
from genart.integrity.contract import Broken, Rule
from genart.integrity.naming import has_owner, named_in
from generation.models import ControlImage, Render

ALIASES = ("originals", "default")
BLOCK_BYTES = 1 << 20
PARKED = ".swept"
"""Where the storage sweep puts files of nobody for some days (`genart/retention/`)."""


def missing(before: datetime) -> Iterator[Broken]:
    """Yield files that a row names and the storage has not.

    What is named and not stored is asked for once more: both change while they are read.
    """
    for alias in ALIASES:
        storage = storages[alias]
        for name in sorted(named_in(alias) - set(stored(storage))):
            if not storage.exists(name) and name in named_in(alias):
                yield f"{alias} {name}", "A row names this file and it is not there."


def orphaned(before: datetime) -> Iterator[Broken]:
    """Yield files of no row, such as a process leaves behind that is killed while it writes."""
    for alias in ALIASES:
        storage = storages[alias]
        named = named_in(alias)
        for name in stored(storage):
            if name not in named and _is_older(storage, name, before) and not has_owner(name):
                yield f"{alias} {name}", "No row names this file: `manage.py sweep_storage` does."


def changed(before: datetime) -> Iterator[Broken]:
    """Yield files whose content is not the one that was recorded."""
    for alias, name, sha256 in _recorded(before):
        found = sha256_of(storages[alias], name)
        if found is not None and found != sha256:
            yield f"{alias} {name}", "It is not the file that was recorded: restore it."


def stored(storage: Storage, folder: str = "") -> Iterator[str]:
    """Yield the name of every file of a storage, drafts included, but those that a sweep parked."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored, or it has just been removed
        return
    prefix = f"{folder}/" if folder else ""
    yield from (prefix + name for name in files)
    for name in folders:
        if prefix + name == PARKED:
            continue
        yield from stored(storage, prefix + name)


def sha256_of(storage: Storage, name: str) -> str | None:
    """Return the hash of a stored file; `None` where it is not there."""
    digest = hashlib.sha256()
    try:
        with storage.open(name) as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def _recorded(before: datetime) -> Iterator[tuple[str, str, str]]:
    """Yield storage, name and hash of each file whose hash a row keeps."""
    renders = Render.objects.filter(state=Render.State.RENDERED, finished_at__lt=before)
    for name, sha256 in renders.order_by().values_list("file", "sha256").iterator():
        yield "originals", name, sha256
    for name, sha256 in ControlImage.objects.values_list("file", "sha256"):
        yield "originals", name, sha256
    signed = SignedFile.objects.filter(signed_at__lt=before, removed_at=None).order_by()
    yield from signed.values_list("storage", "name", "sha256").iterator()


def _is_older(storage: Storage, name: str, before: datetime) -> bool:
    """Tell whether a file was written before a moment; one that has just gone was not."""
    try:
        return storage.get_modified_time(name) < before
    except FileNotFoundError:
        return False


RULES = (
    Rule("file.missing", missing, reads_files=True),
    Rule("file.orphaned", orphaned, reads_files=True),
    Rule("file.changed", changed, reads_files=True, is_deep=True),
)
