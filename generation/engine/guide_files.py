"""The files of ControlNets and IP-Adapters: their hash, their size, the one with the tensors.

No torch here. The hash of a folder covers its safetensors and JSON files by name and content; that
of a file is the file's.
"""

import hashlib
from pathlib import Path

from generation.engine.errors import EngineError
from generation.engine.types import AdapterRef
from generation.engine.weights import hash_of

COVERED = (".safetensors", ".json")


def guide_sha256(path: Path) -> str:
    """Return the hash under which a file or folder is registered.

    Raises:
        EngineError: there is nothing of the kind.
    """
    if path.is_file():
        return hash_of(path)
    files = sorted(file for file in path.rglob("*") if file.suffix in COVERED and file.is_file())
    if not any(file.suffix == ".safetensors" for file in files):
        raise EngineError(f"{path} holds no .safetensors file.")
    total = hashlib.sha256()
    for file in files:
        total.update(f"{file.relative_to(path).as_posix()} {hash_of(file)}\n".encode())
    return total.hexdigest()


def guide_bytes(path: Path) -> int:
    """Return the size of the tensors of a file or folder; 0 where there are none."""
    files = path.rglob("*.safetensors") if path.is_dir() else [path] * path.is_file()
    return sum(file.stat().st_size for file in files)


def tensor_file(adapter: AdapterRef) -> Path:
    """Return the one safetensors file of an adapter that is a file, or a folder with one.

    Raises:
        EngineError: there is not exactly one.
    """
    path = Path(adapter.location)
    files = sorted(path.glob("*.safetensors")) if path.is_dir() else [path]
    if len(files) != 1 or files[0].suffix != ".safetensors" or not files[0].is_file():
        raise EngineError(
            f"{adapter.slug}: {path} must be one .safetensors file, or a folder with one."
        )
    return files[0]
