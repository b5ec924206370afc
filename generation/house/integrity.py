"""Checks that the shipped weights are the ones that were trained: SHA-256 against a manifest.

For: start-up checks and the engine, before loading; imports no torch. Not for: writing the
manifest (`training/card.py`). Next: `pipeline.py`.
"""

import hashlib
import json
from pathlib import Path

from generation.house import WEIGHTS


class WeightsDamaged(ValueError):
    """A weight file is missing or is not the one the manifest names."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def verify_weights(folder: Path = WEIGHTS) -> dict[str, str]:
    """Compare every file named in `folder/manifest.json`; return path to SHA-256.

    Raises:
        WeightsDamaged: the manifest or a file is missing, or a file differs.
    """
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise WeightsDamaged(f"{manifest} is missing: export the house model again.")
    named: dict[str, str] = json.loads(manifest.read_text())["sha256"]
    for name, expected in named.items():
        path = folder / name
        if not path.is_file():
            raise WeightsDamaged(f"{path} is missing: restore it or export the house model again.")
        if sha256_of(path) != expected:
            raise WeightsDamaged(
                f"{path} is not the file the manifest names: restore it from the repository."
            )
    return named


def trained(folder: Path = WEIGHTS) -> dict[str, float]:
    """Return how many `samples` the shipped denoiser has seen; empty if unknown."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return {}
    known: dict[str, float] = json.loads(manifest.read_text()).get("trained", {})
    return known
