"""Where the files of a checkpoint lie, and their hash. No torch here.

The hash covers every safetensors file that is loaded (`layout.py` says which) and every JSON file
below the folder, by name and content, so that two folders with one hash render alike.
"""

import hashlib
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from generation.engine.errors import EngineError, WeightsChanged
from generation.engine.layout import tensor_files, wanted_files
from generation.engine.tensors import memory_bytes
from generation.engine.types import CheckpointRef

COVERED = (".safetensors", ".json")
COMMIT = re.compile(r"[0-9a-f]{40}")

OnProgress = Callable[[str], None]
"""Hears in a few words how far something is."""


def folder_of(checkpoint: CheckpointRef) -> Path:
    """Return the folder of a checkpoint; a hub repository is fetched at its revision first.

    For a single file: the folder with its configuration.

    Raises:
        EngineError: there is no such folder, or the revision is not pinned.
    """
    if checkpoint.source == "house":
        from generation.house import PIPELINE_DIR

        folder = Path(PIPELINE_DIR)
    elif checkpoint.source == "hub":
        folder = _fetched(checkpoint)
    elif checkpoint.source == "file":
        folder = Path(checkpoint.config)
    elif checkpoint.source == "remote":
        raise EngineError(f"{checkpoint.name} is rendered by other people's compute only.")
    else:
        folder = Path(checkpoint.location)
    if not (folder / "model_index.json").is_file():
        raise EngineError(f"{checkpoint.name}: {folder} holds no diffusers pipeline.")
    return folder


def _fetched(checkpoint: CheckpointRef) -> Path:
    """Return the local copy of a hub repository at the pinned commit.

    A copy whose hash is the registered one is used as it is; the hub is not asked.
    """
    if not COMMIT.fullmatch(checkpoint.revision):
        raise EngineError(f"{checkpoint.name}: pin the commit of {checkpoint.location}.")
    here = _cached(checkpoint.location, checkpoint.revision)
    if here and checkpoint.sha256 and weights_sha256(here) == checkpoint.sha256:
        return here
    try:
        return fetch(checkpoint.location, checkpoint.revision)
    except OSError:
        if here is None:
            raise
        return here


def _cached(repository: str, revision: str) -> Path | None:
    """Return what is here of a repository at a commit; perhaps not all that is needed."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(repository, revision=revision, local_files_only=True))
    except (
        OSError
    ) as error:  # it misses files that were never fetched, and says where the others are
        here = getattr(error, "snapshot_path", None)
        return Path(here) if here else None


def fetch(repository: str, revision: str, on_progress: OnProgress | None = None) -> Path:
    """Bring the files that count of a hub repository here, at one commit; return their folder.

    Raises:
        EngineError: there is no such repository or commit, no safetensors, or a part has its
            weights in another format only.
        ConnectionError: the hub does not answer; the same may succeed later.
    """
    from huggingface_hub import HfApi, errors, snapshot_download

    endpoint = os.environ.get("HF_ENDPOINT") or None  # read now; the library reads it at import
    try:
        info = HfApi(endpoint).model_info(repository, revision=revision, files_metadata=True)
        sizes = {entry.rfilename: entry.size or 0 for entry in info.siblings or []}
        wanted = wanted_files(sizes)
        if on_progress:
            gib = sum(sizes[name] for name in wanted) / 2**30
            on_progress(f"Fetching {len(wanted)} files, {gib:.2f} GiB")
        found = snapshot_download(
            repository, revision=revision, allow_patterns=wanted, endpoint=endpoint
        )
        return Path(found)
    except errors.RevisionNotFoundError:
        raise EngineError(f"{repository} has no commit {revision}.") from None
    except errors.RepositoryNotFoundError:
        raise EngineError(
            f"The hub shows no repository {repository}: check its name, and whether it asks for "
            "consent and a token (HF_TOKEN)."
        ) from None
    except (errors.HTTPError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ConnectionError(f"The hub did not give {repository}: {reason[:200]}") from error


def weights_sha256(folder: Path) -> str:
    """Return the hash of a checkpoint's folder."""
    loaded = tensor_files(folder)
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        counts = path in loaded if path.suffix == ".safetensors" else path.suffix in COVERED
        if counts and path.is_file():
            total.update(f"{path.relative_to(folder).as_posix()} {hash_of(path)}\n".encode())
    return total.hexdigest()


def files_sha256(checkpoint: CheckpointRef) -> str:
    """Return the hash of a checkpoint's files, wherever it comes from; fetches them if need be."""
    folder = weights_sha256(folder_of(checkpoint))
    if checkpoint.source != "file":
        return folder
    return hashlib.sha256(f"{hash_of(Path(checkpoint.location))} {folder}".encode()).hexdigest()


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file as it is now."""
    stat = path.stat()
    return file_sha256(path, stat.st_size, stat.st_mtime_ns)


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


def needed_bytes(checkpoint: CheckpointRef, folder: Path, item_bytes: int) -> int:
    """Return the memory that a checkpoint's weights will need, by what its files hold."""
    if checkpoint.source == "file":
        return memory_bytes([Path(checkpoint.location)], item_bytes)
    return memory_bytes(tensor_files(folder), item_bytes)
