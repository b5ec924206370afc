"""The file of the founding labels: features, verdicts, and the versions for which they hold."""

import base64
import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

FILE = settings.BASE_DIR / "curation" / "data" / "founding.json.gz"
PROPENSITY = 1.0
"""Every picture that was drawn was judged."""
COMPANY = frozenset({"consistency", "diversity"})
"""Measures that depend on what else is in the shop: a new shop has other company."""


@dataclass(frozen=True, eq=False)
class Founding:
    """Judged pictures in the random order in which they were drawn.

    Attributes:
        names: of the features, see `curation/taste/features.py`.
        rows: shape `(n, len(names))`, NaN where a value is missing.
        scores: of each picture, scorer → value.
        passes: whether the gate's rules had nothing against it.
        accepted: whether it was approved by eye.
        versions: what a certificate would hold for, `makers` included.
        note: who judged what, when, in words.
    """

    names: tuple[str, ...]
    rows: NDArray[np.float32]
    scores: tuple[dict[str, float], ...]
    passes: NDArray[np.bool_]
    accepted: NDArray[np.bool_]
    versions: dict[str, Any]
    note: str

    def __len__(self) -> int:
        return len(self.accepted)


def write(founding: Founding, path: Path = FILE) -> int:
    """Write the file and return its size in bytes. The same labels give the same bytes."""
    content = {
        "note": founding.note,
        "propensity": PROPENSITY,
        "versions": founding.versions,
        "names": founding.names,
        "rows": base64.b64encode(founding.rows.astype("<f2").tobytes()).decode(),
        "scores": [{k: round(v, 4) for k, v in row.items()} for row in founding.scores],
        "passes": founding.passes.astype(int).tolist(),
        "accepted": founding.accepted.astype(int).tolist(),
    }
    data = gzip.compress(json.dumps(content, sort_keys=True).encode(), mtime=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return len(data)


def read(path: Path = FILE) -> Founding | None:
    """Return the founding labels; `None` where the project ships none."""
    if not path.is_file():
        return None
    content = json.loads(gzip.decompress(path.read_bytes()))
    rows = np.frombuffer(base64.b64decode(content["rows"]), "<f2").astype(np.float32)
    accepted = np.array(content["accepted"], bool)
    return Founding(
        names=tuple(content["names"]),
        rows=rows.reshape(len(accepted), len(content["names"])),
        scores=tuple(content["scores"]),
        passes=np.array(content["passes"], bool),
        accepted=accepted,
        versions=content["versions"],
        note=content["note"],
    )
