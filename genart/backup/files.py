"""Files of a backup: copied out of the storages, hashed on the way, and put back."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import Storage, storages

from genart.lib.errors import GenartError

STORAGES = ("originals", "default")
SUMS = "SHA256SUMS"
BLOCK_BYTES = 1 << 20


class Damaged(GenartError):
    """A backup is not what it was when it was made."""

    code = "backup_damaged"
    status = 422


def names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Yield the name of every file of a storage."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored
        return
    prefix = f"{folder}/" if folder else ""
    for name in sorted(files):
        yield prefix + name
    for name in sorted(folders):
        yield from names(storage, prefix + name)


def copy_out(target: Path) -> Iterator[tuple[str, str]]:
    """Copy every file of the storages under `target`; yield its path in the backup and SHA-256.

    A file that vanishes meanwhile belonged to nothing and is left out.
    """
    for alias in STORAGES:
        storage = storages[alias]
        for name in names(storage):
            place = target / alias / name
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                with storage.open(name) as source, place.open("wb") as copy:
                    digest = _copy(source, copy)
            except FileNotFoundError:
                place.unlink(missing_ok=True)
                continue
            yield f"files/{alias}/{name}", digest


def put_back(source: Path) -> int:
    """Write every file of a backup into its storage, in the place of one of its name."""
    count = 0
    for alias in STORAGES:
        storage, folder = storages[alias], source / alias
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            if storage.exists(name):
                storage.delete(name)
            with path.open("rb") as file:
                storage.save(name, File(file))
            count += 1
    return count


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(folder: Path, sums: dict[str, str]) -> None:
    """Write the hashes as `sha256sum -c` reads them."""
    lines = (f"{digest}  {path}\n" for path, digest in sorted(sums.items()))
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def check_sums(folder: Path) -> int:
    """Compare every file of a backup with its hash; return how many they are.

    Raises:
        Damaged: one is missing or another, by its name.
    """
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise Damaged(f"{folder} is no backup: it has no {SUMS}.") from None
    for line in lines:
        digest, _space, name = line.partition("  ")
        path = folder / name
        if not path.is_file():
            raise Damaged(f"{name} is missing from the backup: take another one.")
        if sha256_of(path) != digest:
            raise Damaged(f"{name} is not as it was when the backup was made: take another one.")
    return len(lines)


def _copy(source: IO[Any], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(BLOCK_BYTES):
        digest.update(block)
        target.write(block)
    return digest.hexdigest()
