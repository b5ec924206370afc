"""Write files whole: under its name lies the old content or the new one, whatever breaks meanwhile.

The new content is on the disk before its name is, and the name before the call returns: a row that
is committed afterwards never names a file that a loss of power took away.
"""

import contextlib
import os
import tempfile
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

DRAFT = ".draft-"
"""What the name of an unfinished file begins with; a process that is killed leaves it behind."""


def write_whole(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file in the place of an older one; its folder is made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=DRAFT)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _settle(path.parent)


def put_whole(storage: Storage, name: str, data: bytes) -> None:
    """Store bytes under exactly this name, in the place of what is there."""
    try:
        path = Path(storage.path(name))
    except NotImplementedError:  # not on this machine: object stores write whole by themselves
        storage.save(name, ContentFile(data))
        return
    write_whole(path, data)


def _settle(folder: Path) -> None:
    """Have the names of a folder on the disk, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
