"""How many tokens a prompt has, beside how many its checkpoint reads. Torch-free.

What is beyond the limit would be cut off in silence, so a spec that asks for it is refused. Counted
by the checkpoint's own tokenizers (`tokenizer/`, `tokenizer_2/` … of a diffusers folder) where they
lie on this machine; a checkpoint of a hub may state `max_tokens` in its capabilities, and words
and signs are counted then, which is never more than there are tokens.
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from generation.models import Checkpoint

UNBOUNDED = 10**6
"""`model_max_length` from which a tokenizer means that it has no limit."""


def excess(text: str, checkpoint: Checkpoint) -> tuple[int, int] | None:
    """Return tokens of a prompt and tokens that are read, or `None` where all are read."""
    folder = _folder(checkpoint)
    found = [_counted(text, path) for path in _tokenizers(folder)] if folder else []
    stated = checkpoint.capabilities.get("max_tokens")
    if not found and isinstance(stated, int):
        found = [(len(re.findall(r"\w+|[^\w\s]", text)), stated)]
    return next(((count, most) for count, most in found if count > most), None)


def _folder(checkpoint: Checkpoint) -> Path | None:
    is_local = checkpoint.source == Checkpoint.Source.FOLDER and checkpoint.location
    return Path(checkpoint.location) if is_local else None


def _tokenizers(folder: Path) -> list[Path]:
    """Return the folders of tokenizers that can be read without torch."""
    return sorted(path.parent for path in folder.glob("tokenizer*/tokenizer.json"))


def _counted(text: str, folder: Path) -> tuple[int, int]:
    tokenizer, most = _tokenizer(folder, (folder / "tokenizer.json").stat().st_mtime_ns)
    return len(tokenizer.encode(text).ids), most


@lru_cache(maxsize=16)
def _tokenizer(folder: Path, _changed: int) -> tuple[Any, int]:
    """Return a tokenizer that cuts nothing off, and how many tokens its model reads."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    config = folder / "tokenizer_config.json"
    said = json.loads(config.read_text()).get("model_max_length") if config.exists() else None
    return tokenizer, min(int(said or UNBOUNDED), UNBOUNDED)
