"""Where the files of a checkpoint lie, and their hash. No torch here.

The hash covers every safetensors file and every JSON file below the folder, by name and content,
so that two folders with one hash render alike.
"""

import hashlib
from functools import cache
from pathlib import Path

from generation.engine.errors import EngineError, WeightsChanged
from generation.engine.types import CheckpointRef

COVERED = (".safetensors", ".json")


def folder_of(checkpoint: CheckpointRef) -> Path:
    """Return the folder of a checkpoint; a hub repository is fetched at its revision first.

    Raises:
        EngineError: there is no such folder, or the revision is not pinned.
    """
    if checkpoint.source == "house":
        from generation.house import PIPELINE_DIR

        folder = Path(PIPELINE_DIR)
    elif checkpoint.source == "hub":
        folder = _fetched(checkpoint)
    else:
        folder = Path(checkpoint.location)
    if not (folder / "model_index.json").is_file():
        raise EngineError(f"{checkpoint.name}: {folder} holds no diffusers pipeline.")
    return folder


def _fetched(checkpoint: CheckpointRef) -> Path:
    """Return the local copy of a hub repository at the pinned commit."""
    from huggingface_hub import snapshot_download

    if not checkpoint.revision:
        raise EngineError(f"{checkpoint.name}: pin the commit of {checkpoint.location}.")
    patterns = ["*.json", "*.txt", "*.safetensors", "*.model", "*.jinja"]
    return Path(
        snapshot_download(
            checkpoint.location, revision=checkpoint.revision, allow_patterns=patterns
        )
    )


def weights_sha256(folder: Path) -> str:
    """Return the hash of a checkpoint's folder."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in COVERED and path.is_file():
            stat = path.stat()
            digest = file_sha256(path, stat.st_size, stat.st_mtime_ns)
            total.update(f"{path.relative_to(folder).as_posix()} {digest}\n".encode())
    return total.hexdigest()


@cache
def file_sha256(path: Path, size: int, modified_ns: int) -> str:
    """Return the SHA-256 of a file; read once for each size and time of change."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(name: str, found: str, expected: str) -> None:
    """Compare a hash with the registered one; an empty registered hash accepts every file.

    Raises:
        WeightsChanged: they differ.
    """
    if expected and found != expected:
        raise WeightsChanged(
            f"{name}: the files have the hash {found[:12]}…, registered is {expected[:12]}…. "
            "Restore the files, or register them as a new version."
        )


def folder_bytes(folder: Path) -> int:
    """Return the size of the weights, a good estimate of the memory they need."""
    return sum(path.stat().st_size for path in folder.rglob("*.safetensors"))
