"""Both towers of the scoring CLIP, by open_clip: pictures and words as vectors in one space.

For workers and commands: the first call loads torch and the weights, once for each process. The web
process uses `genart/ml/text.py`. Scores that are made of the vectors live in `curation/scorers/`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from PIL import Image

from genart.ml.weights import ClipFolder, clip_folder

if TYPE_CHECKING:
    import torch

Floats = NDArray[np.float32]

BATCH = 32


@dataclass(frozen=True)
class Clip:
    """A loaded model with its picture and text preparation."""

    folder: ClipFolder
    model: Any
    prepare: Any
    tokenize: Any
    device: str
    scale: float


def encode_images(images: Sequence[Image.Image]) -> Floats:
    """Return unit rows as they are stored, shape `(n, EMBEDDING_DIM)`, for pictures of any size."""
    return clip_folder().fitted(whole_images(images))


def encode_texts(texts: Sequence[str]) -> Floats:
    """Return unit rows as they are stored, shape `(n, EMBEDDING_DIM)`."""
    return clip_folder().fitted(whole_texts(texts))


def whole_images(images: Sequence[Image.Image]) -> Floats:
    """Return unit rows of the checkpoint's own width, for PIL pictures of any size."""
    clip = load()
    rows = [clip.prepare(image.convert("RGB")) for image in images]
    return _encode(clip, clip.model.encode_image, rows)


def whole_texts(texts: Sequence[str]) -> Floats:
    """Return unit rows of the checkpoint's own width."""
    clip = load()
    rows = list(clip.tokenize(list(texts))) if texts else []
    return _encode(clip, clip.model.encode_text, rows)


def zero_shot(images: Floats, texts: Floats) -> Floats:
    """Return how likely each text fits each picture, shape `(images, texts)`; rows sum to 1.

    Args:
        images: unit rows of pictures.
        texts: unit rows of the alternatives, whole or stored as those of the pictures are.
    """
    logits = load().scale * images @ texts.T
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def encoder_name() -> str:
    """Return the name stored beside vectors of this checkpoint; loads nothing."""
    return clip_folder().encoder


def load() -> Clip:
    """Return the model in use, loaded once for each process.

    Raises:
        Unavailable: the checkpoint is missing.
    """
    return _load(clip_folder().path.as_posix())


@cache
def _load(path: str) -> Clip:
    import open_clip
    import torch

    folder = clip_folder()
    device = settings.ENGINE_DEVICE or ("cuda" if torch.cuda.is_available() else "cpu")
    model, prepare = open_clip.create_model_from_pretrained(f"local-dir:{path}", device=device)
    # The tokenizer's own path in the configuration is where the checkpoint lay when it was trained.
    tokenize = open_clip.tokenizer.HFTokenizer(path, context_length=folder.context_length)
    model.eval()
    return Clip(folder, model, prepare, tokenize, device, float(model.logit_scale.detach().exp()))


def _encode(clip: Clip, tower: Any, rows: "Sequence[torch.Tensor]") -> Floats:
    """Run a tower over prepared rows in batches."""
    import torch

    if not rows:
        return np.zeros((0, clip.folder.width), dtype=np.float32)
    parts = []
    with torch.inference_mode():
        for start in range(0, len(rows), BATCH):
            batch = torch.stack(list(rows[start : start + BATCH])).to(clip.device)
            parts.append(tower(batch, normalize=True).float().cpu().numpy())
    return np.concatenate(parts)


def __getattr__(name: str) -> str:
    """Offer `ENCODER`, read when it is asked for: the checkpoint may be absent at import."""
    if name == "ENCODER":
        return encoder_name()
    raise AttributeError(name)
