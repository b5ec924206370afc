"""What identifies a picture: its pixels to the last bit, or what is left of it after changes."""

import hashlib

import numpy as np
from PIL import Image
from scipy.fft import dctn

LIKE_BITS = 40
"""Of 256 bits, so many may differ in copies of one picture; unrelated ones differ in 128 ± 8."""


def pixels_sha256(picture: Image.Image) -> str:
    """Return a hash of size and colours, whatever file they lie in."""
    rgb = picture.convert("RGB")
    size = f"{rgb.width}x{rgb.height}:".encode()
    return hashlib.sha256(size + rgb.tobytes()).hexdigest()


def look_of(picture: Image.Image) -> str:
    """Return 256 bits of how a picture looks, as 64 hex digits.

    Signs of its 16 × 16 coarsest waves against their median, as in PDQ and pHash: they hold through
    saving anew, another size, other brightness, and little cropping.
    """
    grey = picture.convert("L").resize((64, 64), Image.Resampling.BOX)
    waves = dctn(np.asarray(grey, np.float64), norm="ortho")[1:17, 1:17]
    bits = waves > np.median(waves)
    return np.packbits(bits.ravel()).tobytes().hex()


def bits_apart(one: str, other: str) -> int:
    """Return in how many of 256 bits two looks differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
