"""Pictures as vectors of the scoring CLIP, from their thumbnails; without torch, 3 ms each."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from genart.lib.approval import EMBEDDING_DIM
from genart.ml.picture import encode_image
from genart.ml.weights import clip_folder
from generation.models import Render
from generation.originals import read

Floats = NDArray[np.float32]


def looks_of(renders: Sequence[Render]) -> Floats:
    """Return unit rows of finished renders, shape `(n, EMBEDDING_DIM)`.

    Raises:
        Unavailable: there is no CLIP that can be run without torch.
        OSError: a file is missing.
    """
    if not renders:
        return np.zeros((0, EMBEDDING_DIM), dtype=np.float32)
    return np.stack([_look(render) for render in renders])


def mean_look(rows: Floats) -> Floats:
    """Return the mean of unit rows as a unit vector."""
    mean = rows.mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-9)  # type: ignore[no-any-return]


def encoder() -> str:
    """Return what makes the vectors, with its version."""
    return clip_folder().encoder


def _look(render: Render) -> Floats:
    with Image.open(io.BytesIO(read(render.thumbnail))) as image:
        return encode_image(image)
