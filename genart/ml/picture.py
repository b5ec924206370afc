"""The picture tower of the scoring CLIP in numpy: an uploaded picture becomes a vector at once.

For the web process, which may not load torch. It equals `genart/ml/clip.py` within 1e-3, which a
test asserts. Only residual towers (`ModifiedResNet`, as the house CLIP has) can be run so; for
others it says that it cannot. Batch norms are folded into the convolutions once.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

from genart.lib.errors import Unavailable
from genart.ml.weights import ClipFolder, clip_folder

Floats = NDArray[np.float32]


def encode_image(image: Image.Image) -> Floats:
    """Return the unit vector of a picture as it is stored, shape `(EMBEDDING_DIM,)`.

    Raises:
        Unavailable: the checkpoint is missing, or its picture tower is of another kind.
    """
    folder = clip_folder()
    tower = _tower(folder.path.as_posix())
    return folder.fitted(tower(prepared(image, folder.config))[None])[0]


@cache
def _tower(folder: str) -> "PictureTower":
    return PictureTower(clip_folder())


def prepared(image: Image.Image, config: dict[str, Any]) -> Floats:
    """Return a picture as the tower takes it, shape `(side, side, 3)`, as open_clip prepares it."""
    side = int(config["model_cfg"]["vision_cfg"]["image_size"])
    given = config.get("preprocess_cfg", {})
    image = image.convert("RGB")
    if given.get("resize_mode", "shortest") != "squash":
        image = _centre(image, side)
    kinds = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}
    image = image.resize((side, side), kinds.get(given.get("interpolation"), kinds["bicubic"]))
    pixels = np.asarray(image, dtype=np.float32) / 255
    mean = np.array(given.get("mean", (0.4815, 0.4578, 0.4082)), dtype=np.float32)
    std = np.array(given.get("std", (0.2686, 0.2613, 0.2758)), dtype=np.float32)
    return np.asarray((pixels - mean) / std, dtype=np.float32)


def _centre(image: Image.Image, side: int) -> Image.Image:
    """Return the middle of a picture whose shorter side was brought to `side`."""
    scale = side / min(image.size)
    wide, high = (max(side, round(edge * scale)) for edge in image.size)
    resized = image.resize((wide, high), Image.Resampling.BICUBIC)
    left, top = (wide - side) // 2, (high - side) // 2
    return resized.crop((left, top, left + side, top + side))


class PictureTower:
    """A residual network with attention pooling, read once from a checkpoint."""

    def __init__(self, folder: ClipFolder) -> None:
        from safetensors.numpy import load_file

        config = folder.config["model_cfg"]["vision_cfg"]
        if not isinstance(config.get("layers"), list):
            raise Unavailable(
                "Search by picture needs a CLIP with a residual picture tower; "
                f"the one in {folder.path} is of another kind."
            )
        self.blocks: list[int] = config["layers"]
        self.heads: int = config["width"] * 32 // config.get("head_width", 64)
        self.weights: dict[str, Any] = {
            name.removeprefix("visual."): value.astype(np.float32)
            for name, value in load_file(folder.weights).items()
            if name.startswith("visual.") and value.ndim
        }
        self.folded: dict[str, tuple[Floats, Floats]] = {}

    def __call__(self, x: Floats) -> Floats:
        """Return the unit vector of a prepared picture, of the checkpoint's own width."""
        x = _relu(self._conv(x, "conv1", "bn1", stride=2))
        x = _relu(self._conv(x, "conv2", "bn2"))
        x = _pooled(_relu(self._conv(x, "conv3", "bn3")), 2)
        for layer, blocks in enumerate(self.blocks, start=1):
            for block in range(blocks):
                stride = 2 if layer > 1 and block == 0 else 1
                x = self._bottleneck(x, f"layer{layer}.{block}.", stride)
        vector = self._attention_pool(x)
        return vector / np.linalg.norm(vector)  # type: ignore[no-any-return]

    def _bottleneck(self, x: Floats, name: str, stride: int) -> Floats:
        out = _relu(self._conv(x, name + "conv1", name + "bn1"))
        out = _pooled(_relu(self._conv(out, name + "conv2", name + "bn2")), stride)
        out = self._conv(out, name + "conv3", name + "bn3")
        if name + "downsample.0.weight" in self.weights:
            down = _pooled(x, stride)
            x = self._conv(down, name + "downsample.0", name + "downsample.1")
        return _relu(out + x)

    def _conv(self, x: Floats, conv: str, norm: str, stride: int = 1) -> Floats:
        """Return a convolution without bias and the batch norm behind it; `x` is `(h, w, c)`."""
        kernel, bias = self._fold(conv, norm)
        size = kernel.shape[0]
        if size > 1:
            x = np.pad(x, ((size // 2,) * 2, (size // 2,) * 2, (0, 0)))
        seen = sliding_window_view(x, (size, size), axis=(0, 1))[::stride, ::stride]
        return np.tensordot(seen, kernel, axes=([3, 4, 2], [0, 1, 2])) + bias  # type: ignore[no-any-return]

    def _fold(self, conv: str, norm: str) -> tuple[Floats, Floats]:
        """Return kernel `(k, k, in, out)` and bias of a convolution with its norm in it."""
        if conv not in self.folded:
            w = self.weights
            gain = w[norm + ".weight"] / np.sqrt(w[norm + ".running_var"] + 1e-5)
            kernel = w[conv + ".weight"].transpose(2, 3, 1, 0) * gain
            bias = w[norm + ".bias"] - w[norm + ".running_mean"] * gain
            self.folded[conv] = (np.ascontiguousarray(kernel), bias)
        return self.folded[conv]

    def _attention_pool(self, x: Floats) -> Floats:
        """Return what the mean of all places attends to, of the checkpoint's width."""
        places = x.reshape(-1, x.shape[-1])
        places = np.concatenate([places.mean(axis=0, keepdims=True), places])
        places = places + self.weights["attnpool.positional_embedding"]
        width = places.shape[1] // self.heads
        query = self._linear(places[:1], "q_proj").reshape(1, self.heads, width)
        key = self._linear(places, "k_proj").reshape(-1, self.heads, width)
        value = self._linear(places, "v_proj").reshape(-1, self.heads, width)
        scores = np.einsum("qhw,khw->hk", query, key) / np.sqrt(width)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = np.einsum("hk,khw->hw", scores / scores.sum(axis=-1, keepdims=True), value)
        return self._linear(mixed.reshape(1, -1), "c_proj")[0]

    def _linear(self, x: Floats, name: str) -> Floats:
        w = self.weights
        return x @ w[f"attnpool.{name}.weight"].T + w[f"attnpool.{name}.bias"]  # type: ignore[no-any-return]


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0)


def _pooled(x: Floats, size: int) -> Floats:
    """Return means over squares of `size`."""
    if size == 1:
        return x
    high, wide, channels = x.shape
    cut = x[: high // size * size, : wide // size * size]
    return cut.reshape(high // size, size, wide // size, size, channels).mean(axis=(1, 3))  # type: ignore[no-any-return]
