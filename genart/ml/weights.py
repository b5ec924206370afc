"""Which CLIP checkpoint is in use: a folder in open_clip's layout, named by the settings.

Free of torch, so that the web process can read it. `CLIP_DIR` may point to any checkpoint saved by
open_clip, with `open_clip_config.json`, `open_clip_model.safetensors` and `tokenizer.json`, whose
vectors have `EMBEDDING_DIM` numbers.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

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
    def context_length(self) -> int:
        """The most tokens a text may have; the rest is cut off."""
        return int(self.config["model_cfg"]["text_cfg"].get("context_length", 77))


def clip_folder() -> ClipFolder:
    """Return the checkpoint in use; read once for each folder.

    Raises:
        Unavailable: a file is missing, or its vectors have another length than the database's.
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
    length = config["model_cfg"]["embed_dim"]
    if length != EMBEDDING_DIM:
        raise Unavailable(
            f"The CLIP in {path} makes vectors of {length} numbers; the database stores "
            f"{EMBEDDING_DIM}. Name a checkpoint of that length in CLIP_DIR."
        )
    return ClipFolder(path, config, sha256, f"{path.parent.parent.name}-clip@{sha256[:8]}")
