"""The text tower of the scoring CLIP in numpy: a search phrase becomes a vector in milliseconds.

For the web process, which may not load torch. It equals `genart/ml/clip.py` within 1e-3, which a
test asserts; pictures are encoded there only.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genart.lib.errors import Unavailable
from genart.ml.weights import ClipFolder, clip_folder

Floats = NDArray[np.float32]


def encode_text(text: str) -> Floats:
    """Return the unit vector of a text, shape `(EMBEDDING_DIM,)`; recent ones are remembered.

    Raises:
        Unavailable: the checkpoint is missing, or its text tower is of another kind.
    """
    return _encoded(clip_folder().path.as_posix(), " ".join(text.split())).copy()


def encode_texts(texts: Sequence[str]) -> Floats:
    """Return unit rows, shape `(n, EMBEDDING_DIM)`."""
    return np.stack([encode_text(text) for text in texts])


def pieces_of(text: str) -> list[str]:
    """Return the pieces the tokenizer cuts a text into: one for a word that it was taught."""
    folder = clip_folder()
    encoded = _tower(folder.path.as_posix()).tokenizer.encode(text, add_special_tokens=False)
    return list(encoded.tokens)


def encoder_name() -> str:
    """Return the name stored beside vectors of this checkpoint."""
    return clip_folder().encoder


@lru_cache(maxsize=1024)
def _encoded(folder: str, text: str) -> Floats:
    return clip_folder().fitted(_tower(folder)(text)[None])[0]


@cache
def _tower(folder: str) -> "TextTower":
    return TextTower(clip_folder())


class TextTower:
    """A pre-norm causal transformer, read once from a checkpoint."""

    def __init__(self, folder: ClipFolder) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        config = folder.config["model_cfg"]
        if config.get("custom_text") or "hf_model_name" in config["text_cfg"]:
            raise Unavailable(
                "Search by meaning needs a CLIP whose text tower is open_clip's own; "
                f"the one in {folder.path} is not."
            )
        self.heads: int = config["text_cfg"]["heads"]
        self.layers: int = config["text_cfg"]["layers"]
        self.activation = _quick_gelu if config.get("quick_gelu") else _gelu
        self.tokenizer = Tokenizer.from_file(str(folder.tokenizer))
        self.tokenizer.enable_truncation(folder.context_length)
        self.weights: dict[str, Any] = {
            name: value.astype(np.float32)
            for name, value in load_file(folder.weights).items()
            if not name.startswith("visual.")
        }

    def __call__(self, text: str) -> Floats:
        """Return the unit vector of a text, of the checkpoint's own width."""
        ids = self.tokenizer.encode(text).ids
        w = self.weights
        x = w["token_embedding.weight"][ids] + w["positional_embedding"][: len(ids)]
        for layer in range(self.layers):
            x = self._block(x, f"transformer.resblocks.{layer}.")
        # The end of the text is its last token here: padding, which no earlier token sees, is left
        # away altogether.
        vector = self._norm(x[-1], "ln_final.") @ w["text_projection"]
        return vector / np.linalg.norm(vector)

    def _block(self, x: Floats, name: str) -> Floats:
        x = x + self._attention(self._norm(x, name + "ln_1."), name + "attn.")
        hidden = self.activation(self._linear(self._norm(x, name + "ln_2."), name + "mlp.c_fc."))
        return x + self._linear(hidden, name + "mlp.c_proj.")

    def _attention(self, x: Floats, name: str) -> Floats:
        count, width = x.shape
        qkv = x @ self.weights[name + "in_proj_weight"].T + self.weights[name + "in_proj_bias"]
        q, k, v = qkv.reshape(count, 3, self.heads, width // self.heads).transpose(1, 2, 0, 3)
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(width // self.heads)
        scores = np.where(np.tri(count, dtype=bool), scores, -np.inf)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ v
        return self._linear(mixed.transpose(1, 0, 2).reshape(count, width), name + "out_proj.")

    def _linear(self, x: Floats, name: str) -> Floats:
        return x @ self.weights[name + "weight"].T + self.weights[name + "bias"]

    def _norm(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
        return scaled * self.weights[name + "weight"] + self.weights[name + "bias"]


def _gelu(x: Floats) -> Floats:
    """Return the exact GELU; erf after Abramowitz and Stegun 7.1.26, error below 2e-7."""
    z = np.abs(x) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    poly = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    erf = np.sign(x) * (1 - poly * np.exp(-z * z))
    return x * (1 + erf) / 2


def _quick_gelu(x: Floats) -> Floats:
    """Return OpenAI's approximation of the GELU."""
    return x / (1 + np.exp(-1.702 * x))
