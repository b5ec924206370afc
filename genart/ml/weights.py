"""Which CLIP checkpoint is in use: a folder in open_clip's layout, named by the settings.

Free of torch, so that the web process can read it. `CLIP_DIR` may point to any checkpoint saved by
open_clip, with `open_clip_config.json`, `open_clip_model.safetensors` and `tokenizer.json`.

The database stores `EMBEDDING_DIM` numbers a picture. Vectors of another width are stored through a
fixed rotation that keeps the first of them (shorter ones are padded with zeros, which loses
nothing). What is stored then serves search, copies and taste, with cosines off by 0.07 at most in
two of three pairs; scorers see the whole vector, of any width.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from genart.lib.approval import EMBEDDING_DIM
from genart.lib.errors import Unavailable


@dataclass(frozen=True)
class ClipFolder:
    """One checkpoint on disk.

    Attributes:
        path: the folder.
        config: `model_cfg` and `preprocess_cfg` as open_clip wrote them.
        sha256: of the weights.
        encoder: the name stored beside every vector that this checkpoint made.
    """

    path: Path
    config: dict[str, Any]
    sha256: str
    encoder: str

    @property
    def weights(self) -> Path:
        """The safetensors file."""
        return self.path / "open_clip_model.safetensors"

    @property
    def tokenizer(self) -> Path:
        """The tokenizer, as the `tokenizers` library reads it."""
        return self.path / "tokenizer.json"

    @property
    def width(self) -> int:
        """How many numbers its vectors have."""
        return int(self.config["model_cfg"]["embed_dim"])

    def fitted(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return unit rows of this checkpoint, `(n, width)`, as they are stored."""
        if self.width == EMBEDDING_DIM:
            return rows
        short = rows @ _rotation(self.width)
        return short / np.maximum(np.linalg.norm(short, axis=-1, keepdims=True), 1e-12)

    @property
    def context_length(self) -> int:
        """The most tokens a text may have; the rest is cut off."""
        return int(self.config["model_cfg"]["text_cfg"].get("context_length", 77))


def clip_folder() -> ClipFolder:
    """Return the checkpoint in use; read once for each folder.

    Raises:
        Unavailable: a file is missing.
    """
    return _read(Path(settings.CLIP_DIR))


@cache
def _read(path: Path) -> ClipFolder:
    try:
        config = json.loads((path / "open_clip_config.json").read_text())
        with (path / "open_clip_model.safetensors").open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        (path / "tokenizer.json").stat()
    except OSError as error:
        raise Unavailable(
            f"The scoring CLIP is not complete: {error.filename} cannot be read. "
            "Restore the folder, or name another one in CLIP_DIR."
        ) from error
    return ClipFolder(path, config, sha256, f"{path.parent.parent.name}-clip@{sha256[:8]}")


@cache
def _rotation(width: int) -> NDArray[np.float32]:
    """Return orthonormal columns, `(width, EMBEDDING_DIM)`, the same on every machine.

    Shorter vectors keep their numbers; longer ones lose the same directions each time.
    """
    if width < EMBEDDING_DIM:
        return np.eye(width, EMBEDDING_DIM, dtype=np.float32)
    chance = np.random.Generator(np.random.PCG64(EMBEDDING_DIM))
    columns, triangle = np.linalg.qr(chance.normal(size=(width, EMBEDDING_DIM)))
    return (columns * np.sign(np.diag(triangle))).astype(np.float32)
