"""What a picture's main colour may be called: a judge that shares no code with the writer.

Pillow's median cut finds the areas of one colour, alike ones are joined in CIELAB (1976, D65), and
the largest is the main one; one nearly as large is as right. Its words are those of the nearest of
some hundred everyday samples of the shop's fourteen words, light to dark, chosen by eye after the
names of the CSS and X11 lists. Colour words overlap (terracotta is red, orange or brown), so every
word counts whose nearest sample is hardly farther than the nearest of all.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SAMPLES = {
    "red": "B22222 DC143C C8102E E03C31 8B0000 A52A2A 9B1B30 E34234 CD5C5C 5A0F1A 3F0A12 C14A36",
    "orange": "FF8C00 F28C28 E9692C FF7F50 F4A460 FBB57B E2725B D2693C CC5500",
    "yellow": "FFD700 FFF44F F4D03F FFEE88 F7E7A0 FADA5E",
    "gold": "D4AF37 C5A03A B8860B DAA520 CFA03C",
    "green": "228B22 2E8B57 6B8E23 9CAF88 A8C8A0 556B2F 90EE90 1E5631 B7D3B0 7C8B3A 70A37F",
    "teal": "008080 20B2AA 2A9D8F 40E0D0 7FCDCD A0DCD8 0F4C4C 5F9EA0",
    "blue": "1E3A8A 0000CD 4169E1 6495ED 87CEEB ADD8E6 1B2A4A 4682B4 7D98C0 A9C1DE 243B6B 101840 "
    "7B8CA3",
    "purple": "6A0DAD 800080 9370DB B39DDB C8A2C8 4B2E83 5D3A6E D8C8EE 30204A 7C6AA0",
    "pink": "FFC0CB F4B6C2 FF69B4 E0457B E8A0A8 F8D8DA D98892 FF91A4 C8607A FF7F7F",
    "brown": "8B4513 654321 A0522D 5C4033 7B5B3A 3D2817 9A6A3F B07848",
    "beige": "F5F5DC E8DCC4 D9C3A0 F3E5D0 E6D2B5 FAEBD7 F0E0C8 F8EEDC CFB997 FFF1E0",
    "white": "FFFFFF F8F8F8 FAFAF5 F4F6F8 F1F0EC FBFAF8 FCF9F2 EDF2F4",
    "grey": "808080 A9A9A9 D3D3D3 696969 B8BCC0 54585C 8C92A0 C0BEBA",
    "black": "000000 1A1A1A 101418 201A1E 14181F 181018 0A1420",
}
NEAR = 1.2, 3.0
"""A word is as good as the best where its distance is within this factor and these units of it."""
NEARLY = 0.85
"""Share of the largest area that another must have to be as right."""
ALIKE = 10.0
"""Areas nearer than this in CIELAB are one."""
SIDE_PX, AREAS = 96, 8
Floats = NDArray[np.float64]


def lab(rgb: Floats) -> Floats:
    """Return CIELAB for sRGB of 0 … 255, shape `(n, 3)`."""
    light = rgb / 255
    linear = np.where(light > 0.04045, ((light + 0.055) / 1.055) ** 2.4, light / 12.92)
    xyz = linear @ np.array(
        [[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]]
    )
    t = xyz / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.stack(
        [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1
    )


_LAB = {
    word: lab(np.array([list(bytes.fromhex(code)) for code in codes.split()], dtype=np.float64))
    for word, codes in SAMPLES.items()
}


def words_for(color: Floats) -> list[str]:
    """Return the words for one CIELAB colour, nearest first."""
    gaps = {
        word: float(np.linalg.norm(samples - color, axis=1).min()) for word, samples in _LAB.items()
    }
    best = min(gaps.values())
    near = [word for word in gaps if gaps[word] <= best * NEAR[0] + NEAR[1]]
    return sorted(near, key=lambda word: gaps[word])


def areas(image: Image.Image) -> list[tuple[Floats, float]]:
    """Return the colours of a picture in CIELAB with their shares, largest first."""
    copy = image.convert("RGB")
    copy.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)
    cut = copy.quantize(AREAS, Image.Quantize.MEDIANCUT)
    found = sorted(cut.getcolors(), reverse=True)
    palette = np.array(cut.getpalette(), dtype=np.float64).reshape(-1, 3)
    joined: list[tuple[Floats, float]] = []
    for count, index in found:
        color, share = lab(palette[index][None])[0], count / (copy.width * copy.height)
        for at, (other, so_far) in enumerate(joined):
            if np.linalg.norm(other - color) < ALIKE:
                joined[at] = (other, so_far + share)
                break
        else:
            joined.append((color, share))
    return sorted(joined, key=lambda pair: -pair[1])


def main_words(image: Image.Image) -> list[str]:
    """Return the words that are right for the picture's main colour, best first."""
    found = areas(image)
    large = [color for color, share in found if share >= NEARLY * found[0][1]]
    return list(dict.fromkeys(word for color in large for word in words_for(color)))
